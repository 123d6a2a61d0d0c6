#include "core/route/rereading.h"
#include "core/route/talk.h"
#include "core/route/turn.h"
#include "core/store/conversations.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace maillon::route {
namespace {

constexpr const char* kNoId = "nobody told the id of what was created: it is known once the directory has it";
constexpr const char* kMayBeMade = "the store was restored: this may have been made since the backup";

/// What names the thing that a call changes, so that calls to one thing never overlap. Empty when the
/// operation names nothing.
std::string target_key(const plugin::OperationInfo& operation, const Json& arguments) {
    std::string out;
    for (const auto& name : operation.target) {
        const auto part = arguments.at(name);
        out += part ? part->dump() : "null";
        out += '/';
    }
    return out;
}

/// Of a match: whether it is known which record was made.
bool is_created(const Json& person) {
    const auto created = person.at("created");
    return created && created->element().is_bool() && created->element().get_bool().value_unsafe();
}

Json value_of(const store::CallOutcome& outcome) {
    if (!outcome.result.empty()) {
        if (auto parsed = Json::parse(outcome.result)) return *parsed;
    }
    return Json::from(boost::json::object{{"id", outcome.remote_id}});
}

}  // namespace

bool Machine::can_call(const std::string& instance) const {
    return !parts_.has_instance || parts_.has_instance(instance);
}

Result<Machine::Next> Machine::fail_without(Turn& turn, const StepPlan& plan, const std::string& instance) {
    return fail(turn, plan,
                {FaultKind::unsupported,
                 "'" + instance +
                     "' is no longer configured, and this run began when it was: configure it again and "
                     "replay, or drop this",
                 {}},
                0, instance);
}

Result<Machine::Next> Machine::call(Turn& turn, const StepPlan& plan, CallWish wish) {
    const auto arguments = Json::parse(wish.arguments);
    if (!arguments) return fail(turn, plan, arguments.error().in("arguments"), 0, wish.target.instance);
    const auto& operation = wish.target.operation;
    const auto& event = turn.run.event->meta;
    store::CallRow row{.run = turn.run.id,
                       .step = name_of_step(turn.run, plan),
                       .instance = wish.target.instance,
                       .operation = operation.name,
                       .idempotency_key = idempotency_key(turn.run, plan),
                       .target_key = target_key(operation, *arguments),
                       .args = std::move(wish.arguments),
                       .outbound = operation.outbound,
                       .created = turn.now,
                       .not_before = turn.now};
    // What a person has released is as fresh as that decision.
    const auto happened = happened_of(event);
    auto fresh = std::max(happened, wish.released.value_or(happened));
    // So is what a person has asked a replay to send.
    if (event.replay) fresh = std::max(fresh, turn.run.created);
    if (operation.outbound) row.expires = fresh + turn.run.route->max_age.at(event.connector);
    if (!can_call(row.instance)) {
        // What is recorded has been decided, and needs nobody.
        const auto before = store::Calls::by_key(turn.unit, row.idempotency_key);
        if (!before) return before.error();
        if (operation.is_repeatable() || !*before) return fail_without(turn, plan, row.instance);
    }
    if (!operation.is_repeatable()) {
        if (restored_ && restored_->may_have_seen(turn.run.id, turn.run.event->seq, event)) {
            // The connector looks for it from then on.
            row.created = std::min(turn.now, restored_->may_be_made_since(event));
            row.state = store::CallState::in_doubt;
            row.fault = FaultKind::in_doubt;
            row.detail = kMayBeMade;
        }
        auto recorded = store::Calls::insert(turn.unit, row);
        if (!recorded) return recorded.error();
        const auto anew = std::exchange(row, std::move(recorded->row));
        if (!recorded->is_new) {
            const auto end = take_up(turn, plan, row, anew);
            if (!end) return end.error();
            if (*end) return **end;
        }
    }
    const auto priority = deliver::priority_of(row.outbound, event.replay);
    for (const auto& [step, conflict] : turn.run.frame.conflicts)
        row.not_before = std::max(row.not_before, conflict.due);
    const bool is_anew = is_mapped_anew(row);
    turn.effects.jobs.push_back({std::move(row), turn.run.key, operation.is_repeatable(), false, priority,
                                 where_read(turn.run, plan).has_value(), is_anew});
    if (auto done = persist(turn, store::RunState::calling); !done) return done.error();
    return Next::wait;
}

