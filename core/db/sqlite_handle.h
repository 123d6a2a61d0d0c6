#pragma once

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

/// What only SQLite's own interface can do. Not part of the room's face.
namespace maillon::db {

inline constexpr int kApplicationId = 0x4D61696C;  // "Mail", as `file` shows it

inline sqlite_api::sqlite3* handle(soci::session& session) {
    return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

}  // namespace maillon::db
