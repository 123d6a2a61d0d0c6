#include "core/route/machine.h"

#include "core/route/turn.h"
#include "core/store/approvals.h"
#include "core/store/books.h"
#include "core/store/claims.h"
#include "core/store/dead_letters.h"

namespace maillon::route {
namespace {

using store::RunState;

/// A run that makes more steps without a wait lets the others have their turn.
constexpr int kStepsAtOnce = 256;

/// The change of the route's book when a run ends in `state`.
store::RunBook ending(RunState state) {
    store::RunBook change{.in_flight = -1};
    switch (state) {
        case RunState::finished: change.finished = 1; break;
        case RunState::dropped: change.dropped = 1; break;
        case RunState::dead_lettered: change.dead_lettered = 1; break;
        case RunState::in_doubt: change.in_doubt = 1; break;
        default: break;
    }
    return change;
}

/// Ends what a run that goes no further has asked people and connectors. A call that may have been made stays
/// in doubt: whoever replays the run learns first what became of it.
Result<> let_go(db::Unit& unit, const store::RunRow& run, const Fault& fault, TimePoint now) {
    const auto calls = store::Calls::of_run(unit, run.id);
    if (!calls) return calls.error();
    for (const auto& call : *calls) {
        if (call.state != store::CallState::pending) continue;
        const store::CallOutcome outcome{
            .state = store::CallState::failed, .fault = fault.kind, .detail = "not made: " + fault.what};
        if (auto done = store::Calls::settle(unit, call.id, outcome, now); !done) return done;
    }
    const auto approvals = store::Approvals::of_run(unit, run.id);
    if (!approvals) return approvals.error();
    for (const auto& approval : *approvals) {
        if (approval.state != store::ApprovalState::open) continue;
        const auto lapsed = store::ApprovalState::lapsed;
        if (auto done = store::Approvals::decide(unit, approval.id, lapsed, "", fault.what, now); !done)
            return done;
    }
    return {};
}

bool is_settled(RunState state) {
    return state == RunState::finished || state == RunState::dropped || state == RunState::dead_lettered;
}

}  // namespace

Result<> Machine::advance(db::Unit& unit, Run& run, Effects& effects) {
    Turn turn(unit, run, effects, parts_.clock.now());
    return loop(turn);
}

Result<> Machine::resume(db::Unit& unit, Run& run, const deliver::Settled& settled, Effects& effects) {
    Turn turn(unit, run, effects, parts_.clock.now());
    const auto& row = settled.job.row;
    const auto& plan = turn.step();
    if (row.id.is_set()) {
        if (auto done = store::Calls::settle(unit, row.id, settled.outcome, turn.now); !done) return done;
    }
    if (settled.is_to_be_made) return map_anew(turn, plan, settled);
    Result<Next> next = Next::end;
    switch (settled.outcome.state) {
        case store::CallState::done: next = arrived(turn, plan, row, settled.outcome, {}); break;
        case store::CallState::in_doubt: {
            const auto reason = row.instance + '.' + row.operation + ": " + settled.outcome.detail;
            if (auto done = trace(turn, plan,
                                  {.status = store::StepStatus::waiting,
                                   .inputs = row.args,
                                   .attempts = row.attempts,
                                   .detail = reason,
                                   .started = row.created});
                !done)
                return done;
            effects.is_over = true;
            effects.stopped = {.in_doubt = true,
                               .route = run.route->name,
                               .step = plan.path,
                               .instance = row.instance,
                               .kind = FaultKind::in_doubt,
                               .event = run.event->seq,
                               .call = row.id};
            if (auto done = persist(turn, RunState::in_doubt, reason); !done) return done;
            return store::Books::add(unit, run.route->name, ending(RunState::in_doubt));
        }
        default: {
            Fault fault{settled.outcome.fault.value_or(FaultKind::internal), settled.outcome.detail, {}};
            const auto again = read_again(turn, plan, row, fault);
            if (!again) return again.error();
            next = *again ? Next::go_on : fail(turn, plan, fault, row.attempts, row.instance, &row);
        }
    }
    if (!next) return next.error();
    if (*next != Next::go_on) return {};
    run.frame.parked.reset();
    return loop(turn);
}

Result<> Machine::map_anew(Turn& turn, const StepPlan& plan, const deliver::Settled& settled) {
    const auto& row = settled.job.row;
    auto done =
        trace(turn, plan,
              {.status = store::StepStatus::waiting,
               .inputs = row.args,
               .attempts = row.attempts,
               .detail = "an earlier try did not arrive, so it is made now: " + settled.outcome.detail,
               .started = row.created});
    // Still parked where a person has released it: that is what is to be sent.
    return done ? loop(turn) : done;
}

Result<> Machine::refuse(db::Unit& unit, Run& run, const Fault& fault, std::string_view step,
                         Effects& effects) {
    Turn turn(unit, run, effects, parts_.clock.now());
    auto letter = letter_of(turn, fault);
    letter.instance = run.event->meta.connector;
    letter.step = step;
    if (auto done = bury(turn, letter, step); !done) return done;
    return settle(turn, RunState::dead_lettered, fault.what);
}

Result<> Machine::abandon(db::Unit& unit, const store::RunRow& row, const Fault& fault, Effects& effects) {
    const auto present = store::Runs::by_id(unit, row.id);
    if (!present) return present.error();
    if (!*present || is_settled((*present)->state)) return {};
    const auto now = parts_.clock.now();
    const auto again = Frame::again_of(row.frame).value_or(Frame::Again{});
    const store::DeadLetterRow letter{.run = row.id,
                                      .event = row.event,
                                      .route = row.route,
                                      .instance = "hub",
                                      .kind = fault.kind,
                                      .reason = fault.what,
                                      .at = now,
                                      .key = row.key,
                                      .config_hash = row.config_hash,
                                      .frame = row.frame,
                                      .previous = again.letter};
    if (auto done = store::DeadLetters::insert(unit, letter); !done) return done.error();
    if (auto done = let_go(unit, row, fault, now); !done) return done;
    for (auto& claim : Frame::claims_of(row.frame)) {
        if (auto done = store::Claims::release(unit, claim.scope, claim.key, row.id); !done)
            return done.error();
        effects.freed.push_back(std::move(claim));
    }
    if (auto done = store::RunItems::drop_all(unit, row.id); !done) return done;
    if (auto done = store::Runs::settle(unit, row.id, RunState::dead_lettered, fault.what, now); !done)
        return done;
    return store::Books::add(unit, row.route, ending(RunState::dead_lettered));
}

Result<> Machine::loop(Turn& turn) {
    for (int steps = 0; turn.run.frame.at != kEnd; ++steps) {
        if (steps == kStepsAtOnce) {
            turn.effects.goes_on = true;
            return persist(turn, RunState::ready);
        }
        const auto& plan = turn.step();
        auto next = step(turn, plan);
        if (!next) return next.error();
        if (*next != Next::go_on) return {};
        turn.run.frame.parked.reset();
    }
    return settle(turn, RunState::finished, {});
}

Result<Machine::Next> Machine::step(Turn& turn, const StepPlan& plan) {
    if (plan.when && !turn.run.frame.is_under_way()) {
        const auto holds = turn.holds(*plan.when);
        if (!holds) return fail(turn, plan, rejected("when: " + holds.error().what), 0, {});
        if (!*holds) {
            if (parts_.watcher) parts_.watcher->came_to(*turn.run.route, turn.run.frame.at, false);
            turn.run.frame.at = plan.next;
            if (auto done = skipped(turn, plan, "when is false"); !done) return done.error();
            return Next::go_on;
        }
    }
    if (parts_.watcher) parts_.watcher->came_to(*turn.run.route, turn.run.frame.at, true);
    return std::visit([&](const auto& action) { return execute(turn, plan, action); }, plan.action);
}

Result<Machine::Next> Machine::fail(Turn& turn, const StepPlan& plan, const Fault& fault, int attempts,
                                    const std::string& instance, const store::CallRow* call) {
    if (auto done = release_claims(turn); !done) return done.error();
    Traced traced{.status = store::StepStatus::failed,
                  .result = error_value(name_of(fault.kind), fault.what, name_of_step(turn.run, plan)).dump(),
                  .attempts = attempts,
                  .detail = fault.what};
    if (call) traced.inputs = call->args;
    if (call) traced.started = call->created;
    if (auto done = trace(turn, plan, std::move(traced)); !done) return done.error();
    const std::string name = name_of_step(turn.run, plan);
    const auto is_caught = caught(turn, plan, name_of(fault.kind), fault.what);
    if (!is_caught) return is_caught.error();
    if (*is_caught) return Next::go_on;
    auto letter = letter_of(turn, fault);
    letter.instance = instance;
    letter.step = name;
    letter.attempts = attempts;
    if (auto done = bury(turn, letter, plan.path); !done) return done.error();
    if (auto done = settle(turn, RunState::dead_lettered, fault.what); !done) return done.error();
    return Next::end;
}

store::DeadLetterRow Machine::letter_of(const Turn& turn, const Fault& fault) {
    const auto& run = turn.run;
    return {.run = run.id,
            .event = run.event->seq,
            .route = run.route->name,
            .kind = fault.kind,
            .reason = fault.what,
            .at = turn.now,
            .key = run.key,
            .config_hash = run.config_hash,
            .frame = run.frame.dump(*run.route),
            .previous = run.frame.again ? run.frame.again->letter : DeadLetterId{}};
}

Result<> Machine::bury(Turn& turn, const store::DeadLetterRow& letter, std::string_view path) {
    const auto id = store::DeadLetters::insert(turn.unit, letter);
    if (!id) return id.error();
    turn.effects.stopped = {.route = letter.route,
                            .step = std::string(path),
                            .instance = letter.instance,
                            .kind = letter.kind,
                            .event = letter.event,
                            .letter = *id};
    return {};
}

Result<bool> Machine::caught(Turn& turn, const StepPlan& plan, std::string_view failure_class,
                             const std::string& what) {
    for (const auto index : plan.handlers) {
        const auto& handler = turn.run.route->handlers[index];
        if (handler.failure_class != failure_class && handler.failure_class != "any") continue;
        if (parts_.watcher) parts_.watcher->caught(*turn.run.route, index);
        const std::string name = name_of_step(turn.run, plan);
        if (auto done = leave_loops(turn, handler.depth); !done) return done.error();
        turn.bind({"error", turn.run.route->error_slot}, error_value(failure_class, what, name));
        turn.run.frame.at = handler.first;
        return true;
    }
    return false;
}

Result<> Machine::persist(Turn& turn, RunState state, std::string_view reason) {
    turn.run.state = state;
    return store::Runs::update(turn.unit, turn.run.id, state, turn.run.frame.dump(*turn.run.route), reason,
                               turn.now);
}

Result<> Machine::settle(Turn& turn, RunState state, std::string_view reason) {
    if (auto done = release_claims(turn); !done) return done;
    if (auto done = leave_loops(turn, 0); !done) return done;
    turn.run.state = state;
    turn.effects.is_over = true;
    if (auto done = store::Runs::settle(turn.unit, turn.run.id, state, reason, turn.now); !done) return done;
    return store::Books::add(turn.unit, turn.run.route->name, ending(state));
}

Result<> Machine::release_claims(Turn& turn) {
    for (const auto& claim : turn.run.frame.claims) {
        if (auto done = store::Claims::release(turn.unit, claim.scope, claim.key, turn.run.id); !done)
            return done.error();
        turn.effects.freed.push_back(claim);
    }
    turn.run.frame.claims.clear();
    return {};
}

Result<> Machine::trace(Turn& turn, const StepPlan& plan, Traced what) {
    return store::Steps::append(turn.unit, {.run = turn.run.id,
                                            .step = name_of_step(turn.run, plan),
                                            .status = what.status,
                                            .inputs = std::move(what.inputs),
                                            .result = std::move(what.result),
                                            .attempts = what.attempts,
                                            .started = what.started.value_or(turn.now),
                                            .ended = turn.now,
                                            .detail = std::move(what.detail)});
}

Result<> Machine::skipped(Turn& turn, const StepPlan& plan, std::string why) {
    return trace(turn, plan, {.status = store::StepStatus::skipped, .attempts = 0, .detail = std::move(why)});
}

}  // namespace maillon::route
