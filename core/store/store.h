#pragma once

#include "core/db/database.h"

#include <map>

namespace maillon::store {

/// The schema steps of the part "store".
std::vector<db::Migration> migrations();

/// The latest version of each part of the schema, the journal's included, that this program knows.
std::map<std::string, int, std::less<>> known_schema();

/// Opens a database that holds journal and store. `options.migrations` is filled in here.
Result<std::unique_ptr<db::Database>> open(db::Options options);

}  // namespace maillon::store
