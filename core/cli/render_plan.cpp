#include "core/cli/render.h"

#include <boost/json/serialize.hpp>

#include <cstdio>
#include <set>

namespace maillon::cli {
namespace {

namespace json = boost::json;

std::string event_of(const json::object& example) {
    return "event " + text_of(example, "seq") + " (" + cut(text_of(example, "id"), 40) + ')';
}

std::string value_text(const json::object& from, const char* name) {
    const auto* value = from.if_contains(name);
    return value ? cut(json::serialize(*value), 70) : std::string("nothing");
}

/// The example in full: what it is about.
std::string detail(const json::object& example) {
    std::string out;
    if (const auto reason = text_of(example, "reason"); !reason.empty())
        out += "        " + cut(reason, 110) +
               (text_of(example, "on_assumed_answers") == "true" ? "  (on answers that were assumed)" : "") +
               '\n';
    if (const auto* all = example.if_contains("differences")) {
        for (const auto& one : all->as_array()) {
            const auto& difference = one.as_object();
            out += "        " + text_of(difference, "path") + ": " + value_text(difference, "was") + " -> " +
                   value_text(difference, "now") + '\n';
        }
    }
    if (example.contains("arguments")) out += "        " + value_text(example, "arguments") + '\n';
    return out;
}

std::string group_text(const json::object& group) {
    std::string out = "  " + column(text_of(group, "count"), 7) + text_of(group, "kind") + ": " +
                      text_of(group, "about") + '\n';
    const auto& examples = group.at("examples").as_array();
    std::string names;
    for (const auto& one : examples) names += (names.empty() ? "" : ", ") + event_of(one.as_object());
    out +=
        "      " + names + (std::to_string(examples.size()) == text_of(group, "count") ? "" : ", …") + '\n';
    std::set<std::string> reasons;
    for (const auto& one : examples) {
        const auto& example = one.as_object();
        const bool is_first = &one == examples.begin();
        // Runs that end at the same step may do so for different reasons.
        const bool is_new = reasons.insert(text_of(example, "reason")).second;
        if (is_first || is_new) out += detail(example);
    }
    return out;
}

std::string answers_text(const json::object& plan) {
    const auto& answers = plan.at("answers").as_object();
    std::string out = "answers from outside: " + text_of(answers, "recorded") + " recorded, " +
                      text_of(answers, "assumed") + " assumed\n";
    for (const auto& [step, count] : answers.at("assumed_steps").as_object())
        out += "  " + column(json::serialize(count), 7) + "assumed in " + cut(std::string(step), 90) + '\n';
    if (text_of(plan, "new_emits") != "0")
        out +=
            "events that would be emitted in addition are not followed: " + text_of(plan, "new_emits") + '\n';
    if (text_of(plan, "left_out") != "0")
        out += "there are more kinds of differences than are told; left out: " + text_of(plan, "left_out") +
               '\n';
    return out;
}

}  // namespace

std::string render_plan(const json::object& plan) {
    const auto& groups = plan.at("groups").as_array();
    std::string out;
    std::string route;
    for (const auto& one : groups) {
        const auto& group = one.as_object();
        if (text_of(group, "route") != route) {
            route = text_of(group, "route");
            out += (out.empty() ? "" : "\n") + route + '\n';
        }
        out += group_text(group);
    }
    if (text_of(plan, "events") == "0")
        out += "no event was recorded in that time\n";
    else if (groups.empty())
        out += "nothing would be done otherwise\n";
    const double seconds = plan.at("seconds").as_double();
    char rate[64] = "";
    const auto events = static_cast<double>(plan.at("events").as_int64());
    if (seconds > 0)
        std::snprintf(rate, sizeof rate, " in %.1f s (%.0f events/s)", seconds, events / seconds);
    return out + '\n' + text_of(plan, "events") + " events were looked at" + rate + "; nothing was done\n" +
           answers_text(plan);
}

}  // namespace maillon::cli
