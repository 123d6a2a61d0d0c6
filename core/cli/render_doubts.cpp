#include "core/cli/render.h"

#include "core/event/json_text.h"

namespace maillon::cli {

namespace json = boost::json;

std::string render_doubts(const json::object& doubts, bool is_filtered) {
    const auto& rows = doubts.at("in_doubt").as_array();
    if (rows.empty()) return nothing(is_filtered, "no call is in doubt");
    std::string out = column("CALL", 8) + column("FIRST TRIED", 22) + column("ROUTE", 22) + column("TO", 22) +
                      "ARGUMENTS\n";
    for (const auto& row : rows) {
        const auto& one = row.as_object();
        out += column(text_of(one, "id"), 8) + column(moment_of(one, "tried"), 22) +
               column(cut(text_of(one, "route"), 21), 22) + column(cut(text_of(one, "call"), 21), 22) +
               cut(json_text(one.at("arguments")), 100) + '\n';
    }
    return out +
           "\nLook in the remote whether they are there, then: maillon in-doubt done|again|failed CALL\n";
}

std::string render_doubt(const json::object& doubt) {
    std::string out;
    for (const auto* key : {"id", "tried", "attempts", "route", "step", "call", "reason", "idempotency_key",
                            "key", "event", "run"}) {
        if (const auto value = text_of(doubt, key); !value.empty()) out += column(key, 17) + value + '\n';
    }
    out += "\nthe arguments\n" + pretty(doubt.at("arguments")) + '\n';
    if (const auto* cause = doubt.if_contains("cause")) out += "\nthe event\n" + pretty(*cause) + '\n';
    return out;
}

}  // namespace maillon::cli
