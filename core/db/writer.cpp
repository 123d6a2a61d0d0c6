#include "core/db/writer.h"

#include <exception>

namespace maillon::db {

using dialect::Trouble;

Writer::Writer(std::unique_ptr<Connection> connection, const Options& options)
    : options_(options), connection_(std::move(connection)) {
    group_.reserve(options_.group_units);
    connection_->inject(options_.inject);
    connection_->take_trouble();
    thread_ = std::thread([this] { loop(); });
}

Writer::~Writer() {
    drain();
}

void Writer::submit(Database::Work work, Database::Done done) {
    std::unique_lock lock(mutex_);
    if (const auto refused = refusal_) {
        lock.unlock();
        return done(*refused);
    }
    queue_.push_back({std::move(work), std::move(done)});
    lock.unlock();
    changed_.notify_one();
}

std::size_t Writer::queued() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

bool Writer::broken() const {
    const std::lock_guard lock(mutex_);
    return broken_;
}

Counters Writer::counters() const {
    const std::lock_guard lock(mutex_);
    return counters_;
}

void Writer::drain() {
    {
        const std::lock_guard lock(mutex_);
        draining_ = true;
        if (!refusal_) refusal_ = Fault{FaultKind::cancelled, "the store is closing", {}};
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Writer::close() {
    if (!connection_) return;
    if (!broken()) (void)connection_->checkpoint(dialect::kLastCheckpoint);
    connection_->close();
    connection_.reset();
}

void Writer::loop() {
    while (wait()) run_group();
}

bool Writer::wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return draining_ || !queue_.empty(); });
    return !queue_.empty();
}

std::optional<Writer::Item> Writer::next() {
    const std::lock_guard lock(mutex_);
    if (queue_.empty()) return {};
    auto item = std::move(queue_.front());
    queue_.pop_front();
    return item;
}

void Writer::run_group() {
    group_.clear();
    group_.push_back(*next());
    connection_->take_trouble();
    auto kept = connection_->command(Step::begin, dialect::kBegin);
    if (kept) kept = fill_group();
    if (kept) kept = connection_->command(Step::commit, dialect::kCommit);
    const auto trouble = connection_->take_trouble();
    if (!kept) fail_group(kept.error());
    if (!kept && trouble == Trouble::io_error) return break_down(kept.error());
    count_group(kept.has_value(), trouble);
    tell_group();
    checkpoint_when_due();
}

/// Runs the first unit, already in the group, and those that are queued behind it.
Result<void> Writer::fill_group() {
    const auto until = options_.clock->steady() + options_.group_time;
    while (true) {
        auto kept = run_unit(group_.back());
        if (!kept) return kept.error();
        if (group_.size() >= options_.group_units || options_.clock->steady() >= until) return {};
        auto item = next();
        if (!item) return {};
        group_.push_back(std::move(*item));
    }
}

/// A Fault here is the whole group's; one of the unit alone goes into `item.outcome`.
Result<void> Writer::run_unit(Item& item) {
    auto kept = connection_->command(Step::statement, dialect::kSavepoint);
    if (!kept) return kept;
    item.outcome = call(item);
    if (connection_->trouble() > Trouble::statement) return item.outcome;
    if (!item.outcome) kept = connection_->command(Step::statement, dialect::kRollbackUnit);
    if (kept) kept = connection_->command(Step::statement, dialect::kRelease);
    return kept;
}

Result<void> Writer::call(Item& item) {
    Unit unit(*connection_);
    Result<void> outcome;
    try {
        outcome = item.work(unit);
    } catch (const std::exception& error) {
        outcome = internal(std::string("writing the store: ") + error.what());
    }
    if (unit.failure()) return *unit.failure();
    return outcome;
}

void Writer::fail_group(const Fault& fault) {
    connection_->rollback();
    for (auto& item : group_) item.outcome = fault;
}

void Writer::tell_group() {
    for (auto& item : group_) {
        item.work = nullptr;
        item.done(std::move(item.outcome));
    }
    group_.clear();
}

void Writer::count_group(bool committed, Trouble trouble) {
    const std::lock_guard lock(mutex_);
    if (committed) ++counters_.commits;
    if (!committed && trouble == Trouble::disk_full) ++counters_.disk_full;
    for (const auto& item : group_) ++(item.outcome ? counters_.units : counters_.failed_units);
}

/// A checkpoint that readers kept from finishing is tried again when the WAL has grown by as much again, not
/// at once.
void Writer::checkpoint_when_due() {
    const int pages = connection_->wal_pages();
    if (pages < checkpointed_at_) checkpointed_at_ = 0;
    if (pages - checkpointed_at_ < options_.checkpoint_pages) return;
    checkpointed_at_ = pages;
    auto done = connection_->checkpoint(dialect::kCheckpoint);
    if (!done && connection_->take_trouble() == Trouble::io_error) return break_down(done.error());
    const std::lock_guard lock(mutex_);
    ++counters_.checkpoints;
}

/// Refuses what is queued and what comes; the hub ends the process.
void Writer::break_down(const Fault& fault) {
    {
        const std::lock_guard lock(mutex_);
        broken_ = true;
        refusal_ = fault;
        for (auto& item : queue_) group_.push_back({{}, std::move(item.done), fault});
        queue_.clear();
        counters_.failed_units += group_.size();
    }
    tell_group();
    if (options_.on_broken) options_.on_broken(fault);
}

}  // namespace maillon::db
