#include "core/db/postgres_tenure.h"

#include "core/base/assert.h"
#include "core/db/connection.h"

namespace maillon::db {
namespace {

constexpr std::int64_t kLockClass = 0x4D61696C;  // "Mail"

Fault held(const std::string& place, const std::string& holder) {
    return {FaultKind::conflict, "the store " + place + " is in use by another hub (" + holder + ")", {}};
}

Fault taken_over(const std::string& place) {
    return {FaultKind::conflict, "another hub has taken over the store " + place, {}};
}

/// A number from 0 to 2^31 - 1 for a schema's name (FNV-1a).
std::int64_t lock_key(std::string_view schema) {
    std::uint32_t hash = 2166136261u;
    for (const char c : schema) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return hash >> 1;
}

/// The one row of a query that always has one.
template <class R>
Result<R> ask(Connection& connection, std::string_view sql, Params params = {}) {
    Unit unit(connection);
    auto row = unit.row<R>(sql, params);
    if (!row) return row.error();
    if (!*row) return internal("the store has lost its row of store_writer");
    return std::move(**row);
}

std::string open_group(std::uint64_t group) {
    return "BEGIN; UPDATE store_writer SET groups = " + std::to_string(group);
}

}  // namespace

// Asked now and again rather than waited for: a session that waits for a lock keeps the server from cleaning
// up behind the active host.
Result<void> PostgresTenure::take(Connection& connection) {
    if (!is_open_ || connection.trouble() >= Trouble::lost) {
        connection.take_trouble();
        auto opened = connection.open(true);
        is_open_ = opened.has_value();
        if (!opened) return opened.error();
    }
    auto locked = lock(connection);
    if (!locked) return locked.error();
    if (*locked) return {};
    auto who = holder(connection);
    if (!who) return who.error();
    return held(place_, *who);
}

Result<void> PostgresTenure::begin(Connection& connection) {
    Unit unit(connection);
    for (const auto* sql :
         {"CREATE TABLE IF NOT EXISTS store_writer (only_row BIGINT PRIMARY KEY, epoch BIGINT NOT NULL,"
          " groups BIGINT NOT NULL, host TEXT NOT NULL)",
          "INSERT INTO store_writer (only_row, epoch, groups, host) VALUES (1, 0, 0, '')"
          " ON CONFLICT DO NOTHING"}) {
        auto done = unit.exec(sql);
        if (!done) return done.error();
    }
    auto epoch = ask<std::int64_t>(
        connection, "UPDATE store_writer SET epoch = epoch + 1, groups = 0, host = :host RETURNING epoch",
        {session_name_});
    if (!epoch) return epoch.error();
    epoch_ = *epoch;
    return {};
}

Result<std::uint64_t> PostgresTenure::resume(Connection& connection) {
    connection.take_trouble();
    auto opened = connection.open_again(true);
    if (!opened) return opened.error();
    const auto old_process = process_;
    auto locked = lock(connection);
    if (!locked) return locked.error();
    // The epoch is looked at either way: whoever holds the lock may be ourselves, not yet given up as dead.
    auto ours = check_epoch(connection);
    if (!ours) return ours.error();
    if (!*locked) {
        process_ = old_process;
        auto ended = end_old_session(connection);
        return ended ? retry("the server has not yet ended our lost session") : ended.error();
    }
    // A commit of our own: where commits wait for a copy, this one has come back only when the copy has all
    // before it, too. Of a COMMIT that was cut off while it waited for that, the server itself knows nothing.
    auto group = ask<std::int64_t>(connection, "UPDATE store_writer SET groups = groups RETURNING groups");
    if (!group) return group.error();
    return static_cast<std::uint64_t>(*group);
}

Result<bool> PostgresTenure::lock(Connection& connection) {
    auto schema =
        ask<std::tuple<std::string, std::int64_t>>(connection, "SELECT current_schema(), pg_backend_pid()");
    if (!schema) return schema.error();
    key_ = lock_key(std::get<0>(*schema));
    process_ = std::get<1>(*schema);
    auto locked = ask<std::int64_t>(
        connection,
        "SELECT CASE WHEN pg_try_advisory_lock(CAST(:class AS int), CAST(:key AS int)) THEN 1 ELSE 0 END",
        {kLockClass, key_});
    if (!locked) return locked.error();
    return *locked == 1;
}

Result<std::string> PostgresTenure::holder(Connection& connection) const {
    Unit unit(connection);
    auto name = unit.row<std::string>(
        "SELECT coalesce(nullif(s.application_name, ''), 'a session that is not named') FROM pg_locks AS l"
        " JOIN pg_stat_activity AS s ON s.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted"
        " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND l.objsubid = 2 AND l.classid = CAST(:class AS oid) AND l.objid = CAST(:key AS oid)",
        {kLockClass, key_});
    if (!name) return name.error();
    return name->value_or("it ended just now");
}

Result<void> PostgresTenure::check_epoch(Connection& connection) const {
    auto epoch = ask<std::int64_t>(connection, "SELECT epoch FROM store_writer");
    if (!epoch) return epoch.error();
    if (*epoch != epoch_) return taken_over(place_);
    return {};
}

Result<void> PostgresTenure::end_old_session(Connection& connection) const {
    auto ended =
        ask<std::int64_t>(connection,
                          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                          " WHERE pid = :pid AND application_name = :name AND usename = current_user",
                          {process_, session_name_});
    if (!ended) return ended.error();
    return {};
}

Result<void> PostgresTransaction::begin(std::uint64_t group) {
    group_ = group;
    is_first_ = true;
    savepoint_ = Savepoint::none;
    return connection_.script(Step::begin, open_group(group));
}

Result<void> PostgresTransaction::begin_unit() {
    if (std::exchange(is_first_, false)) return {};
    const auto before = std::exchange(savepoint_, Savepoint::used);
    switch (before) {
        case Savepoint::none: return connection_.script(Step::statement, "SAVEPOINT unit");
        case Savepoint::unused: return {};
        case Savepoint::used: return connection_.script(Step::statement, "RELEASE unit; SAVEPOINT unit");
    }
    MAILLON_ASSERT(false, "a savepoint in no known state");
}

Result<void> PostgresTransaction::keep_unit() {
    return {};
}

Result<void> PostgresTransaction::undo_unit() {
    if (savepoint_ != Savepoint::none) {
        savepoint_ = Savepoint::unused;
        return connection_.script(Step::statement, "ROLLBACK TO unit");
    }
    is_first_ = true;
    return connection_.script(Step::statement, "ROLLBACK; " + open_group(group_));
}

// To a transaction in which a statement has failed the server answers COMMIT with "rolled back", and no
// error.
Result<void> PostgresTransaction::commit() {
    const auto status = client_.transaction_status(PostgresClient::connection(connection_.session()));
    if (status == PQTRANS_INERROR) return internal("a statement failed and its unit was not undone");
    return connection_.script(Step::commit, "COMMIT");
}

}  // namespace maillon::db
