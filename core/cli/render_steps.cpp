#include "core/cli/render.h"
#include "core/cli/render_why.h"

#include <algorithm>
#include <cstdio>

namespace maillon::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostSteps = 200;

const json::object* member(const json::object& from, std::string_view key) {
    const auto* found = from.if_contains(key);
    return found ? found->if_object() : nullptr;
}

std::string mark_of(const std::string& status) {
    if (status == "ok") return "✓ ";
    if (status == "failed") return "✗ ";
    return status == "skipped" ? "- " : "… ";
}

std::string duration(const std::string& milliseconds) {
    const double ms = std::strtod(milliseconds.c_str(), nullptr);
    char out[32];
    if (ms < 1'000)
        std::snprintf(out, sizeof out, "%.0f ms", ms);
    else if (ms < 120'000)
        std::snprintf(out, sizeof out, "%.1f s", ms / 1'000);
    else if (ms < 7'200'000)
        std::snprintf(out, sizeof out, "%.1f min", ms / 60'000);
    else
        std::snprintf(out, sizeof out, "%.1f h", ms / 3'600'000);
    return out;
}

/// "failed: no such module (3 tries, 1.2 s)".
std::string said(const json::object& step) {
    const auto status = text_of(step, "status");
    std::string out = status == "ok" ? "" : status == "next" ? "comes next" : status;
    if (const auto detail = text_of(step, "detail"); !detail.empty())
        out += (out.empty() ? "" : ": ") + cut(detail, 110);
    if (const auto items = text_of(step, "items"); !items.empty() && out.empty()) out = items + " items";
    std::string more;
    if (const auto tries = text_of(step, "attempts"); !tries.empty() && tries != "0" && tries != "1")
        more = tries + " tries";
    if (const auto took = text_of(step, "took_ms"); !took.empty())
        more += (more.empty() ? "" : ", ") + duration(took);
    if (more.empty()) return out;
    return out + (out.empty() ? "(" : " (") + more + ')';
}

std::string value_line(const json::object& step, const char* key, const char* name) {
    const auto value = text_of(step, key);
    if (value.empty() || value == "{}") return {};
    return "        " + column(name, 8) + cut(value, 150) + '\n';
}

std::string approval_lines(const json::object& approval, const std::string& day) {
    const auto state = text_of(approval, "state");
    const auto by = text_of(approval, "by");
    std::string out = "        " + column("approval", 8) + text_of(approval, "approval") + ", asked of " +
                      text_of(approval, "role") + " at " + moment_text(text_of(approval, "asked"), day) +
                      ": " + state;
    if (state != "open" && !by.empty()) out += " by " + by;
    if (const auto at = text_of(approval, "decided"); !at.empty()) out += " at " + moment_text(at, day);
    if (const auto reason = text_of(approval, "reason"); !reason.empty()) out += ": " + cut(reason, 80);
    if (state == "open") out += "; see: maillon approvals show " + text_of(approval, "approval");
    return out + '\n';
}

std::string branches_text(const json::array& branches) {
    std::string out;
    for (const auto& one : branches) {
        const auto& branch = one.as_object();
        const auto* when = member(branch, "when");
        out += "        " + column("branch", 8) + text_of(branch, "branch") + (when ? "" : " (else)") + '\n';
        if (when) out += condition_text(*when, 10);
    }
    return out;
}

std::string details(const json::object& step, const std::string& day) {
    std::string out;
    if (const auto* when = member(step, "when")) out += condition_text(*when, 8);
    if (const auto* unless = member(step, "unless")) out += "        unless\n" + condition_text(*unless, 10);
    if (const auto* branches = step.if_contains("branches")) out += branches_text(branches->as_array());
    const bool is_timer = text_of(step, "kind") == "timer";
    out += value_line(step, "inputs", is_timer ? "saw" : "given");
    out += value_line(step, "result", text_of(step, "kind") == "let" ? "values" : "result");
    if (const auto* error = member(step, "error")) {
        out += "        " + column("error", 8) + text_of(*error, "class");
        const auto by = text_of(step, "caught_by");
        out += by.empty() ? ", caught by nothing\n" : ", caught by on_error." + by + '\n';
    }
    if (const auto* approval = member(step, "approval")) out += approval_lines(*approval, day);
    if (const auto* call = member(step, "call")) {
        out += "        " + column("call", 8) + text_of(*call, "call") + " is " + text_of(*call, "state");
        if (const auto tries = text_of(*call, "attempts"); tries != "0") {
            out += ", tried " + tries + (tries == "1" ? " time" : " times") + "; again at " +
                   moment_text(text_of(*call, "not_before"), day);
            if (const auto detail = text_of(*call, "detail"); !detail.empty())
                out += " after: " + cut(detail, 80);
        }
        out += '\n';
    }
    if (const auto* delay = member(step, "delay")) {
        const auto why = text_of(*delay, "why");
        out += "        " + column("waits", 8) + cut(why, 160);
        const auto until = text_of(*delay, "until");
        if (!until.empty() && why.find(" until ") == std::string::npos)
            out += "; not before " + moment_text(until, day);
        out += '\n';
        if (const auto todo = text_of(*delay, "todo"); !todo.empty())
            out += "        " + column("do", 8) + todo + '\n';
    }
    if (const auto until = text_of(step, "until"); !until.empty())
        out += "        " + column("until", 8) + moment_text(until, day) + '\n';
    return out;
}

std::size_t longest(const json::array& steps, std::string_view key) {
    std::size_t out = 0;
    for (const auto& one : steps) out = std::max(out, text_of(one.as_object(), key).size());
    return out;
}

}  // namespace

std::string moment_text(const std::string& moment, const std::string& day) {
    constexpr std::size_t kDate = 11;  // "2026-03-02T"
    const bool same =
        moment.size() > kDate && day.size() > kDate && moment.substr(0, kDate) == day.substr(0, kDate);
    return same ? moment.substr(kDate, moment.size() - kDate - 1) : moment;
}

std::string condition_text(const json::object& from, std::size_t indent) {
    constexpr std::size_t kEnd = 76;
    const bool reached = text_of(from, "reached") == "true";
    const std::string mark = text_of(from, "decided") == "true" ? "→ " : "  ";
    const std::size_t width = kEnd - std::min(indent, kEnd - 20);
    auto source = text_of(from, "source");
    if (const auto element = text_of(from, "element"); !element.empty())
        source = cut(element, 40) + ":  " + source;
    std::string out = std::string(indent, ' ') + mark + column(source, width) +
                      (reached ? cut(text_of(from, "outcome"), 90) : "(not reached)") + '\n';
    if (!reached) return out;
    if (const auto* facts = from.if_contains("facts")) {
        for (const auto& one : facts->as_array()) {
            const auto& fact = one.as_object();
            const auto told = text_of(fact, "source") + " = " + cut(text_of(fact, "outcome"), 90);
            if (told != text_of(from, "element")) out += std::string(indent + 6, ' ') + told + '\n';
        }
    }
    if (const auto* operands = from.if_contains("operands")) {
        // "!event.own" needs no second line of a whole condition for what it has read.
        const auto& first = operands->as_array().front().as_object();
        const bool is_plain = !first.contains("operands") && !first.contains("facts");
        if (is_plain && text_of(from, "shape") == "not")
            return out + std::string(indent + 6, ' ') + text_of(first, "source") + " = " +
                   cut(text_of(first, "outcome"), 90) + '\n';
        for (const auto& operand : operands->as_array())
            out += condition_text(operand.as_object(), indent + 2);
    }
    if (const auto more = text_of(from, "more"); !more.empty())
        out += std::string(indent + 4, ' ') + "and " + more + " more elements alike\n";
    return out;
}

std::string steps_text(const json::object& run, const std::string& day) {
    const auto& steps = run.at("steps").as_array();
    const auto width = std::clamp<std::size_t>(longest(steps, "step"), 24, 52);
    const auto places = std::min<std::size_t>(longest(steps, "place"), 40);
    std::string out;
    std::size_t shown = 0;
    for (const auto& one : steps) {
        const auto& step = one.as_object();
        if (++shown > kMostSteps) continue;
        const auto at = moment_text(text_of(step, "at"), day);
        out += "    " + mark_of(text_of(step, "status")) + column(text_of(step, "step"), width) +
               (places == 0 ? "" : column(text_of(step, "place"), places)) +
               column(at, std::max<std::size_t>(12, at.size())) + said(step);
        out.resize(out.find_last_not_of(' ') + 1);
        out += '\n' + details(step, day);
    }
    if (shown > kMostSteps)
        out += "    and " + std::to_string(shown - kMostSteps) + " more steps; --json tells all of them\n";
    return out;
}

}  // namespace maillon::cli
