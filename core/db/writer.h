#pragma once

#include "core/db/connection.h"
#include "core/db/database.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace maillon::db {

/// The writer thread with its connection and its queue. See Database for the contract.
///
/// Outline: wait for a unit; BEGIN IMMEDIATE; run units, each in a savepoint, until the queue is empty or the
/// group is full; COMMIT; tell each unit's `done`; checkpoint when the WAL has grown. While a commit waits
/// for the disk the next group gathers, so groups grow by themselves under load.
class Writer {
public:
    Writer(std::unique_ptr<Connection> connection, const Options& options);
    ~Writer();

    void submit(Database::Work work, Database::Done done);
    bool is_this_thread() const { return std::this_thread::get_id() == thread_.get_id(); }

    std::size_t queued() const;
    bool broken() const;
    Counters counters() const;

    /// Refuses new units, finishes those queued, ends the thread.
    void drain();
    /// After drain(), with no reader left: empties the WAL and closes the connection.
    void close();

private:
    struct Item {
        Database::Work work;
        Database::Done done;
        Result<void> outcome{};
    };

    void loop();
    bool wait();
    std::optional<Item> next();

    void run_group();
    Result<void> fill_group();
    Result<void> run_unit(Item& item);
    Result<void> call(Item& item);
    void fail_group(const Fault& fault);
    void tell_group();
    void count_group(bool committed, dialect::Trouble trouble);
    void checkpoint_when_due();
    void break_down(const Fault& fault);

    const Options& options_;
    std::unique_ptr<Connection> connection_;
    std::vector<Item> group_;  ///< writer thread only
    int checkpointed_at_ = 0;  ///< writer thread only: length of the WAL at the last checkpoint

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Item> queue_;
    std::optional<Fault> refusal_;  ///< why new units are refused
    bool draining_ = false;
    bool broken_ = false;
    Counters counters_;

    std::thread thread_;  ///< last, since it uses all the others
};

}  // namespace maillon::db
