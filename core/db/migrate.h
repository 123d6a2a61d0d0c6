#pragma once

#include "core/db/connection.h"
#include "core/db/database.h"

namespace maillon::db {

/// Brings the schema up to date, each step in its own transaction. Refuses a schema that a newer Maillon
/// made, or that has a part which is not among `steps`.
Result<void> migrate(Connection& connection, std::span<const Migration> steps, TimePoint now);

}  // namespace maillon::db
