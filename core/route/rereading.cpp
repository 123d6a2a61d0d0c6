#include "core/route/rereading.h"

#include "core/route/turn.h"

#include <algorithm>
#include <array>
#include <set>

namespace maillon::route {
namespace {

using std::chrono::seconds;

/// Before each reading; then the call is given up.
constexpr std::array kPauses{seconds{0}, seconds{1}, seconds{4}, seconds{16}, seconds{60}};
/// For a connector that is down in between.
constexpr std::chrono::minutes kLongest{15};

/// The names that an own step of the route gives a value computed from `known`'s.
void add_sources(const StepPlan& step, std::set<std::string>& known, std::vector<std::string>& open) {
    const auto add = [&](const std::vector<std::string>& names) {
        for (const auto& name : names) {
            if (known.insert(name).second) open.push_back(name);
        }
    };
    if (const auto* let = std::get_if<LetPlan>(&step.action)) {
        for (const auto& [as, from] : let->values) {
            if (known.contains(as.name)) add(from.variables());
        }
    }
    if (const auto* use = std::get_if<UsePlan>(&step.action);
        use && use->with && known.contains(use->as.name))
        add(use->with->variables());
}

/// All names that the value of `names` comes from.
std::set<std::string> bases_of(const RoutePlan& route, std::vector<std::string> open) {
    std::set<std::string> known(open.begin(), open.end());
    while (!open.empty()) {
        open.clear();
        for (const auto& step : route.steps) add_sources(step, known, open);
    }
    return known;
}

bool is_in_same_loops(const StepPlan& a, const StepPlan& b) {
    if (a.loops != b.loops) return false;
    return a.loops.empty() || a.path.substr(0, a.loops.back()) == b.path.substr(0, b.loops.back());
}

bool may_be_repeated(const StepPlan& step) {
    return !step.approve && !std::holds_alternative<TimerPlan>(step.action);
}

std::string listed(const std::vector<std::string>& revisions) {
    std::string out;
    for (const auto& one : revisions) out += (out.empty() ? "" : ", ") + (one.empty() ? "unknown" : one);
    return out;
}

}  // namespace

std::optional<std::size_t> where_read(const Run& run, const StepPlan& plan) {
    const auto* call = std::get_if<CallPlan>(&plan.action);
    const auto& frame = run.frame;
    if (!call || frame.readings.empty() || frame.edited(name_of_step(run, plan))) return std::nullopt;
    std::optional<std::size_t> first;
    for (const auto& name : bases_of(*run.route, call->with.variables())) {
        const auto reading = frame.readings.find(name);
        if (reading == frame.readings.end()) continue;
        const auto step = reading->second.step;
        if (step < frame.at && is_in_same_loops(run.route->steps[step], plan))
            first = std::min(first.value_or(step), step);
    }
    if (!first) return std::nullopt;
    const auto from = run.route->steps.begin() + static_cast<std::ptrdiff_t>(*first);
    const auto to = run.route->steps.begin() + static_cast<std::ptrdiff_t>(frame.at) + 1;
    return std::all_of(from, to, may_be_repeated) ? first : std::nullopt;
}

Result<bool> Machine::read_again(Turn& turn, const StepPlan& plan, const store::CallRow& call, Fault& fault) {
    const auto back = fault.kind == FaultKind::conflict ? where_read(turn.run, plan) : std::nullopt;
    if (!back) return false;
    auto& frame = turn.run.frame;
    const auto name = name_of_step(turn.run, plan);
    // Each call counts its own: two that conflict in turn come to an end as well.
    auto& conflict = frame.conflicts.try_emplace(name, Frame::Conflict{.since = turn.now}).first->second;
    for (const auto& [variable, reading] : frame.readings) {
        if (reading.step == *back) conflict.seen.push_back(reading.revision);
    }
    const auto times = conflict.seen.size();
    if (times > kPauses.size() || turn.now - conflict.since > kLongest) {
        fault.what = "changed by others each time: read " + std::to_string(times) + " times, at revision " +
                     listed(conflict.seen) + "; then: " + fault.what;
        return false;
    }
    conflict.due = turn.now + kPauses[times - 1];
    auto done = trace(turn, plan,
                      {.status = store::StepStatus::waiting,
                       .inputs = call.args,
                       .attempts = call.attempts,
                       .detail = "changed by others since it was read, so it is read again: " + fault.what,
                       .started = call.created});
    if (!done) return done.error();
    frame.at = *back;
    return true;
}

}  // namespace maillon::route
