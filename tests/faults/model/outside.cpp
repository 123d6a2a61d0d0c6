#include "tests/faults/model/outside.h"

#include "tests/unit/deliver/scripted_connector.h"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace maillon::faults {
namespace {

using deliver::ScriptedConnector;

plugin::CallReport nobody() {
    return ScriptedConnector::fails(FaultKind::in_doubt, "no answer");
}

}  // namespace

int Outside::event_of(const plugin::OutCall& call) {
    const auto arguments = boost::json::parse(call.arguments).as_object();
    return std::stoi(std::string(arguments.at("fields").as_object().at("name").as_string()));
}

void Outside::set_fate(int event, Fate fate) {
    const std::scoped_lock lock(mutex_);
    fates_[event] = std::move(fate);
}

void Outside::cut_off(bool is_off) {
    const std::scoped_lock lock(mutex_);
    is_off_ = is_off;
}

plugin::CallReport Outside::deliver(const plugin::OutCall& call) {
    const int event = event_of(call);
    const std::scoped_lock lock(mutex_);
    if (is_off_) return nobody();
    const auto& fate = fates_.at(event);
    const auto n = tries_[call.idempotency_key]++;
    if (n < fate.tries.size()) return try_one(fate.tries[n], call, event);
    if (fate.end == Fate::End::refused) return ScriptedConnector::fails(FaultKind::rejected, "refused");
    if (fate.end == Fate::End::unknown && event % 2 == 0) return nobody();
    effects_.push_back({call.idempotency_key, event});
    arrived_.insert(call.idempotency_key);
    return fate.end == Fate::End::unknown ? nobody() : ScriptedConnector::ok();
}

plugin::CallReport Outside::try_one(Fate::Try how, const plugin::OutCall& call, int event) {
    switch (how) {
        case Fate::Try::busy: return ScriptedConnector::fails(FaultKind::retry, "busy");
        case Fate::Try::limited:
            return ScriptedConnector::fails(FaultKind::rate_limited, "slower", std::chrono::milliseconds{30});
        // A hub gives up a call that meets conflicts only; one that was tried before it was killed counts.
        case Fate::Try::conflict:
            return ScriptedConnector::fails(call.attempt < 3 ? FaultKind::conflict : FaultKind::retry,
                                            "changed");
        case Fate::Try::cut_before: return nobody();
        case Fate::Try::cut_after: break;
    }
    effects_.push_back({call.idempotency_key, event});
    arrived_.insert(call.idempotency_key);
    return nobody();
}

plugin::CallReport Outside::reconcile(const plugin::OutCall& call) {
    const int event = event_of(call);
    const std::scoped_lock lock(mutex_);
    if (is_off_) return nobody();
    const auto& fate = fates_.at(event);
    const bool at_end = tries_[call.idempotency_key] > fate.tries.size();
    if (fate.end == Fate::End::unknown && at_end) return nobody();
    if (arrived_.contains(call.idempotency_key)) return ScriptedConnector::ok();
    return ScriptedConnector::fails(FaultKind::retry, "it never arrived");
}

void Outside::mend(int event) {
    const std::scoped_lock lock(mutex_);
    fates_.at(event) = {};
}

bool Outside::has_arrived(int event) const {
    const std::scoped_lock lock(mutex_);
    return std::ranges::any_of(effects_, [event](const Effect& one) { return one.event == event; });
}

std::vector<Outside::Effect> Outside::effects() const {
    const std::scoped_lock lock(mutex_);
    return effects_;
}

}  // namespace maillon::faults
