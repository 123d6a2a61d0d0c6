#include "core/db/writer.h"

#include <algorithm>
#include <exception>

namespace maillon::db {

namespace {

constexpr std::chrono::milliseconds kFirstPause{50}, kLongestPause{2'000};
/// A store that does not answer keeps a hub that is to end for so many more attempts.
constexpr int kAttemptsWhileEnding = 3;

}  // namespace

class Writer::Turn {
public:
    explicit Turn(Writer& writer) : Turn(writer, std::unique_lock(writer.turn_)) {}
    /// Nothing when somebody else has it.
    static std::optional<Turn> if_free(Writer& writer) {
        std::unique_lock lock(writer.turn_, std::try_to_lock);
        if (!lock) return {};
        return std::optional<Turn>(Turn(writer, std::move(lock)));
    }
    ~Turn() {
        if (lock_) writer_.writes_ = std::thread::id();
    }
    Turn(Turn&&) = default;
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    Turn& operator=(Turn&&) = delete;

private:
    Turn(Writer& writer, std::unique_lock<std::mutex> lock) : writer_(writer), lock_(std::move(lock)) {
        writer_.writes_ = std::this_thread::get_id();
    }
    Writer& writer_;
    std::unique_lock<std::mutex> lock_;
};

Writer::Writer(std::unique_ptr<Connection> connection, std::unique_ptr<Tenure> tenure, const Options& options)
    : options_(options),
      connection_(std::move(connection)),
      tenure_(std::move(tenure)),
      transaction_(connection_->dialect().transaction(*connection_)),
      lends_turn_(!connection_->dialect().is_remote()),
      pause_(kFirstPause) {
    group_.reserve(options_.group_units);
    connection_->inject(options_.inject);
    connection_->take_trouble();
    thread_ = std::thread([this] { loop(); });
}

Writer::~Writer() {
    drain();
}

void Writer::submit(Database::Work work, Database::Done done) {
    enqueue({std::move(work), std::move(done)});
}

void Writer::write_here(Database::Work work, Database::Done done) {
    if (lends_turn_ && !is_this_thread()) {
        if (const auto turn = Turn::if_free(*this); turn && is_idle())
            return run_group({std::move(work), std::move(done)}, Reach::alone);
    }
    enqueue({std::move(work), std::move(done)});
}

/// Whether nothing waits, and nothing speaks against writing at once.
bool Writer::is_idle() const {
    const std::lock_guard lock(mutex_);
    return queue_.empty() && !refusal_ && !lost_;
}

void Writer::enqueue(Item item) {
    std::unique_lock lock(mutex_);
    if (const auto refused = refusal_) {
        lock.unlock();
        return item.done(*refused);
    }
    queue_.push_back(std::move(item));
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

std::string Writer::trouble() const {
    const std::lock_guard lock(mutex_);
    return lost_ ? lost_->what : std::string();
}

Counters Writer::counters() const {
    const std::lock_guard lock(mutex_);
    auto out = counters_;
    if (compacting_from_) out.compaction_work += compaction_work() - *compacting_from_;
    return out;
}

void Writer::close_soon() {
    const std::lock_guard lock(mutex_);
    closing_soon_ = true;
}

void Writer::drain() {
    {
        const std::lock_guard lock(mutex_);
        draining_ = true;
        if (!refusal_) refusal_ = Fault{FaultKind::cancelled, "the store is closing", {}};
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
    const Turn last(*this);  // somebody may still have been lent it
}

void Writer::close() {
    if (!connection_) return;
    const auto checkpoint = connection_->dialect().last_checkpoint();
    if (!broken() && !checkpoint.empty()) (void)connection_->checkpoint(checkpoint);
    transaction_.reset();
    connection_->close();
    connection_.reset();
    tenure_.reset();
}

void Writer::loop() {
    while (wait()) {
        {
            const Turn turn(*this);
            if (connection_->dialect().is_remote() && !broken()) look_after_connection();
            if (queued() > 0) write_next();
        }
        // Those who were told bring more where they share the processor with us: larger groups, fewer syncs.
        std::this_thread::yield();
    }
}

/// False when there is nothing left to do. A remote store is looked at now and again even when nothing comes.
bool Writer::wait() {
    std::unique_lock lock(mutex_);
    const auto due = [this] { return draining_ || !queue_.empty() || (lost_ && !given_up_); };
    if (connection_->dialect().is_remote())
        changed_.wait_for(lock, options_.heartbeat, due);
    else
        changed_.wait(lock, due);
    return !draining_ || !queue_.empty();
}

std::optional<Writer::Item> Writer::next() {
    const std::lock_guard lock(mutex_);
    if (queue_.empty()) return {};
    auto item = std::move(queue_.front());
    queue_.pop_front();
    return item;
}

std::optional<Writer::Item> Writer::next_unit() {
    {
        const std::lock_guard lock(mutex_);
        if (!queue_.empty() && queue_.front().compacted) return {};
    }
    return next();
}

void Writer::write_next() {
    auto first = *next();
    if (first.compacted) return compact_now(first);
    run_group(std::move(first), Reach::with_queued);
}

void Writer::run_group(Item first, Reach reach) {
    group_.clear();
    group_.push_back(std::move(first));
    connection_->take_trouble();
    auto kept = transaction_->begin(++group_number_);
    if (kept) kept = fill_group(reach);
    const bool asked = kept.has_value();
    if (kept) kept = transaction_->commit();
    const auto trouble = connection_->take_trouble();
    const bool lost = !kept && trouble == Trouble::lost;
    if (lost) lose(kept.error());
    if (lost && asked) kept = find_out(kept.error());
    if (!kept) fail_group(kept.error());
    if (broken()) return;
    if (!kept && trouble == Trouble::io_error) return break_down(kept.error());
    count_group(kept.has_value(), trouble);
    tell_group();
    checkpoint_when_due();
}

/// Runs the first unit, already in the group, and those that are queued behind it.
Result<void> Writer::fill_group(Reach reach) {
    const auto until = options_.clock->steady() + options_.group_time;
    while (true) {
        auto kept = run_unit(group_.back());
        if (!kept) return kept.error();
        if (reach == Reach::alone) return {};
        if (group_.size() >= options_.group_units || options_.clock->steady() >= until) return {};
        auto item = next_unit();
        if (!item) return {};
        group_.push_back(std::move(*item));
    }
}

/// A Fault here is the whole group's; one of the unit alone goes into `item.outcome`.
Result<void> Writer::run_unit(Item& item) {
    auto begun = transaction_->begin_unit();
    if (!begun) return begun;
    item.outcome = call(item);
    if (connection_->trouble() > Trouble::statement) return item.outcome;
    return item.outcome ? transaction_->keep_unit() : transaction_->undo_unit();
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
    if (trouble().empty()) connection_->rollback();
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

/// A checkpoint that readers kept from finishing is tried again when the log has grown by as much again, not
/// at once.
void Writer::checkpoint_when_due() {
    const int pages = connection_->dialect().log_pages();
    if (pages < checkpointed_at_) checkpointed_at_ = 0;
    if (pages - checkpointed_at_ < options_.checkpoint_pages) return;
    checkpointed_at_ = pages;
    auto done = connection_->checkpoint(connection_->dialect().checkpoint());
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
        lost_.reset();
        for (auto& item : queue_) group_.push_back({{}, std::move(item.done), fault, {}});
        queue_.clear();
        counters_.failed_units += group_.size();
    }
    tell_group();
    if (options_.on_broken) options_.on_broken(fault);
}

/// Also notices a loss while nothing is written: another host may be active by now.
void Writer::look_after_connection() {
    if (trouble().empty() && queued() == 0) {
        const auto there = connection_->ping();
        if (!there && connection_->take_trouble() >= Trouble::lost) lose(there.error());
    }
    // What came just before it was given up.
    if (const auto fault = refused_for_good()) return refuse_queued(*fault);
    while (!trouble().empty()) {
        const auto done = reconnect();
        if (done || broken()) return;
        refuse_queued(done.error());
        if (is_draining()) return;
        pause();
    }
}

void Writer::lose(const Fault& fault) {
    {
        const std::lock_guard lock(mutex_);
        lost_ = fault;
    }
    pause_ = kFirstPause;
    if (options_.on_connection) options_.on_connection(false, fault.what);
}

/// One attempt. Breaks down when the store has gone over to another host.
Result<void> Writer::reconnect() {
    auto resumed = tenure_->resume(*connection_);
    connection_->take_trouble();
    if (!resumed) {
        if (resumed.error().kind != FaultKind::conflict) {
            const std::lock_guard lock(mutex_);
            lost_ = resumed.error();
            return resumed.error();
        }
        fail_group(resumed.error());
        break_down(resumed.error());
        return resumed.error();
    }
    last_in_store_ = *resumed;
    {
        const std::lock_guard lock(mutex_);
        lost_.reset();
        ++counters_.reconnects;
    }
    if (options_.on_connection) options_.on_connection(true, connection_->dialect().place());
    return {};
}

/// The COMMIT of the group may have arrived: asks the store until it answers.
Result<void> Writer::find_out(const Fault& fault) {
    for (int attempts_left = kAttemptsWhileEnding; attempts_left > 0;) {
        const auto done = reconnect();
        if (done) return last_in_store_ == group_number_ ? Result<void>{} : fault;
        if (broken()) return fault;
        refuse_queued(done.error());
        if (is_closing_soon()) --attempts_left;
        pause();
    }
    give_up(fault);
    return fault;
}

/// Whoever is told that a group failed may bring it again; it is perhaps in the store.
void Writer::give_up(const Fault& fault) {
    const std::lock_guard lock(mutex_);
    given_up_ = true;
    if (!refusal_) refusal_ = fault;
}

/// Units that wait for a connection are told at once: their owners know better what to do meanwhile.
void Writer::refuse_queued(const Fault& fault) {
    std::deque<Item> refused;
    {
        const std::lock_guard lock(mutex_);
        refused.swap(queue_);
        counters_.failed_units += refused.size();
    }
    for (auto& item : refused) item.done(fault);
}

bool Writer::is_draining() const {
    const std::lock_guard lock(mutex_);
    return draining_;
}

bool Writer::is_closing_soon() const {
    const std::lock_guard lock(mutex_);
    return draining_ || closing_soon_;
}

std::optional<Fault> Writer::refused_for_good() const {
    const std::lock_guard lock(mutex_);
    return given_up_ ? refusal_ : std::nullopt;
}

void Writer::pause() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, pause_, [this] { return draining_; });
    pause_ = std::min(pause_ * 2, kLongestPause);
}

}  // namespace maillon::db
