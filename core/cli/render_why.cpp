#include "core/cli/render.h"

#include <boost/json/serialize.hpp>

namespace maillon::cli {
namespace {

namespace json = boost::json;

/// The operands of `when`, those that decided marked with an arrow.
std::string explained(const json::object& from, std::size_t indent) {
    const bool reached = text_of(from, "reached") == "true";
    const char* mark = text_of(from, "decided") == "true" ? "→ " : "  ";
    std::string out = std::string(indent, ' ') + mark + column(cut(text_of(from, "source"), 66), 66) +
                      (reached ? cut(text_of(from, "outcome"), 90) : "(not reached)") + '\n';
    if (const auto* operands = from.if_contains("operands")) {
        for (const auto& operand : operands->as_array()) out += explained(operand.as_object(), indent + 2);
    }
    return out;
}

std::string step_line(const json::object& step) {
    std::string out = "      " + column(text_of(step, "step"), 36) + column(text_of(step, "status"), 8);
    if (const auto detail = text_of(step, "detail"); !detail.empty()) out += cut(detail, 100);
    if (const auto attempts = text_of(step, "attempts"); attempts != "1" && attempts != "0")
        out += " (" + attempts + " tries)";
    out += '\n';
    for (const auto* key : {"inputs", "result"}) {
        if (const auto value = text_of(step, key); !value.empty())
            out += "          " + column(key, 7) + cut(value, 150) + '\n';
    }
    return out;
}

std::string run_text(const json::object& run) {
    std::string out = "    run " + text_of(run, "run") + ": " + text_of(run, "state");
    if (const auto reason = text_of(run, "reason"); !reason.empty()) out += ": " + cut(reason, 120);
    out += "  (" + text_of(run, "started") + " … " + text_of(run, "updated") + ")\n";
    for (const auto& step : run.at("steps").as_array()) out += step_line(step.as_object());
    if (const auto until = text_of(run, "waits_until"); !until.empty())
        out += "      waits until " + until + '\n';
    for (const auto& approval : run.at("approvals").as_array()) {
        const auto& a = approval.as_object();
        out += "      " + column("approval " + text_of(a, "approval"), 36) + column(text_of(a, "state"), 9) +
               text_of(a, "call") + ", for " + text_of(a, "role");
        if (const auto at = text_of(a, "decided"); !at.empty()) {
            const auto by = text_of(a, "by");
            out += (by.empty() ? "" : ", by " + by) + " at " + at;
        }
        if (const auto reason = text_of(a, "reason"); !reason.empty()) out += ": " + cut(reason, 80);
        out += '\n';
    }
    for (const auto& call : run.at("open_calls").as_array()) {
        const auto& c = call.as_object();
        out += "      " + column(text_of(c, "step"), 36) + column(text_of(c, "state"), 8) +
               text_of(c, "call") + ", " + text_of(c, "attempts") + " tries " +
               cut(text_of(c, "detail"), 80) + '\n';
    }
    return out;
}

std::string route_text(const json::object& route) {
    const auto& runs = route.at("runs").as_array();
    std::string out = "\n  " + text_of(route, "route") + ": ";
    if (text_of(route, "trigger") != "true") return out + "not asked: its trigger does not fit\n";
    out += runs.empty() ? "did not fire\n" : "fired\n";
    if (const auto* when = route.if_contains("when")) out += "    when\n" + explained(when->as_object(), 4);
    for (const auto& run : runs) out += run_text(run.as_object());
    return out;
}

}  // namespace

std::string render_why(const json::object& why, const std::string& route) {
    const auto& meta = why.at("event").as_object();
    std::string out = text_of(meta, "connector") + '.' + text_of(meta, "type") + "  " + text_of(meta, "id") +
                      "  at " + text_of(meta, "time") + "  (position " + text_of(why, "seq") + ")\n";
    if (const auto* body = why.at("body").if_object()) {
        if (const auto text = text_of(*body, "text"); !text.empty()) out += "  \"" + cut(text, 140) + "\"\n";
    }
    for (const auto& one : why.at("routes").as_array()) {
        if (route.empty() || text_of(one.as_object(), "route") == route) out += route_text(one.as_object());
    }
    return out;
}

}  // namespace maillon::cli
