#pragma once

#include "core/db/database.h"

namespace maillon::store {

/// The schema steps of the part "store".
std::vector<db::Migration> migrations();

/// Opens a database that holds journal and store. `options.migrations` is filled in here.
Result<std::unique_ptr<db::Database>> open(db::Options options);

}  // namespace maillon::store
