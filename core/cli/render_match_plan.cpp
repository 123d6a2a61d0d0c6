#include "core/cli/render.h"

#include <cstdio>

namespace maillon::cli {
namespace {

namespace json = boost::json;

std::string counted(const std::string& count, const char* one, const char* many) {
    return count + ' ' + (count == "1" ? one : many);
}

/// "31 people would be linked".
std::string heading(const json::object& group) {
    const auto change = text_of(group, "change");
    const auto who = counted(text_of(group, "count"), "person", "people");
    if (change == "added") return who + " would be linked";
    if (change == "other_record") return who + " would be linked with another record";
    if (change == "to_question") return who + " would no longer be linked: it would be asked who they are";
    if (change == "removed") return who + " would no longer be linked, and nobody would be asked";
    if (change == "asked") return who + " would be asked about";
    return who + " would no longer be asked about";
}

std::string record_text(const json::object& side) {
    const auto name = text_of(side, "record_name");
    return text_of(side, "record") + (name.empty() ? "" : " (" + name + ')');
}

/// "link 0.9981 name+city".
std::string decision_text(const json::object& side) {
    auto out = text_of(side, "decision");
    if (const auto* probability = side.if_contains("probability")) {
        char figure[16];
        std::snprintf(figure, sizeof figure, " %.4f", probability->to_number<double>());
        out += figure;
        if (const auto evidence = text_of(side, "class"); !evidence.empty()) out += ' ' + evidence;
    }
    return out;
}

std::string example_text(const json::object& example) {
    const auto& before = example.at("before").as_object();
    const auto& after = example.at("after").as_object();
    const auto name = text_of(example, "name");
    auto out = "    " + text_of(example, "profile") + (name.empty() ? "" : " (" + name + ')');
    const bool has_old = before.contains("record"), has_new = after.contains("record");
    const bool moves = has_old && has_new && text_of(before, "record") != text_of(after, "record");
    if (moves) out += " -> " + record_text(before) + ", now " + record_text(after);
    if (!moves && (has_old || has_new)) out += " -> " + record_text(has_new ? after : before);
    out += "\n      " + decision_text(before) + "  ->  " + decision_text(after) + '\n';
    return out + "      " + text_of(example, "reason") + '\n';
}

std::string group_text(const json::object& group) {
    auto out = "  " + heading(group);
    if (const auto linked = text_of(group, "linked_now"); linked != "0")
        out += " (" + linked + (linked == "1" ? " is" : " are") + " linked so now)";
    std::string reasons;
    for (const auto& one : group.at("reasons").as_array()) {
        const auto& reason = one.as_object();
        reasons += (reasons.empty() ? "" : ", ") + text_of(reason, "why") + ' ' + text_of(reason, "count");
    }
    out += "\n    because of: " + cut(reasons, 110) + '\n';
    const auto& examples = group.at("examples").as_array();
    for (const auto& one : examples) out += example_text(one.as_object());
    const auto left = group.at("count").as_int64() - static_cast<std::int64_t>(examples.size());
    if (left > 0) out += "    … and " + std::to_string(left) + " more (--limit)\n";
    return out + '\n';
}

std::string model_text(const json::object& plan) {
    const auto before = text_of(plan, "model_before"), after = text_of(plan, "model_after");
    const auto named = [](const std::string& label) { return label.empty() ? "exact keys alone" : label; };
    if (before == after) return named(after);
    return named(before) + " -> " + named(after);
}

std::string directory_text(const json::object& plan) {
    auto out = text_of(plan, "directory") + ": " + counted(text_of(plan, "people"), "person", "people") +
               " looked at, " + model_text(plan) + "\n\n";
    const auto& groups = plan.at("groups").as_array();
    for (const auto& one : groups) out += group_text(one.as_object());
    if (groups.empty()) out += "  nothing would be decided otherwise\n\n";
    out += "  as before: " + text_of(plan, "unchanged");
    if (const auto said = text_of(plan, "by_persons"); said != "0")
        out += "; linked by a person, whose word no rule touches: " + said;
    out += '\n';
    if (text_of(plan, "fields_differ") == "true")
        out +=
            "  'fields' differ, too: records are compared as the hub has read them; it reads all of them "
            "again "
            "after the change\n";
    return out + '\n';
}

}  // namespace

std::string render_match_plan(const json::object& plan) {
    const auto& directories = plan.at("directories").as_array();
    std::string out;
    for (const auto& one : directories) out += directory_text(one.as_object());
    if (directories.empty()) out += "there is no directory that both configurations have\n\n";
    char took[32];
    std::snprintf(took, sizeof took, "%.1f s", plan.at("seconds").to_number<double>());
    return out + counted(text_of(plan, "events"), "event was", "events were") + " looked at in " + took +
           "; nothing was changed. Links that are there stay when rules change:\n"
           "take one off with maillon match unlink PROFILE RECORD.\n";
}

}  // namespace maillon::cli
