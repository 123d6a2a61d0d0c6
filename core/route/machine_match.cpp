#include "core/base/time.h"
#include "core/event/json_text.h"
#include "core/route/linking.h"
#include "core/route/talk.h"
#include "core/route/turn.h"
#include "core/store/claims.h"
#include "core/store/directory.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <iterator>

/// The step `match`: who wrote this?
namespace maillon::route {
namespace {

namespace json = boost::json;

Json found_value(const match::Decision& decision, bool created) {
    const auto data = Json::parse(decision.record.data);
    json::object out{{"found", true},
                     {"id", decision.record.id},
                     {"created", created},
                     {"matched_by", decision.matched_by},
                     {"record", data ? data->to_boost() : json::object{}}};
    if (decision.who.is_set()) out["identity"] = decision.who.text();
    return Json::from(out);
}

Json unknown_value(const match::Decision& decision) {
    json::object out{{"found", false}, {"created", false}};
    if (!decision.candidates.empty())
        out["candidates"] = json::array(decision.candidates.begin(), decision.candidates.end());
    if (decision.review.is_set()) out["review"] = decision.review.value();
    if (decision.who.is_set()) out["identity"] = decision.who.text();
    return Json::from(out);
}

std::string text_at(const Json& value, std::string_view key) {
    const auto member = value.at(key);
    const auto text = member ? member->string() : std::nullopt;
    return text ? std::string(*text) : std::string();
}

match::Decider::Asked asked_of(const match::Person& person, const Event& event, TimePoint now) {
    return {person, event.seq, now, event.meta.connector};
}

std::string question(const match::Decision& decision) {
    return "question " + std::to_string(decision.review.value()) + " (" + decision.rule + ")";
}

}  // namespace

match::Decider Machine::decider(const MatchPlan& action) const {
    return {*action.keys, parts_.judge ? parts_.judge(action.directory) : nullptr};
}

Result<Machine::Next> Machine::execute(Turn& turn, const StepPlan& plan, const MatchPlan& action) {
    const auto who = turn.value(action.who);
    if (!who) return fail(turn, plan, who.error().in("who"), 0, {});
    const auto progress = store::Directory::progress(turn.unit, action.directory);
    if (!progress) return progress.error();
    if (!*progress || !(*progress)->finished) {
        turn.effects.waits_on = Frame::Claim{std::string(kDirectoryScope), action.directory};
        if (auto done = persist(turn, store::RunState::claiming,
                                "directory '" + action.directory + "' is being read");
            !done)
            return done.error();
        return Next::wait;
    }
    const auto person = match::person_of(*who, *action.keys);
    const auto decision = decider(action).decide(turn.unit, asked_of(person, *turn.run.event, turn.now));
    if (!decision) return decision.error();
    if (auto done = spread(turn, *decision); !done) return done.error();
    if (decision->kind == match::Decision::Kind::none && action.create && !person.keys.empty())
        return claim_person(turn, plan, action, person);
    return decided(turn, plan, action, *who, *decision);
}

Result<Machine::Next> Machine::decided(Turn& turn, const StepPlan& plan, const MatchPlan& action,
                                       const Json& who, const match::Decision& decision) {
    const auto person = match::person_of(who, *action.keys);
    std::string detail;
    if (person.keys.empty() && decision.kind == match::Decision::Kind::none)
        detail = "nothing to know them by: none of the fields of '" + action.directory + "' is given";
    if (decision.kind == match::Decision::Kind::unsure) {
        if (action.unsure == config::Unsure::wait) {
            const auto waits = wait_for_review(turn, plan, action, who, decision);
            if (!waits) return waits.error();
            if (*waits) return **waits;
            detail = "nobody has decided in time; ";
        }
        detail += "a person is asked: " + question(decision);
    }
    const auto value = decision.kind == match::Decision::Kind::linked ? found_value(decision, false)
                                                                      : unknown_value(decision);
    if (auto done = trace(turn, plan, {.inputs = who.dump(), .result = value.dump(), .detail = detail});
        !done)
        return done.error();
    if (decision.kind == match::Decision::Kind::unsure && action.unsure == config::Unsure::skip) {
        if (auto done = settle(turn, store::RunState::dropped,
                               "who it is in '" + action.directory + "' is not sure: " + question(decision));
            !done)
            return done.error();
        return Next::end;
    }
    turn.bind(action.as, value);
    if (auto done = tie_person(turn, value); !done) return done.error();
    turn.run.frame.at = plan.next;
    return Next::go_on;
}

Result<std::optional<Machine::Next>> Machine::wait_for_review(Turn& turn, const StepPlan& plan,
                                                              const MatchPlan& action, const Json& who,
                                                              const match::Decision& decision) {
    const auto& parked = turn.run.frame.parked;
    const auto until = parked && parked->until ? *parked->until : turn.now + action.within;
    if (turn.now >= until) return std::optional<Next>{};
    if (auto done = store::Reviews::wait(turn.unit, decision.review, turn.run.id); !done) return done.error();
    auto next = park(turn, plan, until,
                     "a person says who it is: " + question(decision) + ", until " + to_rfc3339(until),
                     who.dump(), false);
    if (!next) return next.error();
    return std::optional<Next>{*next};
}

Result<> Machine::spread(Turn& turn, const match::Decision& decision) {
    if (decision.late.empty() && decision.answered.empty()) return {};
    const auto& cause = turn.run.event->meta;
    Linking linking({turn.unit, parts_.journal, nullptr, turn.now, cause.hops + 1});
    for (const auto& link : decision.late) {
        if (auto done = linking.tell(kLinkAdded, link, cause.replay); !done) return done;
    }
    for (const auto& review : decision.answered) {
        if (auto done = linking.wake(review); !done) return done;
    }
    std::ranges::move(linking.woken, std::back_inserter(turn.effects.woken));
    turn.effects.emitted |= linking.has_told;
    return {};
}

Result<> Machine::tie_person(Turn& turn, const Json& value) {
    const auto found = value.at("found");
    if (!found || !found->element().is_bool()) return {};
    if (auto done = tie(turn, std::string(kIdentityRef), text_at(value, "identity")); !done) return done;
    if (!found->element().get_bool().value_unsafe()) return {};
    return tie(turn, "person", text_at(value, "id"));
}

Result<Machine::Next> Machine::claim_person(Turn& turn, const StepPlan& plan, const MatchPlan& action,
                                            const match::Person& person) {
    std::vector<Frame::Claim> wanted;
    for (const auto& key : person.keys)
        wanted.push_back({"person:" + action.directory, key.field + '=' + key.value});
    // In one order for everybody, so that two runs never wait for each other.
    std::ranges::sort(wanted);
    for (const auto& claim : wanted) {
        const auto answer = store::Claims::claim(turn.unit, claim.scope, claim.key, turn.run.id, turn.now);
        if (!answer) return answer.error();
        if (answer->state == store::ClaimState::held) {
            if (auto done = release_claims(turn); !done) return done.error();
            turn.effects.waits_on = claim;
            if (auto done = persist(turn, store::RunState::claiming, "another run is creating this person");
                !done)
                return done.error();
            return Next::wait;
        }
        if (std::ranges::find(turn.run.frame.claims, claim) == turn.run.frame.claims.end())
            turn.run.frame.claims.push_back(claim);
    }
    if (const auto* edited = turn.run.frame.edited(name_of_step(turn.run, plan)))
        return call(turn, plan, {action.create->target, *edited});
    auto fields = turn.json(action.create->fields);
    if (!fields)
        return fail(turn, plan, fields.error().in("create.fields"), 0, action.create->target.instance);
    std::string arguments = "{\"module\":" + json::serialize(json::string(action.create->module)) +
                            ",\"fields\":" + *fields + '}';
    return call(turn, plan, {action.create->target, std::move(arguments)});
}

Result<> Machine::created_person(Turn& turn, const MatchPlan& action, const store::CallOutcome& outcome) {
    const auto who = turn.value(action.who);
    if (!who) return internal("a created record could not be read");
    auto data = Json::parse(outcome.result.empty() ? "{}" : outcome.result);
    // The record exists, whatever the connector's answer looks like.
    if (!data) data = Json::from(json::object{});
    store::DirectoryRecord record{.id = outcome.remote_id.empty() ? text_at(*data, "id") : outcome.remote_id,
                                  .data = data->dump(),
                                  .version = outcome.remote_revision,
                                  .keys = action.keys->of_record(*data)};
    if (record.id.empty()) return created_unknown(turn, action);
    // What we looked for must find it from now on, also where the answer did not repeat the fields.
    const auto person = match::person_of(*who, *action.keys);
    for (const auto& key : person.keys) {
        if (std::ranges::find(record.keys, key) == record.keys.end()) record.keys.push_back(key);
    }
    if (auto done = store::Directory::upsert(turn.unit, action.directory, std::span(&record, 1)); !done)
        return done;
    const auto decision =
        decider(action).created(turn.unit, asked_of(person, *turn.run.event, turn.now), record);
    if (!decision) return decision.error();
    if (auto done = spread(turn, *decision); !done) return done;
    turn.effects.records.emplace_back(action.directory, std::move(record));
    const auto value = found_value(*decision, true);
    turn.bind(action.as, value);
    if (auto done = release_claims(turn); !done) return done;
    return tie_person(turn, value);
}

Result<> Machine::created_unknown(Turn& turn, const MatchPlan& action) {
    const auto who = turn.value(action.who);
    if (!who) return internal("a created record could not be read");
    // Others may look for this person from now on, as this run does: the directory may have the record by
    // now.
    if (auto done = release_claims(turn); !done) return done;
    const auto person = match::person_of(*who, *action.keys);
    const auto decision = decider(action).decide(turn.unit, asked_of(person, *turn.run.event, turn.now));
    if (!decision) return decision.error();
    if (auto done = spread(turn, *decision); !done) return done;
    const bool is_linked = decision->kind == match::Decision::Kind::linked;
    const auto value = is_linked ? found_value(*decision, false) : unknown_value(*decision);
    turn.bind(action.as, value);
    return tie_person(turn, value);
}

}  // namespace maillon::route
