#include "core/deliver/lane.h"

namespace maillon::deliver {
namespace {

/// What waits for longer than this need not do so in memory.
constexpr std::chrono::seconds kLongWait{5};

}  // namespace

bool Deliver::Lane::stands_still(TimePoint now) const {
    return is_stopped() || circuit_.until() > now + kLongWait;
}

std::string Deliver::Lane::why_still(TimePoint now) const {
    if (!held_.empty()) return "paused by a person: " + held_;
    if (!paused_.empty()) return paused_;
    if (circuit_.is_shut(now)) return circuit_.why();
    const auto next = next_due();
    return next && *next > now && unaffordable_until_ > now ? unaffordable_ : std::string();
}

std::optional<TimePoint> Deliver::Lane::still_until(TimePoint now) const {
    if (is_stopped()) return std::nullopt;
    if (circuit_.is_shut(now)) return circuit_.until();
    const auto next = next_due();
    return next && *next > now && unaffordable_until_ > now ? std::optional(unaffordable_until_)
                                                            : std::nullopt;
}

std::string Deliver::Lane::trouble(TimePoint now) const {
    if (!held_.empty()) return {};
    if (!paused_.empty()) return paused_;
    const bool has_work = !queue_.empty() || trying_ > 0 || waits_in_store_;
    return has_work && circuit_.state(now) != Circuit::State::closed ? circuit_.why() : std::string();
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
    const auto priority = row.outbound ? Priority::person : Priority::normal;
    return {std::move(row), std::move(order_key), repeatable, is_process, priority};
}

void Deliver::Lane::give_back(std::size_t keep, std::vector<GivenBack>& out) {
    const std::scoped_lock lock(mutex_);
    const auto now = parts_.clock.now();
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
    queue_.push_back({.job = std::move(one.job), .due = one.due, .last = std::move(one.last)});
    wake_.notify_one();
}

std::size_t Deliver::Lane::room(std::size_t keep) const {
    const std::scoped_lock lock(mutex_);
    if (stands_still(parts_.clock.now())) return 0;
    return keep - std::min(keep, queue_.size() + trying_);
}

}  // namespace maillon::deliver
