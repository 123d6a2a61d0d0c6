#include "core/base/time.h"
#include "core/deliver/lane.h"

#include <algorithm>

namespace maillon::deliver {
namespace {

/// What waits for longer than this need not do so in memory.
constexpr std::chrono::seconds kLongWait{5};
/// Less is what correcting a clock gradually comes to, and how far its two readings may be apart.
constexpr std::chrono::seconds kStepOfClock{2};

}  // namespace

TimePoint Deliver::Lane::mind_clock() {
    const auto now = parts_.clock.now();
    const auto steady = parts_.clock.steady();
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(steady - seen_steady_);
    const auto back = seen_ + passed - now;
    seen_ = now;
    seen_steady_ = steady;
    if (back < kStepOfClock) return now;
    for (auto& item : queue_) {
        if (item.due > now) item.due -= back;
        if (item.lost) *item.lost -= back;
    }
    circuit_.shift(-back);
    asking_.shift(-back);
    unaffordable_until_ -= back;
    return now;
}

bool Deliver::Lane::stands_still(TimePoint now) const {
    return is_stopped() || circuit_.until() > now + kLongWait;
}

std::string Deliver::Lane::why_still(TimePoint now) const {
    if (!held_.empty()) return "paused by a person: " + held_;
    if (!paused_.empty()) return paused_;
    if (circuit_.is_shut(now)) return circuit_.why();
    return waits_for_budget(now) ? unaffordable_ : std::string();
}

std::optional<TimePoint> Deliver::Lane::still_until(TimePoint now) const {
    if (is_stopped()) return std::nullopt;
    if (circuit_.is_shut(now)) return circuit_.until();
    return waits_for_budget(now) ? std::optional(unaffordable_until_) : std::nullopt;
}

bool Deliver::Lane::waits_for_budget(TimePoint now) const {
    if (unaffordable_until_ <= now) return false;
    const auto next = next_due();
    return next ? *next > now : queue_.empty() && waits_in_store_;
}

std::optional<Delay> Deliver::Lane::delay_of(RunId run) const {
    const std::scoped_lock lock(mutex_);
    if (std::ranges::find(tried_runs_, run) != tried_runs_.end())
        return Delay{"connector '" + name_ + "' has had it since " + to_rfc3339(since_.value_or(TimePoint{})),
                     {}};
    const auto item = std::ranges::find(queue_, run, [](const Waiting& one) { return one.job.row.run; });
    if (item == queue_.end()) return std::nullopt;
    return delay_of(*item, parts_.clock.now());
}

Delay Deliver::Lane::delay_of(const Waiting& item, TimePoint now) const {
    if (is_stopped()) return {why_still(now), {}, todo()};
    if (is_kept(item)) return kept_by_person();
    if (item.due > now && !item.unaffordable.empty()) return {item.unaffordable, item.due};
    if (circuit_.is_shut(now)) return {why_still(now), std::max(item.due, circuit_.until())};
    if (const auto due = due_of(item); due > now && item.in_doubt)
        return {"it is asked about what became of it" + (item.last ? ": " + item.last->what : ""), due};
    if (item.due > now) return {item.last ? item.last->what : "it is not its time", item.due};
    return {"other calls to '" + name_ + "' go first", {}};
}

Delay Deliver::Lane::kept_by_person() const {
    return {
        "calls that reach people are paused by a person: " + outbound_held_, {}, "maillon resume outbound"};
}

Delay Deliver::Lane::delay_in_store(const store::CallRow& call) const {
    const std::scoped_lock lock(mutex_);
    const auto now = parts_.clock.now();
    if (is_stopped()) return {why_still(now), {}, todo()};
    if (call.outbound && !outbound_held_.empty()) return kept_by_person();
    if (auto why = why_still(now); !why.empty()) return {std::move(why), still_until(now), todo()};
    if (call.not_before > now)
        return {call.detail.empty() ? "it is not its time" : call.detail, call.not_before};
    return {"it lies in the store; other calls to '" + name_ + "' go first", {}};
}

std::string Deliver::Lane::todo() const {
    if (!held_.empty()) return "maillon resume " + name_;
    if (paused_.empty()) return {};
    return "maillon secret set NAME, or where the service was wrong: maillon resume " + name_;
}

std::string Deliver::Lane::trouble(TimePoint now) const {
    if (!held_.empty()) return {};
    if (!paused_.empty()) return paused_;
    const bool has_work = !queue_.empty() || trying_ > 0 || waits_in_store_;
    if (has_work && circuit_.state(now) != Circuit::State::closed) return circuit_.why();
    const bool asks = std::ranges::any_of(queue_, [](const Waiting& item) { return item.in_doubt; });
    return asks && asking_.state(now) != Circuit::State::closed
               ? "cannot be asked what became of calls: " + asking_.why()
               : std::string();
}

void Deliver::Lane::show_circuit(TimePoint now) {
    const auto state = circuit_.state(now);
    circuit_gauge_.set(state == Circuit::State::closed ? 0 : state == Circuit::State::half_open ? 1 : 2);
}

Job Deliver::Lane::job_of(store::CallRow row, std::string order_key) const {
    const auto& info = connector_.info();
    const auto* operation = info.operation(row.operation);
    const bool is_process = !operation && info.processes;
    const bool repeatable = is_process || (operation && operation->is_repeatable());
    const auto priority = priority_of(row.outbound, false);
    return {std::move(row), std::move(order_key), repeatable, is_process, priority};
}

void Deliver::Lane::give_back(std::size_t keep, std::vector<GivenBack>& out) {
    const std::scoped_lock lock(mutex_);
    const auto now = mind_clock();
    const bool all = stands_still(now);
    std::deque<Waiting> stays;
    for (auto& item : queue_) {
        const bool is_far = all || is_kept(item) || item.due > now + kLongWait || stays.size() >= keep;
        // What is in doubt only because its answer was lost stands in the store as being tried, and how often
        // it was asked about is known here alone.
        if (is_far && !item.in_doubt)
            out.push_back({std::move(item.job), item.due, std::move(item.last)});
        else
            stays.push_back(std::move(item));
    }
    waits_in_store_ = waits_in_store_ || stays.size() < queue_.size();
    queue_ = std::move(stays);
}

void Deliver::Lane::take_back(GivenBack one) {
    const std::scoped_lock lock(mutex_);
    const bool met_change = one.last && one.last->kind == FaultKind::conflict;
    const auto conflicts = met_change ? one.job.row.attempts : 0;
    queue_.push_back(
        {.job = std::move(one.job), .due = one.due, .conflicts = conflicts, .last = std::move(one.last)});
    wake_.notify_one();
}

Deliver::Room Deliver::Lane::room(std::size_t keep) const {
    const std::scoped_lock lock(mutex_);
    if (stands_still(parts_.clock.now())) return {};
    const auto reaching = static_cast<std::size_t>(
        std::ranges::count_if(queue_, [](const Waiting& item) { return item.job.row.outbound; }));
    const auto left = [&](std::size_t taken) { return keep - std::min(keep, taken + trying_); };
    return {left(reaching), left(queue_.size() - reaching)};
}

}  // namespace maillon::deliver