Result<std::optional<Machine::Next>> Machine::take_up(Turn& turn, const StepPlan& plan, store::CallRow& row,
                                                      const store::CallRow& anew) {
    const auto ends = [](Result<Next> next) -> Result<std::optional<Next>> {
        return next ? Result<std::optional<Next>>(*next) : next.error();
    };
    if (row.state == store::CallState::done) {
        const store::CallOutcome before{.state = row.state, .result = row.result, .remote_id = row.remote_id};
        // What stands there is the word of the person who took it out of doubt.
        const auto detail = row.detail.empty() ? "done before, not made again" : row.detail;
        return ends(arrived(turn, plan, row, before, detail));
    }
    const bool is_own = row.run == turn.run.id;
    const bool is_conflict = has_conflict(turn.run, row.step) && row.fault == FaultKind::conflict;
    if (is_own && row.state == store::CallState::failed && !is_conflict && !is_to_be_made(row))
        return ends(fail(turn, plan, {row.fault.value_or(FaultKind::rejected), row.detail, {}}, row.attempts,
                         row.instance, &row));
    // What may have arrived is asked about as it was, also where the route has come to call another
    // connector.
    const bool is_asked = is_asked_about(row) && !(is_own && is_to_be_made(row));
    const auto& instance = is_asked ? row.instance : anew.instance;
    if (!can_call(instance)) return ends(fail_without(turn, plan, instance));
    // The same key, so that a remote that remembers it still drops a double.
    auto done = is_asked ? store::Calls::ask_about(turn.unit, row.id, turn.run.id, turn.now)
                         : store::Calls::reopen(turn.unit, row.id, anew, turn.now);
    if (!done) return done.error();
    auto stands = store::Calls::by_id(turn.unit, row.id);
    if (!stands) return stands.error();
    row = std::move(stands->value());
    return std::optional<Next>{};
}

bool Machine::is_asked_about(const store::CallRow& row) const {
    if (row.state == store::CallState::in_doubt) return true;
    return row.state == store::CallState::failed && restored_ && restored_->may_have_remade(row.finished);
}

Result<Machine::Next> Machine::arrived(Turn& turn, const StepPlan& plan, const store::CallRow& call,
                                       const store::CallOutcome& outcome, std::string detail) {
    Json value = value_of(outcome);
    if (const auto* match = std::get_if<MatchPlan>(&plan.action)) {
        if (auto done = created_person(turn, *match, outcome); !done) return done.error();
        value = turn.run.frame.values.at(match->as.name);
        if (!is_created(value)) detail += (detail.empty() ? "" : "; ") + std::string(kNoId);
    } else if (const auto* use = std::get_if<UsePlan>(&plan.action)) {
        turn.bind(use->as, value);
    } else if (const auto* called = std::get_if<CallPlan>(&plan.action)) {
        if (called->as) {
            turn.bind(*called->as, value);
            if (called->target.operation.reads)
                turn.run.frame.readings[called->as->name] = {turn.run.frame.at, outcome.remote_revision};
            if (auto done = tie(turn, called->as->name, value); !done) return done.error();
        }
    } else if (const auto* answer = std::get_if<AnswerPlan>(&plan.action)) {
        const auto& talk = turn.run.frame.values.at(answer->talk.name);
        const ConversationId id{talk.at("row").value_or(Json()).element().get_int64().value_unsafe()};
        if (auto done = store::Conversations::first_answer(turn.unit, id, turn.now); !done)
            return done.error();
        if (auto done = talk_changed(turn, id); !done) return done.error();
    }
    if (auto done = trace(turn, plan,
                          {.inputs = call.args,
                           .result = value.dump(),
                           .attempts = call.attempts,
                           .detail = std::move(detail),
                           .started = call.created});
        !done)
        return done.error();
    turn.run.frame.conflicts.erase(name_of_step(turn.run, plan));
    turn.run.frame.at = plan.next;
    return Next::go_on;
}

Result<> Machine::tie(Turn& turn, const std::string& kind, const Json& value) {
    const auto id = value.at("id");
    const auto text = id ? id->string() : std::nullopt;
    return text ? tie(turn, kind, std::string(*text)) : Result<>();
}

Result<> Machine::tie(Turn& turn, const std::string& kind, const std::string& text) {
    if (text.empty()) return {};
    for (const auto& [name, bound] : turn.run.frame.values) {
        const auto talk = conversation_of(bound);
        if (!talk.is_set()) continue;
        const auto is_new = store::Conversations::add_ref(turn.unit, talk, {kind, text});
        if (!is_new) return is_new.error();
        if (!*is_new) continue;
        if (auto done = talk_changed(turn, talk); !done) return done;
    }
    return {};
}

}  // namespace maillon::route
