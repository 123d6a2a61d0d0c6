#include "core/base/time.h"
#include "core/event/json_text.h"
#include "core/route/talk.h"
#include "core/route/turn.h"
#include "core/store/books.h"
#include "core/store/conversations.h"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace maillon::route {
namespace {

namespace json = boost::json;

std::string text_at(const Json& value, std::string_view key) {
    const auto member = value.at(key);
    const auto text = member ? member->string() : std::nullopt;
    return text ? std::string(*text) : std::string();
}

}  // namespace

Result<Machine::Next> Machine::execute(Turn& turn, const StepPlan&, const EnterPlan& action) {
    turn.run.frame.at = action.inside;
    return Next::go_on;
}

Result<Machine::Next> Machine::execute(Turn& turn, const StepPlan& plan, const LetPlan& action) {
    for (const auto& [as, from] : action.values) {
        auto value = turn.value(from);
        if (!value) return fail(turn, plan, value.error().in(as.name), 0, {});
        turn.bind(as, std::move(*value));
    }
    turn.run.frame.at = plan.next;
    return Next::go_on;
}

Result<Machine::Next> Machine::execute(Turn& turn, const StepPlan& plan, const UsePlan& action) {
    if (!can_call(action.processor)) return fail_without(turn, plan, action.processor);
    auto body = turn.run.event->body.to_boost();
    if (action.with) {
        auto with = turn.value(*action.with);
        if (!with) return fail(turn, plan, with.error(), 0, action.processor);
        if (with->element().is_object() && body.is_object()) {
            const auto more = with->to_boost();
            for (const auto& [name, value] : more.as_object()) body.as_object()[name] = value;
        }
    }
    store::CallRow row{.run = turn.run.id,
                       .step = name_of_step(turn.run, plan),
                       .instance = action.processor,
                       .operation = turn.run.event->meta.type,
                       .idempotency_key = idempotency_key(turn.run, plan),
                       .args = json_text(body),
                       .created = turn.now,
                       .not_before = turn.now};
    turn.effects.jobs.push_back({std::move(row), turn.run.key, true, true});
    if (auto done = persist(turn, store::RunState::calling); !done) return done.error();
    return Next::wait;
}

Result<Machine::Next> Machine::execute(Turn& turn, const StepPlan& plan, const ConversationPlan& action) {
    std::optional<store::ConversationRow> row;
    bool created = false;
    if (action.of) {
        auto value = turn.value(action.of->second);
        if (!value) return fail(turn, plan, value.error().in("of"), 0, {});
        const std::string text(value->string().value_or(std::string_view{}));
        auto found = store::Conversations::by_ref(turn.unit, action.name, {action.of->first, text}, 1);
        if (!found) return found.error();
        if (found->empty()) {
            return fail(turn, plan,
                        rejected("no conversation '" + action.name + "' belongs to " + action.of->first +
                                 " '" + text + "'"),
                        0, {});
        }
        row = found->front();
    } else {
        const auto thread = turn.event_text("thread");
        if (thread.empty())
            return fail(
                turn, plan,
                rejected("the event belongs to no thread (event.thread); name the conversation with 'of:'"),
                0, {});
        const auto& meta = turn.run.event->meta;
        const auto message = turn.event_text("id");
        auto opened = store::Conversations::get_or_open(turn.unit, {.name = action.name,
                                                                    .instance = meta.connector,
                                                                    .thread = thread,
                                                                    .opened = turn.now,
                                                                    .last_message_time = meta.time,
                                                                    .opened_by = turn.run.event->seq,
                                                                    .opener = turn.run.id,
                                                                    .first_message_id = message,
                                                                    .last_message_id = message,
                                                                    .first_question = meta.time});
        if (!opened) return opened.error();
        created = opened->created;
        row = std::move(opened->row);
        if (auto done = store::Conversations::touch(turn.unit, row->id, message, meta.time); !done)
            return done.error();
    }
    auto talk = talk_value(turn.unit, *row, created);
    if (!talk) return talk.error();
    turn.bind(action.as, std::move(*talk));
    for (const auto& [name, value] : turn.run.frame.values) {
        if (auto done = tie_person(turn, value); !done) return done.error();
    }
    if (auto done = trace(turn, plan, {.result = turn.run.frame.values.at(action.as.name).dump()}); !done)
        return done.error();
    turn.run.frame.at = plan.next;
    return Next::go_on;
}

Result<Machine::Next> Machine::execute(Turn& turn, const StepPlan& plan, const CallPlan& action) {
    if (turn.run.frame.parked) return asked(turn, plan);
    const auto* edited = turn.run.frame.edited(name_of_step(turn.run, plan));
    auto arguments = edited ? Result<std::string>(*edited) : turn.json(action.with);
    if (!arguments) return fail(turn, plan, arguments.error(), 0, action.target.instance);
    return call_or_ask(turn, plan, {action.target, std::move(*arguments)});
}

