#include "core/route/why_json.h"

#include "core/base/time.h"
#include "core/event/json.h"

#include <array>

namespace maillon::route {

namespace json = boost::json;

json::object explained(const expression::Explanation& from) {
    constexpr std::array<std::string_view, 6> kShapes{"leaf", "all", "any", "not", "choice", "elements"};
    json::object out{{"source", from.source},
                     {"outcome", from.outcome},
                     {"failed", from.failed},
                     {"reached", from.reached},
                     {"decided", from.decided}};
    if (from.shape != expression::Explanation::Shape::leaf)
        out["shape"] = kShapes.at(static_cast<std::size_t>(from.shape));
    if (!from.element.empty()) out["element"] = from.element;
    if (from.more > 0) out["more"] = from.more;
    json::array operands, facts;
    for (const auto& operand : from.operands) operands.push_back(explained(operand));
    for (const auto& fact : from.facts)
        facts.push_back(
            json::object{{"source", fact.source}, {"outcome", fact.outcome}, {"failed", fact.failed}});
    if (!operands.empty()) out["operands"] = std::move(operands);
    if (!facts.empty()) out["facts"] = std::move(facts);
    return out;
}

json::value parsed(const std::string& text) {
    if (text.empty()) return nullptr;
    const auto value = Json::parse(text);
    return value ? value->to_boost() : json::value(text);
}

void add_recorded(json::object& step, const store::StepRow& row) {
    using store::StepStatus;
    step["status"] = db::kWords<StepStatus>[static_cast<std::size_t>(row.status)];
    step["attempts"] = row.attempts;
    step["at"] = to_rfc3339(row.ended);
    if (row.ended > row.started) step["took_ms"] = (row.ended - row.started).count();
    if (!row.detail.empty()) step["detail"] = row.detail;
    if (!row.inputs.empty()) step["inputs"] = parsed(row.inputs);
    if (!row.result.empty()) step[row.status == StepStatus::failed ? "error" : "result"] = parsed(row.result);
}

json::object approval_json(const store::ApprovalRow& row) {
    json::object out{{"approval", row.id.value()},
                     {"step", row.step},
                     {"role", row.role},
                     {"call", row.instance + '.' + row.operation},
                     {"arguments", parsed(row.args)},
                     {"state", db::kWords<store::ApprovalState>[static_cast<std::size_t>(row.state)]},
                     {"asked", to_rfc3339(row.created)}};
    if (row.due) out["due"] = to_rfc3339(*row.due);
    if (row.decided) {
        out["decided"] = to_rfc3339(*row.decided);
        out["by"] = row.decided_by;
        out["reason"] = row.reason;
    }
    return out;
}

json::object open_call_json(const store::CallRow& row) {
    json::object out{{"step", row.step},
                     {"call", row.instance + '.' + row.operation},
                     {"state", db::kWords<store::CallState>[static_cast<std::size_t>(row.state)]},
                     {"attempts", row.attempts},
                     {"detail", row.detail},
                     {"not_before", to_rfc3339(row.not_before)}};
    if (row.expires) out["expires"] = to_rfc3339(*row.expires);
    return out;
}

}  // namespace maillon::route
