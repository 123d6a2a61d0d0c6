#include "core/db/writer.h"

#include <pthread.h>
#include <time.h>

#include <utility>

/// The writer while it has the database give up the bytes of what was removed.
namespace maillon::db {

void Writer::compact(const std::function<void(Result<bool>)>& done) {
    enqueue({{}, [done](const Result<void>& refused) { done(refused.error()); }, {}, done});
}

void Writer::compact_now(const Item& wish) {
    connection_->take_trouble();
    note_compaction(true);
    auto done = run_compaction();
    note_compaction(false);
    const auto trouble = connection_->take_trouble();
    if (!done && trouble == Trouble::lost) lose(done.error());
    if (!done && trouble == Trouble::io_error) break_down(done.error());
    wish.compacted(std::move(done));
}

Result<bool> Writer::run_compaction() {
    const auto& dialect = connection_->dialect();
    if (auto room = dialect.room_to_compact(connection_->session()); !room) return room.error();
    auto done = rewrite();
    if (!done && connection_->trouble() == Trouble::disk_full)
        done = retry("no room to write the store anew: the disk is full; make room for two copies of it");
    if (!done && connection_->trouble() > Trouble::disk_full) return done.error();
    const auto checkpoint = dialect.last_checkpoint();
    if (checkpoint.empty()) return done ? Result<bool>(true) : done.error();
    // Also after a failure: what it has written into the log takes room that others need.
    checkpointed_at_ = 0;
    auto emptied = connection_->checkpoint(checkpoint);
    return done ? emptied : done.error();
}

/// All commands, of which the last ones put back what the first ones have set.
Result<void> Writer::rewrite() {
    Result<void> out;
    for (const auto command : connection_->dialect().compaction()) {
        auto done = connection_->script(Step::checkpoint, std::string(command));
        if (!done && out) out = std::move(done);
        if (connection_->trouble() > Trouble::disk_full) break;
    }
    return out;
}

void Writer::note_compaction(bool begins) {
    const std::lock_guard lock(mutex_);
    compacts_ = ::pthread_self();
    const auto now = compaction_work();
    if (begins)
        compacting_from_ = now;
    else
        counters_.compaction_work += now - *std::exchange(compacting_from_, std::nullopt);
}

/// In microseconds. A file is written anew by this thread, and most of that happens within few calls into
/// SQLite that tell nothing on their way: what shows that they are at work is that they take the processor,
/// and a disk that does not answer takes none. A server works by itself, and one that is gone is noticed by
/// its connection: there time that passes is work.
std::uint64_t Writer::compaction_work() const {
    if (connection_->dialect().is_remote()) {
        const auto now = options_.clock->steady().time_since_epoch();
        return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
    }
    clockid_t clock{};
    timespec time{};
    if (::pthread_getcpuclockid(compacts_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return 0;
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(time.tv_nsec) / 1'000;
}

}  // namespace maillon::db
