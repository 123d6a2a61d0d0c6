#pragma once

#include "core/base/fault.h"

#include <soci/soci.h>

#include <string>
#include <string_view>

/// All that is particular to one SQL database; a second backend gets a second such file. Everything else here
/// and in the rooms above is SQL that SQLite and PostgreSQL read alike (RETURNING, ON CONFLICT, :names).
namespace maillon::db::dialect {

/// What a failed statement means for the transaction around it.
enum class Trouble {
    none,
    statement,  ///< this statement only
    busy,       ///< somebody else holds the file: the group is to be tried again
    disk_full,  ///< no room: the group is rolled back
    io_error,   ///< nothing more is known about the file
};

/// The file of "sqlite:PATH".
Result<std::string> path_of(std::string_view url);

/// What the SOCI session is opened with.
std::string connect_string(std::string_view path);

/// Settings of the one writing connection: WAL, fsync at every commit, no checkpoint but ours.
void set_up_writer(soci::session& session, std::int64_t largest_pages);
/// Settings of a reading connection: it cannot write.
void set_up_reader(soci::session& session);

/// Refuses a file that another program made.
Result<void> check_owner(soci::session& session, std::string_view path);

/// Keeps the length of the WAL in `pages` after each commit; both must outlive the session's last commit.
void watch_wal(soci::session& session, int& pages);

Trouble trouble_of(const soci::soci_error& error);

/// Replaces {id}, {int}, {keyed} of a migration.
std::string schema_sql(std::string_view text);

inline constexpr std::string_view kBegin = "BEGIN IMMEDIATE";
inline constexpr std::string_view kBeginRead = "BEGIN";
inline constexpr std::string_view kCommit = "COMMIT";
inline constexpr std::string_view kRollback = "ROLLBACK";
inline constexpr std::string_view kSavepoint = "SAVEPOINT unit";
inline constexpr std::string_view kRelease = "RELEASE unit";
inline constexpr std::string_view kRollbackUnit = "ROLLBACK TO unit";
inline constexpr std::string_view kCheckpoint = "PRAGMA wal_checkpoint(PASSIVE)";
inline constexpr std::string_view kLastCheckpoint = "PRAGMA wal_checkpoint(TRUNCATE)";

}  // namespace maillon::db::dialect
