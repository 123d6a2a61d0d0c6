#include "core/expression/output.h"
#include "core/route/rehearsal.h"
#include "core/route/turn.h"

#include <boost/json/serialize.hpp>

namespace maillon::route {
namespace {

namespace json = boost::json;

constexpr std::string_view kRejected = "rejected";

std::string text_at(const Json& value, std::string_view key) {
    const auto member = value.at(key);
    return std::string(member ? member->string().value_or("") : "");
}

bool is_true(const Json& value, std::string_view key) {
    const auto member = value.at(key);
    return member && member->element().is_bool() && member->element().get_bool().value_unsafe();
}

}  // namespace

void Rehearsal::act(const StepPlan&, const EnterPlan& action) {
    at_ = action.inside;
}

void Rehearsal::act(const StepPlan& plan, const LetPlan& action) {
    for (const auto& [as, from] : action.values) {
        const auto text = json(from);
        auto value = text ? Json::parse(*text) : Result<Json>(text.error());
        if (!value) return fail(plan, kRejected, value.error().in(as.name).what);
        walk_.bind(as, std::move(*value));
    }
    at_ = plan.next;
}

void Rehearsal::act(const StepPlan& plan, const UsePlan& action) {
    auto body = event_.body.to_boost();
    if (action.with) {
        const auto text = json(*action.with);
        const auto with = text ? Json::parse(*text) : Result<Json>(text.error());
        if (!with) return fail(plan, kRejected, with.error().what);
        if (with->element().is_object() && body.is_object()) {
            const auto more = with->to_boost();
            for (const auto& [name, value] : more.as_object()) body.as_object()[name] = value;
        }
    }
    auto found = answer(plan, json::serialize(body), schemas_.result(action.processor, {}));
    if (found.fault) return fail(plan, found.failure_class, found.fault->what);
    walk_.bind(action.as, std::move(found.value));
    at_ = plan.next;
}

void Rehearsal::act(const StepPlan& plan, const MatchPlan& action) {
    std::string who;
    const auto person = action.who.evaluate(walk_.activation(), walk_.arena());
    if (!person) return fail(plan, kRejected, failed(route_, person, action.who.variables()).in("who").what);
    if (auto done = expression::append_json(who, person.value()); !done)
        return fail(plan, kRejected, done.error().in("who").what);
    if (auto asked = Json::parse(who)) out_.asked.push_back({action.directory, std::move(*asked)});
    const auto* row = recorded(plan, who);
    Json value;
    if (row && row->status == store::StepStatus::ok) {
        ++out_.recorded;
        value = answer_of(*row).value;
    } else if (action.create) {
        // A record was made then, or would be made now: its trace holds what it was made of.
        const auto fields = json(action.create->fields);
        if (!fields) return fail(plan, kRejected, fields.error().in("create.fields").what);
        const auto arguments = "{\"module\":" + json::serialize(json::string(action.create->module)) +
                               ",\"fields\":" + *fields + '}';
        auto made = call(plan, action.create->target, arguments);
        if (!made) return;
        value = is_true(*made, "created") ? std::move(*made)
                                          : Json::from(json::object{{"found", true},
                                                                    {"id", text_at(*made, "id")},
                                                                    {"created", true},
                                                                    {"matched_by", "created"},
                                                                    {"record", made->to_boost()}});
    } else {
        out_.assumed.push_back(walk_.name_of(plan));
        value = Json::from(json::object{{"found", false}, {"created", false}});
    }
    if (value.at("candidates") && action.unsure == config::Unsure::skip)
        return over(Rehearsed::End::dropped, plan, "several records of '" + action.directory + "' fit");
    walk_.bind(action.as, std::move(value));
    at_ = plan.next;
}

void Rehearsal::act(const StepPlan& plan, const ConversationPlan& action) {
    if (action.of) {
        const auto of = json(action.of->second);
        if (!of) return fail(plan, kRejected, of.error().in("of").what);
    } else if (text_at(event_.body, "thread").empty()) {
        return fail(plan, kRejected,
                    "the event belongs to no thread (event.thread); name the conversation with 'of:'");
    }
    const auto* row = recorded(plan, {});
    if (!row) row = recorded_otherwise(plan);
    if (row && row->status != store::StepStatus::skipped) {
        ++out_.recorded;
        auto found = answer_of(*row);
        if (found.fault) return fail(plan, found.failure_class, found.fault->what);
        walk_.bind(action.as, std::move(found.value));
    } else {
        out_.assumed.push_back(walk_.name_of(plan));
        walk_.bind(action.as,
                   Json::from(json::object{{"kind", "conversation"},
                                           {"row", 0},
                                           {"id", "?conversation"},
                                           {"name", action.name},
                                           {"channel", event_.meta.connector},
                                           {"thread", text_at(event_.body, "thread")},
                                           {"created", true},
                                           {"opened", meta_.at("time").value_or(Json()).to_boost()},
                                           {"answered", false},
                                           {"closed", false},
                                           {"first_message", text_at(event_.body, "id")},
                                           {"last_message", text_at(event_.body, "id")},
                                           {"tied", json::object()}}));
    }
    at_ = plan.next;
}

void Rehearsal::act(const StepPlan& plan, const CallPlan& action) {
    const auto arguments = json(action.with);
    if (!arguments) return fail(plan, kRejected, arguments.error().what);
    auto value = call(plan, action.target, *arguments);
    if (!value) return;
    if (action.as) walk_.bind(*action.as, std::move(*value));
    at_ = plan.next;
}

void Rehearsal::act(const StepPlan& plan, const AnswerPlan& action) {
    const auto* talk = walk_.value(action.talk.name);
    if (!talk)
        return fail(plan, kRejected,
                    "the conversation '" + action.talk.name + "' was not looked up: its step was skipped");
    const auto name = text_at(*talk, "channel");
    const auto channel = action.channels.find(name);
    if (channel == action.channels.end())
        return fail(plan, "unsupported", "connector '" + name + "' offers no 'reply'");
    const auto text = action.text.evaluate(walk_.activation(), walk_.arena());
    if (!text) return fail(plan, kRejected, failed(route_, text, action.text.variables()).in("text").what);
    const auto words = expression::to_text(text.value());
    if (!words) return fail(plan, kRejected, words.error().in("text").what);
    const bool is_here =
        event_.meta.connector == channel->first && text_at(event_.body, "thread") == text_at(*talk, "thread");
    const json::object arguments{
        {"to", is_here ? text_at(event_.body, "id") : text_at(*talk, "last_message")}, {"text", *words}};
    if (call(plan, {channel->first, channel->second}, json::serialize(arguments))) at_ = plan.next;
}

void Rehearsal::act(const StepPlan& plan, const EmitPlan& action) {
    const auto text = json(action.with);
    const auto body = text ? Json::parse(*text) : Result<Json>(text.error());
    if (!body) return fail(plan, kRejected, body.error().in("with").what);
    out_.deeds.push_back({walk_.name_of(plan), "emit " + action.type, body->to_boost()});
    at_ = plan.next;
}

void Rehearsal::act(const StepPlan& plan, const DropPlan& action) {
    const auto text = action.reason.evaluate(walk_.activation(), walk_.arena());
    if (!text) return fail(plan, kRejected, failed(route_, text, action.reason.variables()).in("drop").what);
    auto words = expression::to_text(text.value());
    if (!words) return fail(plan, kRejected, words.error().in("drop").what);
    over(Rehearsed::End::dropped, plan, std::move(*words));
}

void Rehearsal::act(const StepPlan& plan, const ChoosePlan& action) {
    for (const auto& branch : action.branches) {
        if (branch.when) {
            const auto holds = route::holds(*branch.when, walk_.bound());
            if (!holds)
                return fail(plan, kRejected, holds.error().in("when of branch '" + branch.label + "'").what);
            if (!*holds) continue;
        }
        at_ = branch.inside;
        return;
    }
    at_ = plan.next;
}

void Rehearsal::act(const StepPlan& plan, const EachPlan& action) {
    if (const auto entered = walk_.enter(at_, action, max_items_); !entered)
        return fail(plan, kRejected, entered.error().in("each").what);
    round(plan, action);
}

void Rehearsal::round(const StepPlan& plan, const EachPlan& action) {
    const auto next = walk_.round(plan, action);
    if (!next) return fail(plan, kRejected, next.error().what);
    at_ = *next;
}

void Rehearsal::act(const StepPlan& plan, const TimerPlan& action) {
    const auto name = walk_.name_of(plan);
    for (const auto& row : record_) {
        if (row.route != route_.name || row.step != name || row.status == store::StepStatus::waiting)
            continue;
        // The conversations as the timer saw them when it decided.
        const auto seen = Json::parse(row.inputs);
        if (!seen || !seen->element().is_object()) break;
        const simdjson::dom::object talks = seen->element().get_object().value_unsafe();
        for (const auto& [talk, value] : talks) {
            if (const auto slot = route_.scope.slot(talk))
                walk_.bind({std::string(talk), *slot}, *seen->at(talk));
        }
        ++out_.recorded;
        break;
    }
    if (action.unless) {
        const auto holds = route::holds(*action.unless, walk_.bound());
        if (!holds) return fail(plan, kRejected, holds.error().in("unless").what);
        if (*holds) {
            at_ = plan.next;
            return;
        }
    }
    at_ = action.inside;
}

}  // namespace maillon::route
