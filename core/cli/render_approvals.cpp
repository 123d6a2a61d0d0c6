#include "core/cli/render.h"

#include "core/event/json_text.h"

namespace maillon::cli {

namespace json = boost::json;

std::string render_approvals(const json::object& approvals, bool is_filtered) {
    const auto& rows = approvals.at("approvals").as_array();
    if (rows.empty()) return nothing(is_filtered, "nothing waits for a person");
    std::string out = column("NUMBER", 8) + column("ASKED", 22) + column("ROLE", 16) + column("ROUTE", 22) +
                      column("CALL", 22) + "ARGUMENTS\n";
    for (const auto& row : rows) {
        const auto& one = row.as_object();
        out += column(text_of(one, "id"), 8) + column(moment_of(one, "asked"), 22) +
               column(cut(text_of(one, "role"), 15), 16) + column(cut(text_of(one, "route"), 21), 22) +
               column(cut(text_of(one, "call"), 21), 22) + cut(json_text(one.at("arguments")), 100);
        if (const auto state = text_of(one, "state"); state != "open") {
            const auto by = text_of(one, "by");
            out += "  (" + state + (by.empty() ? "" : " by " + by) + ')';
        }
        out += '\n';
    }
    return out;
}

std::string render_approval(const json::object& approval) {
    std::string out;
    for (const auto* key : {"id", "state", "asked", "due", "role", "route", "step", "call", "decided", "by",
                            "reason", "event", "run"}) {
        if (const auto value = text_of(approval, key); !value.empty()) out += column(key, 10) + value + '\n';
    }
    out += "\nthe arguments\n" + pretty(approval.at("arguments")) + '\n';
    if (const auto* cause = approval.if_contains("cause")) out += "\nthe event\n" + pretty(*cause) + '\n';
    return out;
}

}  // namespace maillon::cli
