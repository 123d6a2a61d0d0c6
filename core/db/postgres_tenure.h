#pragma once

#include "core/db/dialect.h"
#include "core/db/postgres_client.h"

namespace maillon::db {

/// An advisory lock on the schema, held by the writing session itself: when the session ends, so do the lock
/// and whatever that session had not committed, and nobody writes without it.
///
/// The row of store_writer says whose time it is (each tenure is an epoch) and which group of units was
/// committed last. After a lost connection it answers whether the last COMMIT arrived.
class PostgresTenure final : public Tenure {
public:
    /// `place` and `session_name` must outlive this.
    PostgresTenure(const std::string& place, const std::string& session_name)
        : place_(place), session_name_(session_name) {}

    Result<void> take(Connection& connection) override;
    Result<void> begin(Connection& connection) override;
    Result<std::uint64_t> resume(Connection& connection) override;

private:
    Result<bool> lock(Connection& connection);
    Result<std::string> holder(Connection& connection) const;
    Result<void> check_epoch(Connection& connection) const;
    Result<void> end_old_session(Connection& connection) const;

    const std::string& place_;
    const std::string& session_name_;
    bool is_open_ = false;
    std::int64_t epoch_ = 0;
    std::int64_t process_ = 0;  ///< of the server, for the session that holds the lock
    std::int64_t key_ = 0;      ///< of the lock: made of the schema's name
};

/// Savepoints as late as can be, since each statement is a journey: the first unit needs none, as undoing it
/// undoes all there is, and the end of one goes with the beginning of the next.
class PostgresTransaction final : public Transaction {
public:
    PostgresTransaction(Connection& connection, const PostgresClient& client)
        : connection_(connection), client_(client) {}

    Result<void> begin(std::uint64_t group) override;
    Result<void> begin_unit() override;
    Result<void> keep_unit() override;
    Result<void> undo_unit() override;
    Result<void> commit() override;

private:
    /// What stands behind the savepoint, if there is one.
    enum class Savepoint { none, unused, used };

    Connection& connection_;
    const PostgresClient& client_;
    std::uint64_t group_ = 0;
    bool is_first_ = true;
    Savepoint savepoint_ = Savepoint::none;
};

}  // namespace maillon::db
