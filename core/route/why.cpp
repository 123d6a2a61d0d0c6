#include "core/route/why.h"

#include "core/base/text.h"
#include "core/base/time.h"
#include "core/event/event_name.h"
#include "core/route/retelling.h"
#include "core/route/why_json.h"
#include "core/store/dead_letters.h"
#include "core/store/state.h"

#include <algorithm>
#include <set>

namespace maillon::route {
namespace {

namespace json = boost::json;
using PlanPtr = std::shared_ptr<const Plan>;

json::array listens_to(const RoutePlan& route) {
    json::array out;
    for (const auto& trigger : route.from) out.emplace_back(event_name(trigger.connector, trigger.type));
    return out;
}

class Telling {
public:
    Telling(const Event& event, const WhyParts& parts)
        : event_(event), parts_(parts), meta_(Json::from(event.meta.to_json())) {}

    Result<json::object> tell(const std::string& only) {
        auto rows = store::Runs::of_event(parts_.session, event_.seq);
        if (!rows) return rows.error();
        rows_ = std::move(*rows);
        if (auto done = look_at_history(); !done) return done.error();
        const auto met = plan_of(met_);
        std::set<std::string> names;
        for (const auto& row : rows_) names.insert(row.route);
        for (const auto& [name, route] : (met ? **met : *parts_.plan).routes) names.insert(name);
        if (!only.empty() && !names.contains(only)) return unknown(only, names);
        json::array routes;
        for (const auto& name : names) {
            if (!only.empty() && name != only) continue;
            auto one = route(name);
            if (!one) return one.error();
            routes.push_back(std::move(*one));
        }
        return json::object{{"event", event_.meta.to_json()}, {"seq", event_.seq.value()},
                            {"body", event_.body.to_boost()}, {"config", met_},
                            {"config_changed", is_changed_},  {"routes", std::move(routes)}};
    }

private:
    Fault unknown(const std::string& name, const std::set<std::string>& names) const {
        const std::vector<std::string> all(names.begin(), names.end());
        const auto near = did_you_mean(name, all);
        return {FaultKind::unsupported,
                "there is no route '" + name + '\'' +
                    (near.empty() ? "; there are " + enumerate(all)
                                  : "; did you mean '" + std::string(near) + "'?"),
                {}};
    }

    /// Which configuration the event met: that of its first run; where it has none the present one, which may
    /// be a later one.
    Result<> look_at_history() {
        const auto routed = store::Positions::get(parts_.session, store::Positions::kRouted);
        if (!routed) return routed.error();
        is_routed_ = event_.seq.value() <= routed->value_or(EventSeq{}).value();
        met_ = rows_.empty() ? parts_.plan->hash : rows_.front().config_hash;
        is_changed_ = met_ != parts_.plan->hash;
        if (!rows_.empty() || !is_routed_) return {};
        const auto present = store::Configs::get(parts_.session, parts_.plan->hash);
        if (!present) return present.error();
        is_changed_ = *present && (*present)->first_used > event_.meta.received;
        return {};
    }

    Result<PlanPtr> plan_of(const std::string& hash) {
        if (hash == parts_.plan->hash) return parts_.plan;
        if (const auto known = plans_.find(hash); known != plans_.end()) return known->second;
        const auto stored = store::Configs::get(parts_.session, hash);
        if (!stored) return stored.error();
        auto out = *stored ? parts_.older_plan((*stored)->text)
                           : Result<PlanPtr>(internal("the configuration " + hash.substr(0, 12) +
                                                      " that it ran under is no longer kept"));
        plans_.emplace(hash, out);
        return out;
    }

    Result<json::object> route(const std::string& name) {
        std::vector<const store::RunRow*> runs;
        for (const auto& row : rows_) {
            if (row.route == name) runs.push_back(&row);
        }
        const auto& hash = runs.empty() ? met_ : runs.front()->config_hash;
        json::object out{{"route", name}, {"config", hash}};
        const auto plan = plan_of(hash);
        if (!plan) {
            out["note"] = plan.error().what;
        } else if (const auto found = (*plan)->routes.find(name); found != (*plan)->routes.end()) {
            trigger_and_when(*found->second, out);
        } else {
            out["trigger"] = false;
            out["note"] = "it was not part of the configuration that the event met";
        }
        out["fired"] = !runs.empty();
        if (runs.empty() && !out.contains("note")) add_note(out);
        json::array told;
        for (const auto* row : runs) {
            auto one = run(*row);
            if (!one) return one.error();
            told.push_back(std::move(*one));
        }
        out["runs"] = std::move(told);
        return out;
    }

    void trigger_and_when(const RoutePlan& route, json::object& out) {
        out["place"] = route.where;
        const bool fits = route.trigger_for(event_.meta) != nullptr;
        out["listens_to"] = listens_to(route);
        out["trigger"] = fits;
        if (!fits || !route.when) return;
        expression::Arena arena;
        expression::Activation activation(route.scope);
        activation.set(0, expression::Value::of(event_.body.element()));
        activation.set(1, expression::Value::of(meta_.element()));
        out["when"] = explained(route.when->explain(activation, arena));
    }