Result<Machine::Next> Machine::execute(Turn& turn, const StepPlan& plan, const AnswerPlan& action) {
    if (turn.run.frame.parked) return asked(turn, plan);
    // What was said then was said to people then, whatever else a replay is allowed to send.
    if (turn.run.event->meta.replay) return held_back(turn, plan);
    const auto bound = turn.run.frame.values.find(action.talk.name);
    if (bound == turn.run.frame.values.end()) {
        return fail(
            turn, plan,
            rejected("the conversation '" + action.talk.name + "' was not looked up: its step was skipped"),
            0, {});
    }
    const auto& talk = bound->second;
    const auto channel = action.channels.find(text_at(talk, "channel"));
    if (channel == action.channels.end()) {
        return fail(
            turn, plan,
            {FaultKind::unsupported, "connector '" + text_at(talk, "channel") + "' offers no 'reply'", {}}, 0,
            text_at(talk, "channel"));
    }
    const auto& meta = turn.run.event->meta;
    bool is_stale = false;
    const bool here =
        meta.connector == channel->first && turn.event_text("thread") == text_at(talk, "thread");
    if (here && happened_of(meta) + turn.run.route->max_age.at(meta.connector) < turn.now) {
        // What a person took out of doubt has been tried, and is not skipped for the time that this took.
        const auto tried = store::Calls::by_key(turn.unit, idempotency_key(turn.run, plan));
        if (!tried) return tried.error();
        is_stale = !*tried;
    }
    if (is_stale) {
        turn.run.frame.at = plan.next;
        if (auto done = skipped(turn, plan, "the message is older than max_age"); !done) return done.error();
        return Next::go_on;
    }
    const CallTarget target{channel->first, channel->second};
    if (const auto* edited = turn.run.frame.edited(name_of_step(turn.run, plan)))
        return call_or_ask(turn, plan, {target, *edited});
    auto text = turn.text(action.text);
    if (!text) return fail(turn, plan, text.error().in("text"), 0, channel->first);
    const json::object arguments{{"to", here ? turn.event_text("id") : text_at(talk, "last_message")},
                                 {"text", *text}};
    return call_or_ask(turn, plan, {target, json_text(arguments)});
}

Result<Machine::Next> Machine::execute(Turn& turn, const StepPlan& plan, const EmitPlan& action) {
    const auto& cause = turn.run.event->meta;
    if (cause.hops + 1 > static_cast<int>(parts_.max_hops)) {
        return fail(turn, plan,
                    rejected("this event has gone through " + std::to_string(cause.hops) +
                             " emitting routes: it looks like a loop (hub.limits.max_hops)"),
                    0, "hub");
    }
    auto body = turn.value(action.with);
    if (!body) return fail(turn, plan, body.error().in("with"), 0, "hub");
    Event event{{},
                {.id = idempotency_key(turn.run, plan),
                 .source = "/hub",
                 .connector = "hub",
                 .type = action.type,
                 .subject = cause.subject,
                 .key = cause.key,
                 .time = turn.now,
                 .received = turn.now,
                 .hops = cause.hops + 1,
                 .replay = cause.replay,
                 .traceparent = cause.traceparent},
                *body};
    if (parts_.admit) {
        const auto admitted = parts_.admit(turn.unit, event);
        if (!admitted) return admitted.error();
        if (!*admitted) return not_emitted(turn, plan);
    }
    return emitted(turn, plan, event);
}

Result<Machine::Next> Machine::not_emitted(Turn& turn, const StepPlan& plan) {
    auto done = store::Books::add(turn.unit, "hub", store::EventBook{.received = 1, .refused = 1});
    if (done) done = trace(turn, plan, {.detail = "not emitted: it is about a person who was erased"});
    if (!done) return done.error();
    turn.run.frame.at = plan.next;
    return Next::go_on;
}

Result<Machine::Next> Machine::emitted(Turn& turn, const StepPlan& plan, const Event& event) {
    auto appended = parts_.journal.append(turn.unit, std::span(&event, 1));
    if (!appended) return appended.error();
    const std::int64_t doubles = appended->front().is_new ? 0 : 1;
    if (auto done = store::Books::add(turn.unit, "hub", store::EventBook{.received = 1, .doubles = doubles});
        !done)
        return done.error();
    const json::object emitted{{"id", event.meta.id}, {"seq", appended->front().seq.value()}};
    if (auto done = trace(turn, plan, {.inputs = event.body.dump(), .result = json_text(emitted)}); !done)
        return done.error();
    turn.effects.emitted = true;
    turn.run.frame.at = plan.next;
    return Next::go_on;
}

Result<Machine::Next> Machine::execute(Turn& turn, const StepPlan& plan, const DropPlan& action) {
    auto reason = turn.text(action.reason);
    if (!reason) return fail(turn, plan, reason.error().in("drop"), 0, {});
    if (auto done = settle(turn, store::RunState::dropped, *reason); !done) return done.error();
    return Next::end;
}

}  // namespace maillon::route
