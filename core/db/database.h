#pragma once

#include "core/base/clock.h"
#include "core/db/faults.h"
#include "core/db/session.h"

#include <chrono>
#include <memory>
#include <string>

namespace maillon::db {

/// One numbered step of one part's schema ("journal", "store"). Statements may hold the words {id}, {int},
/// {real} and {keyed}, which the dialect replaces. Steps are never changed once released, only added.
struct Migration {
    std::string_view part;
    int version = 0;  ///< from 1 within the part
    std::vector<std::string_view> statements;
};

/// What is asked of the database at opening.
struct Options {
    std::string url;               ///< "sqlite:/var/lib/maillon/maillon.db", "postgresql://hub@db/maillon"
    const Clock* clock = nullptr;  ///< must outlive the database
    std::vector<Migration> migrations{};
    std::function<void(const Fault&)>
        on_broken{};  ///< called once, from the thread that writes: end the process
    /// Called while another host is active in a store that several can reach, again and again with a
    /// sentence that says which: waits a moment and answers whether to go on waiting. Without it open()
    /// refuses.
    std::function<bool(const std::string&)> on_held{};
    /// The connection to the store was lost (false, why), or is back (true). From the thread that writes.
    std::function<void(bool, const std::string&)> on_connection{};
    std::chrono::milliseconds heartbeat{1000};  ///< an idle connection to a server is tried this often
    std::size_t group_units = 512;              ///< most units in one commit
    std::chrono::milliseconds group_time{20};   ///< a group takes no further unit after this long
    std::size_t readers = 4;                    ///< most reading connections
    int checkpoint_pages = 1000;                ///< pages of WAL after which the writer checkpoints
    std::int64_t largest_pages = 0;             ///< limit of the file in pages, 0 for none
    /// Bytes that a folder has left; without it the file system is asked. For tests.
    std::function<std::int64_t(const std::string& folder)> free_bytes{};
    std::function<Injected(Step)> inject{};  ///< makes steps fail, for tests
};

/// Figures since opening.
struct Counters {
    std::uint64_t units = 0;         ///< committed
    std::uint64_t failed_units = 0;  ///< rolled back alone, or with their group
    std::uint64_t commits = 0;
    std::uint64_t checkpoints = 0;
    std::uint64_t disk_full = 0;   ///< groups that found no room
    std::uint64_t reconnects = 0;  ///< connections lost and opened again
    /// Grows while a compaction is at work, however long that takes, and not while it hangs.
    std::uint64_t compaction_work = 0;
};

/// The one database of the process.
///
/// Exactly one connection writes. A thread of its own groups what is queued into one transaction: throughput
/// comes by grouping, and nothing is acknowledged before its commit is on disk. Whoever waits for a unit
/// anyway writes it itself when nothing is queued (write_here, run), which saves two changes of threads. A
/// second process on the same file is refused; on the same schema of a server it may wait (Options::on_held).
///
/// Failures. A unit that fails is rolled back alone. *Disk full*: the whole group is rolled back, each of its
/// units gets a Fault of kind retry ("disk full …"), and the database lives on: nothing was acknowledged, so
/// nothing is lost. *Connection lost*: the same, until it is back; a group whose commit got no answer is told
/// what became of it once the server can say. *I/O error* at a commit: what is on disk is unknown, so the
/// units get a Fault, the database is broken for good, `on_broken` is called, and every later unit is
/// refused; a new process finds each unit whole or absent. So does a host whose store another host took over
/// while the connection was lost.
///
/// Thread-safe. Closing (also the destructor) first finishes what is queued.
class Database {
public:
    using Work = std::function<Result<void>(Unit&)>;
    using Done = std::function<void(Result<void>)>;

    /// Opens, creates folder (0700) and file (0600) where missing, and brings the schema up to date. A server
    /// and its database must be there.
    static Result<std::unique_ptr<Database>> open(Options options);
    ~Database();

    /// Queues a unit. `work` runs on the thread that writes, one unit after the other; it must not wait for
    /// anything and may run again only if submitted again. `done` is called there after the commit, in the
    /// order of the commits (or at once, on the caller's thread, when refused); it must be brief, and may
    /// submit.
    void submit(Work work, Done done);

    /// The same for a caller that can wait for a commit: when nothing else is to be written, all of it is
    /// done before this returns, on the calling thread, which must hold no lock that `work` or `done` takes.
    void write_here(Work work, Done done);

    /// Writes and waits. Never from within a unit or its `done`.
    Result<void> run(Work work);

    /// Has the database give up the bytes of what was removed, as far as it can: a file is written anew and
    /// its log emptied, which takes as long as copying it, and nothing is written meanwhile. False when
    /// readers of an older state kept the log: ask again. A Fault of kind retry where there is no room for
    /// that, mostly before anything was written. Blocks; never from within a unit.
    Result<bool> compact();

    /// Reads a snapshot on the calling thread; keep it short, since an open snapshot keeps the WAL from
    /// shrinking.
    Result<void> read(const std::function<Result<void>(Reader&)>& work);
    /// The same for work that returns a Result<T>.
    template <class F>
        requires(!std::is_same_v<std::invoke_result_t<F, Reader&>, Result<void>>)
    auto read(F&& work) -> std::invoke_result_t<F, Reader&>;

    Result<std::int64_t> bytes();  ///< that the store takes

    std::size_t queued() const;  ///< units waiting, for back-pressure
    bool broken() const;
    std::string trouble() const;  ///< why there is no connection to the store now; empty when there is one
    const std::string& place() const;  ///< the store as people are told of it, without a password
    Counters counters() const;

    /// The owner is about to close: a group whose commit got no answer waits for the store only a few
    /// attempts more. When it is given up nothing more is written, since nobody knows on top of what.
    void close_soon();
    /// Refuses new units, finishes those queued, checkpoints and lets go of the store. Safe to call twice.
    void close();

    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

private:
    struct Parts;
    explicit Database(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

template <class F>
    requires(!std::is_same_v<std::invoke_result_t<F, Reader&>, Result<void>>)
auto Database::read(F&& work) -> std::invoke_result_t<F, Reader&> {
    std::optional<std::invoke_result_t<F, Reader&>> answer;
    auto done = read(std::function<Result<void>(Reader&)>([&](Reader& reader) -> Result<void> {
        answer.emplace(work(reader));
        return {};
    }));
    if (!done) return done.error();
    return std::move(*answer);
}

}  // namespace maillon::db
