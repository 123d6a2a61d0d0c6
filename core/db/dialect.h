#pragma once

#include "core/base/fault.h"
#include "core/db/value.h"

#include <soci/soci.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace maillon::db {

class Connection;
class Tenure;
class Transaction;
struct Options;

/// What a failed statement means for the transaction around it, from bad to worse.
enum class Trouble {
    none,
    statement,  ///< this statement only
    busy,       ///< somebody else holds what it needs: the group is to be tried again
    disk_full,  ///< no room: the group is rolled back
    lost,       ///< the connection is gone, and with it a transaction that was not committed
    io_error,   ///< nothing more is known about what is on disk
};

/// What a failure comes to: how bad it is, and a sentence without any value of the statement.
struct Verdict {
    Trouble trouble = Trouble::statement;
    std::string what{};
};

/// All that is particular to one SQL database; each has files of its own (sqlite, postgres). The rest of this
/// room and the rooms above write SQL that SQLite and PostgreSQL read alike (RETURNING, ON CONFLICT, :names).
///
/// Serves all connections to one store, and must outlive them. Thread-safe.
class Dialect {
public:
    virtual ~Dialect() = default;

    /// The dialect that the store's URL asks for. A Fault of kind config when that URL cannot be used.
    static Result<std::unique_ptr<const Dialect>> of(const Options& options);

    /// The store as people are told of it; never with a password.
    virtual const std::string& place() const = 0;

    /// Opens a session. What only a person can mend is a Fault of kind config (somebody else's file, an old
    /// server, a wrong password); what may be better in a minute is of kind retry.
    virtual Result<void> open(soci::session& session, bool writes) const = 0;
    virtual Verdict judge(soci::session& session, const soci::soci_error& error) const = 0;

    /// Replaces {id}, {int}, {real}, {keyed} of a migration, and TEXT where texts sort otherwise.
    virtual std::string schema_sql(std::string_view text) const = 0;
    virtual std::string_view begin_read() const = 0;
    /// A query for the bytes that the store takes.
    virtual std::string_view size() const = 0;
    virtual std::unique_ptr<Tenure> tenure() const = 0;
    virtual std::unique_ptr<Transaction> transaction(Connection& connection) const = 0;

    /// Commands that keep the log behind the database short; empty where the server sees to that.
    virtual std::string_view checkpoint() const { return {}; }
    virtual std::string_view last_checkpoint() const { return {}; }
    /// Commands, each outside of any transaction, after which the database holds no bytes any more of what
    /// was removed from it, as far as it can see to that.
    virtual std::span<const std::string_view> compaction() const = 0;
    /// Whether there is room for that; a Fault says where it is missing, and how much.
    virtual Result<void> room_to_compact(soci::session& /*session*/) const { return {}; }
    /// Pages in that log, for the writer's thread.
    virtual int log_pages() const { return 0; }

    /// Whether each statement is a journey, so that many rows had better travel in one.
    virtual bool is_remote() const { return false; }
    /// What does for arrays of values that which `sql`, with its one `VALUES (:a, :b, …)`, does for one row.
    /// Arrays are bound as text, as made by add_to_array.
    virtual std::string for_arrays(std::string_view sql, std::span<const Kind> /*kinds*/) const {
        return std::string(sql);
    }
    virtual void add_to_array(std::string& /*array*/, const Param& /*value*/) const {}

    /// An INSERT of one row as it stands before its RETURNING with the table's {id}, where the database tells
    /// the id without (last_id), which costs it less; else empty.
    virtual std::string_view without_returning(std::string_view /*sql*/) const { return {}; }
    /// The {id} of the row that the session inserted last.
    virtual std::int64_t last_id(soci::session& /*session*/) const { return 0; }

    /// For texts that the database cannot hold as they are. Most are left alone: false, and nothing is done.
    virtual bool encode(std::string_view /*text*/, std::string& /*out*/) const { return false; }
    virtual bool decode(std::string& /*text*/) const { return false; }

    /// Cuts the session off without a word, as a failing network does. For tests.
    virtual void cut(soci::session& /*session*/) const {}
};

/// The right of this process to be the one that writes, held by its writing connection. Order: take, the
/// migrations, begin; and resume after each loss of the connection.
class Tenure {
public:
    virtual ~Tenure() = default;
    /// Opens `connection` for writing. A Fault of kind conflict says which other host is active.
    virtual Result<void> take(Connection& connection) = 0;
    /// Begins this host's own time, now that the schema is there.
    virtual Result<void> begin(Connection& connection) = 0;
    /// Opens the lost connection again and answers the number of the last group that is in the store. A
    /// Fault of kind conflict: another host has been active since, so what this one has in memory is worth
    /// nothing. Any other: not now.
    virtual Result<std::uint64_t> resume(Connection& connection) = 0;
};

/// The transaction of one group of units, each of which can be undone alone. One object serves all groups.
class Transaction {
public:
    virtual ~Transaction() = default;
    /// `group` is written down with what the group does, for Tenure::resume.
    virtual Result<void> begin(std::uint64_t group) = 0;
    virtual Result<void> begin_unit() = 0;
    virtual Result<void> keep_unit() = 0;
    virtual Result<void> undo_unit() = 0;
    virtual Result<void> commit() = 0;
};

/// `text` with each first replaced by its second.
std::string replace_words(std::string_view text,
                          std::span<const std::pair<std::string_view, std::string_view>> words);

}  // namespace maillon::db