    /// Of a route that would have a run by all that is known, and has none.
    void add_note(json::object& out) const {
        if (!out.at("trigger").as_bool()) return;
        const auto* when = out.if_contains("when");
        if (when && !when->at("failed").as_bool() && when->at("outcome") != "true") return;
        if (!is_routed_)
            out["note"] = "the event has not been put to the routes yet";
        else if (event_.meta.received + parts_.keep_traces < parts_.now)
            out["note"] = "what it did is past its retention (hub.keep.traces)";
        else
            out["note"] = "it would fire today: it was not there, or said otherwise, when the event came";
    }

    Result<json::object> run(const store::RunRow& row) {
        RunRecord record{.run = row};
        auto steps = store::Steps::of_run(parts_.session, row.id);
        if (!steps) return steps.error();
        record.steps = std::move(*steps);
        auto calls = store::Calls::of_run(parts_.session, row.id);
        if (!calls) return calls.error();
        record.calls = std::move(*calls);
        auto approvals = store::Approvals::of_run(parts_.session, row.id);
        if (!approvals) return approvals.error();
        record.approvals = std::move(*approvals);
        if (auto delay = delay_of(record); !delay)
            return delay.error();
        else
            record.delay = std::move(*delay);
        auto out = head(record);
        if (const auto again = Frame::again_of(row.frame)) add_again(*again, out);
        if (auto done = add_letter(row, out); !done) return done.error();
        out["steps"] = steps_of(record, out);
        return out;
    }

    /// Why the run does not go on at once.
    Result<std::optional<deliver::Delay>> delay_of(const RunRecord& record) const {
        const auto& row = record.run;
        if (row.state == store::RunState::calling && parts_.delay_of) {
            const auto open = std::ranges::find_if(record.calls, [](const store::CallRow& call) {
                return call.state == store::CallState::pending;
            });
            return parts_.delay_of(row.id, open == record.calls.end() ? nullptr : &*open);
        }
        if (row.state != store::RunState::ready) return std::optional<deliver::Delay>{};
        const auto first = store::Runs::going_before(parts_.session, {row.id, row.state, row.route, row.key});
        if (!first) return first.error();
        if (!*first) return std::optional<deliver::Delay>{};
        const auto& [run, event] = **first;
        return std::optional(
            deliver::Delay{"run " + std::to_string(run.value()) + " has the same key and goes first",
                           {},
                           "maillon why " + std::to_string(event.value()) + ' ' + row.route});
    }

    static json::object head(const RunRecord& record) {
        const auto& row = record.run;
        json::object out{{"run", row.id.value()},
                         {"state", db::kWords<store::RunState>[static_cast<std::size_t>(row.state)]},
                         {"reason", row.reason},
                         {"key", row.key},
                         {"started", to_rfc3339(row.created)},
                         {"updated", to_rfc3339(row.updated)},
                         {"config", row.config_hash}};
        if (row.wake_at) out["waits_until"] = to_rfc3339(*row.wake_at);
        json::array open, asked;
        for (const auto& call : record.calls) {
            if (call.state != store::CallState::done) open.push_back(open_call_json(call));
        }
        for (const auto& approval : record.approvals) asked.push_back(approval_json(approval));
        out["open_calls"] = std::move(open);
        out["approvals"] = std::move(asked);
        return out;
    }

    static void add_again(const Frame::Again& again, json::object& out) {
        json::object told{{"replay", again.number}, {"with_outbound", again.with_outbound}};
        if (again.letter.is_set()) told["letter"] = again.letter.value();
        if (again.body) told["event"] = again.body->to_boost();
        json::array edited;
        for (const auto& [step, value] : again.arguments) edited.emplace_back(step);
        if (!edited.empty()) told["edited_calls"] = std::move(edited);
        out["again"] = std::move(told);
    }

    Result<> add_letter(const store::RunRow& row, json::object& out) {
        if (row.state != store::RunState::dead_lettered) return {};
        const auto letter = store::DeadLetters::of_run(parts_.session, row.id);
        if (!letter) return letter.error();
        if (*letter) out["dead_letter"] = (*letter)->id.value();
        return {};
    }

    /// Told again where its route is at hand, else as the trace has them.
    json::array steps_of(const RunRecord& record, json::object& run) {
        const auto plan = plan_of(record.run.config_hash);
        if (plan) {
            const auto found = (*plan)->routes.find(record.run.route);
            if (found != (*plan)->routes.end()) {
                const auto seen = seen_again(event_, Frame::again_of(record.run.frame));
                return Retelling(seen, *found->second, record, (*plan)->max_items).tell();
            }
        }
        run["note"] = "conditions cannot be told: " +
                      (plan ? "its configuration has no such route" : plan.error().what);
        json::array out;
        for (const auto& row : record.steps) {
            json::object one{{"step", row.step}, {"told", false}};
            add_recorded(one, row);
            out.push_back(std::move(one));
        }
        return out;
    }

    const Event& event_;
    const WhyParts& parts_;
    Json meta_;
    std::vector<store::RunRow> rows_;
    std::map<std::string, Result<PlanPtr>> plans_;
    std::string met_;  ///< hash of the configuration that the event met
    bool is_changed_ = false;
    bool is_routed_ = true;
};

}  // namespace

Result<json::object> why(const Event& event, const std::string& route, const WhyParts& parts) {
    return Telling(event, parts).tell(route);
}

}  // namespace maillon::route
