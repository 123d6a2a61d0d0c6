#include "core/route/why.h"

#include "core/base/time.h"
#include "core/store/approvals.h"
#include "core/store/calls.h"
#include "core/store/runs.h"

namespace maillon::route {
namespace {

namespace json = boost::json;

json::object explained(const expression::Explanation& from) {
    json::object out{{"source", from.source},
                     {"outcome", from.outcome},
                     {"failed", from.failed},
                     {"reached", from.reached},
                     {"decided", from.decided}};
    json::array operands;
    for (const auto& operand : from.operands) operands.push_back(explained(operand));
    if (!operands.empty()) out["operands"] = std::move(operands);
    return out;
}

json::value parsed(const std::string& text) {
    if (text.empty()) return nullptr;
    const auto value = Json::parse(text);
    return value ? value->to_boost() : json::value(text);
}

json::object step_json(const store::StepRow& step) {
    return {{"step", step.step},
            {"status", db::kWords<store::StepStatus>[static_cast<std::size_t>(step.status)]},
            {"inputs", parsed(step.inputs)},
            {"result", parsed(step.result)},
            {"attempts", step.attempts},
            {"at", to_rfc3339(step.ended)},
            {"detail", step.detail}};
}

json::object approval_json(const store::ApprovalRow& row) {
    json::object out{{"approval", row.id.value()},
                     {"step", row.step},
                     {"role", row.role},
                     {"call", row.instance + '.' + row.operation},
                     {"arguments", parsed(row.args)},
                     {"state", db::kWords<store::ApprovalState>[static_cast<std::size_t>(row.state)]},
                     {"asked", to_rfc3339(row.created)}};
    if (row.decided) {
        out["decided"] = to_rfc3339(*row.decided);
        out["by"] = row.decided_by;
        out["reason"] = row.reason;
    }
    return out;
}

Result<json::array> runs_of(const Event& event, const std::string& route, db::Session& session) {
    auto rows = store::Runs::of_event(session, event.seq);
    if (!rows) return rows.error();
    json::array out;
    for (const auto& row : *rows) {
        if (row.route != route) continue;
        json::object run{{"run", row.id.value()},
                         {"state", db::kWords<store::RunState>[static_cast<std::size_t>(row.state)]},
                         {"reason", row.reason},
                         {"key", row.key},
                         {"started", to_rfc3339(row.created)},
                         {"updated", to_rfc3339(row.updated)},
                         {"config", row.config_hash}};
        auto steps = store::Steps::of_run(session, row.id);
        if (!steps) return steps.error();
        json::array list;
        for (const auto& step : *steps) list.push_back(step_json(step));
        run["steps"] = std::move(list);
        auto calls = store::Calls::of_run(session, row.id);
        if (!calls) return calls.error();
        json::array open;
        for (const auto& call : *calls) {
            if (call.state == store::CallState::done) continue;
            open.push_back(
                json::object{{"step", call.step},
                             {"call", call.instance + '.' + call.operation},
                             {"state", db::kWords<store::CallState>[static_cast<std::size_t>(call.state)]},
                             {"attempts", call.attempts},
                             {"detail", call.detail},
                             {"not_before", to_rfc3339(call.not_before)}});
        }
        run["open_calls"] = std::move(open);
        if (row.wake_at) run["waits_until"] = to_rfc3339(*row.wake_at);
        auto approvals = store::Approvals::of_run(session, row.id);
        if (!approvals) return approvals.error();
        json::array asked;
        for (const auto& approval : *approvals) asked.push_back(approval_json(approval));
        run["approvals"] = std::move(asked);
        out.push_back(std::move(run));
    }
    return out;
}

}  // namespace

Result<json::object> why(const Event& event, const Plan& plan, db::Session& session) {
    expression::Arena arena;
    const auto meta = Json::from(event.meta.to_json());
    json::array routes;
    for (const auto& [name, route] : plan.routes) {
        json::object one{{"route", name}, {"trigger", route->trigger_for(event.meta) != nullptr}};
        if (one.at("trigger").as_bool() && route->when) {
            expression::Activation activation(route->scope);
            activation.set(0, expression::Value::of(event.body.element()));
            activation.set(1, expression::Value::of(meta.element()));
            one["when"] = explained(route->when->explain(activation, arena));
        }
        auto runs = runs_of(event, name, session);
        if (!runs) return runs.error();
        one["runs"] = std::move(*runs);
        routes.push_back(std::move(one));
    }
    return json::object{{"event", event.meta.to_json()},
                        {"seq", event.seq.value()},
                        {"body", event.body.to_boost()},
                        {"routes", std::move(routes)}};
}

}  // namespace maillon::route
