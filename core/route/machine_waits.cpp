#include "core/base/time.h"
#include "core/event/json_text.h"
#include "core/route/talk.h"
#include "core/route/turn.h"
#include "core/route/waiting.h"
#include "core/store/books.h"
#include "core/store/run_watches.h"

#include <iterator>

namespace maillon::route {
namespace {

std::string call_name(const store::ApprovalRow& row) {
    return row.instance + '.' + row.operation;
}

/// The operation that the step calls, of the instance that was to be called.
const plugin::OperationInfo* operation_of(const StepPlan& plan, const std::string& instance) {
    if (const auto* call = std::get_if<CallPlan>(&plan.action)) return &call->target.operation;
    const auto* answer = std::get_if<AnswerPlan>(&plan.action);
    if (!answer) return nullptr;
    const auto found = answer->channels.find(instance);
    return found == answer->channels.end() ? nullptr : &found->second;
}

}  // namespace

Result<Machine::Next> Machine::execute(Turn& turn, const StepPlan& plan, const TimerPlan& action) {
    if (auto done = refresh_talks(turn); !done) return done.error();
    auto& frame = turn.run.frame;
    if (action.unless) {
        const auto holds = turn.holds(*action.unless);
        if (!holds) return fail(turn, plan, holds.error().in("unless"), 0, {});
        if (*holds) {
            frame.at = plan.next;
            if (auto done = trace(turn, plan,
                                  {.status = store::StepStatus::skipped,
                                   .inputs = talks(turn),
                                   .attempts = 0,
                                   .detail = "unless is true"});
                !done)
                return done.error();
            return Next::go_on;
        }
    }
    const auto due = frame.parked ? frame.parked->until.value_or(turn.now) : turn.now + action.after;
    if (turn.now < due) {
        const auto reason = "timer '" + action.name + "' until " + to_rfc3339(due);
        return park(turn, plan, due, reason, talks(turn), action.unless.has_value());
    }
    frame.at = action.inside;
    if (auto done = trace(turn, plan, {.inputs = talks(turn), .detail = "its time has come"}); !done)
        return done.error();
    return Next::go_on;
}

Result<Machine::Next> Machine::park(Turn& turn, const StepPlan& plan, std::optional<TimePoint> until,
                                    const std::string& reason, std::string inputs, bool watches) {
    auto& run = turn.run;
    const bool is_new = !run.frame.parked;
    run.frame.parked = Frame::Parked{until};
    run.state = store::RunState::waiting;
    // One line in the trace, however often it was woken for nothing.
    if (is_new) {
        if (auto done = trace(turn, plan,
                              {.status = store::StepStatus::waiting,
                               .inputs = std::move(inputs),
                               .attempts = 0,
                               .detail = reason});
            !done)
            return done.error();
    }
    if (auto done = store::Runs::park(turn.unit, run.id, run.frame.dump(*run.route), reason, until, turn.now);
        !done)
        return done.error();
    if (watches) {
        std::vector<ConversationId> talks;
        for (const auto& [name, value] : run.frame.values) {
            if (const auto talk = conversation_of(value); talk.is_set()) talks.push_back(talk);
        }
        if (auto done = store::RunWatches::set(turn.unit, run.id, talks); !done) return done.error();
    }
    const store::RunBook change{.waiting = 1, .in_flight = -1};
    if (auto done = store::Books::add(turn.unit, run.route->name, change); !done) return done.error();
    turn.effects.is_over = true;
    turn.effects.wake_at = until;
    return Next::wait;
}

Result<> Machine::refresh_talks(Turn& turn) {
    for (auto& [name, value] : turn.run.frame.values) {
        const auto id = conversation_of(value);
        if (!id.is_set()) continue;
        auto row = store::Conversations::by_id(turn.unit, id);
        if (!row) return row.error();
        if (!*row) continue;  // past its retention: what was known stays
        const auto created = value.at("created");
        auto now = talk_value(turn.unit, **row, created && created->dump() == "true");
        if (!now) return now.error();
        value = std::move(*now);
        if (const auto slot = turn.run.route->scope.slot(name))
            turn.activation.set(*slot, expression::Value::of(value.element()));
    }
    return {};
}

std::string Machine::talks(const Turn& turn) {
    boost::json::object out;
    for (const auto& [name, value] : turn.run.frame.values) {
        if (conversation_of(value).is_set()) out[name] = value.to_boost();
    }
    return out.empty() ? std::string() : json_text(out);
}

Result<> Machine::talk_changed(Turn& turn, ConversationId talk) {
    auto rows = wake_watchers(turn.unit, talk, turn.now);
    if (!rows) return rows.error();
    std::move(rows->begin(), rows->end(), std::back_inserter(turn.effects.woken));
    return {};
}

Result<Machine::Next> Machine::call_or_ask(Turn& turn, const StepPlan& plan, CallWish wish) {
    if (wish.target.operation.outbound && is_silent(turn.run)) return held_back(turn, plan);
    // Nobody is asked about what cannot be made.
    if (!plan.approve || !can_call(wish.target.instance)) return call(turn, plan, std::move(wish));
    // A replay does not ask about what has been done already.
    const auto before = store::Calls::by_key(turn.unit, idempotency_key(turn.run, plan));
    if (!before) return before.error();
    if (*before && (*before)->state == store::CallState::done) return call(turn, plan, std::move(wish));
    return ask(turn, plan, wish);
}

Result<Machine::Next> Machine::held_back(Turn& turn, const StepPlan& plan) {
    turn.run.frame.at = plan.next;
    if (auto done = skipped(turn, plan, "held back: it would reach a person, and this is a replay"); !done)
        return done.error();
    return Next::go_on;
}

Result<Machine::Next> Machine::ask(Turn& turn, const StepPlan& plan, const CallWish& wish) {
    // Only what can be sent is shown.
    if (const auto good = Json::parse(wish.arguments); !good)
        return fail(turn, plan, good.error().in("arguments"), 0, wish.target.instance);
    store::ApprovalRow row{.run = turn.run.id,
                           .event = turn.run.event->seq,
                           .route = turn.run.route->name,
                           .step = name_of_step(turn.run, plan),
                           .role = plan.approve->role,
                           .instance = wish.target.instance,
                           .operation = wish.target.operation.name,
                           .args = wish.arguments,
                           .created = turn.now};
    if (plan.approve->within) row.due = turn.now + *plan.approve->within;
    if (auto id = store::Approvals::insert(turn.unit, row); !id) return id.error();
    return park(turn, plan, row.due, call_name(row) + " waits for the release by '" + row.role + '\'',
                wish.arguments, false);
}

Result<Machine::Next> Machine::asked(Turn& turn, const StepPlan& plan) {
    const auto found = store::Approvals::of_step(turn.unit, turn.run.id, name_of_step(turn.run, plan));
    if (!found) return found.error();
    if (!*found) return fail(turn, plan, internal("nobody was asked about this call"), 0, {});
    const auto& row = **found;
    const auto* operation = operation_of(plan, row.instance);
    switch (row.state) {
        case store::ApprovalState::released:
            if (operation)
                return call(turn, plan, {CallTarget{row.instance, *operation}, row.args, row.decided});
            return fail(turn, plan, internal("the released call is no longer known"), 0, row.instance);
        case store::ApprovalState::refused:
            return refused(
                turn, plan,
                "refused" + (row.decided_by.empty() ? "" : " by " + row.decided_by) + ": " + row.reason);
        case store::ApprovalState::open:
            if (!row.due || turn.now < *row.due)
                return park(turn, plan, row.due,
                            call_name(row) + " waits for the release by '" + row.role + '\'', row.args,
                            false);
            if (auto done = store::Approvals::decide(turn.unit, row.id, store::ApprovalState::lapsed, "", "",
                                                     turn.now);
                !done)
                return done.error();
            break;
        case store::ApprovalState::lapsed: break;
    }
    return refused(turn, plan, "'" + row.role + "' did not decide in time");
}

Result<Machine::Next> Machine::refused(Turn& turn, const StepPlan& plan, const std::string& why) {
    if (auto done = trace(turn, plan,
                          {.status = store::StepStatus::failed,
                           .result = error_value("refused", why, name_of_step(turn.run, plan)).dump(),
                           .attempts = 0,
                           .detail = why});
        !done)
        return done.error();
    const auto is_caught = caught(turn, plan, "refused", why);
    if (!is_caught) return is_caught.error();
    if (*is_caught) return Next::go_on;
    if (auto done = settle(turn, store::RunState::dropped, why); !done) return done.error();
    return Next::end;
}

}  // namespace maillon::route
