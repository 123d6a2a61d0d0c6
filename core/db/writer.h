#pragma once

#include "core/db/connection.h"
#include "core/db/database.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include <pthread.h>

namespace maillon::db {

/// The writer thread with its connection and its queue. See Database for the contract.
///
/// Outline: wait for a unit; begin; run units, each of which can be undone alone, until the queue is empty or
/// the group is full; commit; tell each unit's `done`; checkpoint when the log has grown. While a commit
/// waits for the disk the next group gathers, so groups grow by themselves under load.
///
/// Writing is a turn that one thread has at a time. It is this thread's, but for a unit that comes while
/// nothing is to be written: whoever brings such a one may have the turn for it (write_here), which saves
/// two changes of threads.
///
/// A lost connection is opened again. Until then what is queued is refused after each attempt, so that nobody
/// waits for long; only a group whose COMMIT got no answer waits until the store can say what became of it.
class Writer {
public:
    Writer(std::unique_ptr<Connection> connection, std::unique_ptr<Tenure> tenure, const Options& options);
    ~Writer();

    void submit(Database::Work work, Database::Done done);
    /// The same, on the calling thread when nothing else is to be written.
    void write_here(Database::Work work, Database::Done done);
    /// See Database::compact. `done` is called on the writer thread, or at once when refused.
    void compact(const std::function<void(Result<bool>)>& done);
    /// Whether the calling thread is the one that writes now.
    bool is_this_thread() const { return std::this_thread::get_id() == writes_.load(); }

    std::size_t queued() const;
    bool broken() const;
    std::string trouble() const;
    Counters counters() const;

    /// See Database::close_soon.
    void close_soon();
    /// Refuses new units, finishes those queued, ends the thread.
    void drain();
    /// After drain(), with no reader left: empties the log and closes the connection.
    void close();

private:
    struct Item {
        Database::Work work;
        Database::Done done;
        Result<void> outcome{};
        std::function<void(Result<bool>)> compacted{};  ///< set: no unit, but a wish to compact
    };

    /// While one exists, its thread is the one that writes.
    class Turn;

    void enqueue(Item item);
    bool is_idle() const;
    void loop();
    bool wait();
    std::optional<Item> next();
    /// The next one that is a unit; nothing when another wish comes first.
    std::optional<Item> next_unit();
    void compact_now(const Item& wish);
    Result<bool> run_compaction();
    Result<void> rewrite();
    void note_compaction(bool begins);
    std::uint64_t compaction_work() const;

    void write_next();
    enum class Reach { alone, with_queued };
    void run_group(Item first, Reach reach);
    Result<void> fill_group(Reach reach);
    Result<void> run_unit(Item& item);
    Result<void> call(Item& item);
    void fail_group(const Fault& fault);
    void tell_group();
    void count_group(bool committed, Trouble trouble);
    void checkpoint_when_due();
    void break_down(const Fault& fault);

    // Of a connection that can be lost.
    void look_after_connection();
    void lose(const Fault& fault);
    Result<void> reconnect();
    Result<void> find_out(const Fault& fault);
    void refuse_queued(const Fault& fault);
    bool is_draining() const;
    bool is_closing_soon() const;
    void give_up(const Fault& fault);
    std::optional<Fault> refused_for_good() const;
    void pause();

    const Options& options_;
    std::unique_ptr<Connection> connection_;
    std::unique_ptr<Tenure> tenure_;
    std::unique_ptr<Transaction> transaction_;
    const bool lends_turn_;  ///< a server's answer takes longer than changing threads
    std::mutex turn_;
    std::atomic<std::thread::id> writes_{};  ///< who has the turn
    // Of whoever has the turn.
    std::vector<Item> group_;
    int checkpointed_at_ = 0;            ///< length of the log at the last checkpoint
    std::uint64_t group_number_ = 0;     ///< of the latest group
    std::uint64_t last_in_store_ = 0;    ///< as the store answered when the connection was opened again
    std::chrono::milliseconds pause_{};  ///< before the next attempt to connect

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Item> queue_;
    std::optional<Fault> refusal_;  ///< why new units are refused
    bool draining_ = false;
    bool closing_soon_ = false;
    bool given_up_ = false;  ///< a group whose commit got no answer
    bool broken_ = false;
    std::optional<Fault> lost_;  ///< why there is no connection
    Counters counters_;
    pthread_t compacts_{};                          ///< the thread that compacts
    std::optional<std::uint64_t> compacting_from_;  ///< its work when it began; nothing: it does not

    std::thread thread_;  ///< last, since it uses all the others
};

}  // namespace maillon::db
