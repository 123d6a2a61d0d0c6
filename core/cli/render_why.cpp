#include "core/cli/render_why.h"

#include "core/cli/render.h"
#include "core/event/event_name.h"

#include <boost/json/value_to.hpp>

namespace maillon::cli {
namespace {

namespace json = boost::json;

std::string listened_to(const json::object& route) {
    const auto* all = route.if_contains("listens_to");
    std::string out;
    if (!all) return out;
    for (const auto& one : all->as_array()) out += (out.empty() ? "" : ", ") + std::string(one.as_string());
    return out;
}

/// The version that the run used, where it is not the present one.
std::string version_of(const json::object& run, const std::string& present) {
    const auto config = text_of(run, "config");
    return config.empty() || config == present ? "" : ", under configuration " + config.substr(0, 12);
}

std::string again_text(const json::object& again) {
    std::string out;
    if (const auto replay = text_of(again, "replay"); replay != "0")
        out +=
            "    replay " + replay + " of the event; " +
            (text_of(again, "with_outbound") == "true" ? "calls reach people" : "no call reaches a person") +
            '\n';
    if (const auto letter = text_of(again, "letter"); !letter.empty())
        out += "    goes on with dead letter " + letter + '\n';
    if (again.contains("event")) out += "    a person changed the event\n";
    if (const auto* calls = again.if_contains("edited_calls")) {
        for (const auto& step : calls->as_array())
            out += "    a person changed what '" + json::value_to<std::string>(step) + "' is given\n";
    }
    return out;
}

std::string run_text(const json::object& run, const std::string& day, const std::string& met) {
    std::string out = "  run " + text_of(run, "run") + ": " + text_of(run, "state");
    if (const auto reason = text_of(run, "reason"); !reason.empty()) out += ": " + cut(reason, 120);
    out += "\n    " + moment_text(text_of(run, "started"), day) + " to " +
           moment_text(text_of(run, "updated"), day) + ", key " + text_of(run, "key") + version_of(run, met) +
           '\n';
    if (const auto* again = run.if_contains("again")) out += again_text(again->as_object());
    if (const auto letter = text_of(run, "dead_letter"); !letter.empty())
        out += "    a dead letter; see: maillon dead-letters show " + letter + '\n';
    if (const auto note = text_of(run, "note"); !note.empty()) out += "    " + note + '\n';
    return out + steps_text(run, day);
}

std::string route_text(const json::object& route, const std::string& day, const std::string& met) {
    const auto& runs = route.at("runs").as_array();
    const bool fits = text_of(route, "trigger") == "true";
    const auto note = text_of(route, "note");
    const auto place = text_of(route, "place");
    std::string out = "\n" + text_of(route, "route") + (place.empty() ? "" : " (" + place + ')') + ": ";
    if (!runs.empty())
        out += runs.size() == 1 ? "fired\n" : "fired, and ran " + std::to_string(runs.size()) + " times\n";
    else if (!note.empty())
        out += note + '\n';
    else
        out += fits ? "did not fire, since 'when' is not true\n"
                    : "not asked: it listens to " + listened_to(route) + '\n';
    if (const auto* when = route.if_contains("when"))
        out += "  when\n" + condition_text(when->as_object(), 4);
    for (const auto& run : runs) out += run_text(run.as_object(), day, met);
    return out;
}

}  // namespace

std::string render_why(const json::object& why, const std::string& route) {
    const auto& meta = why.at("event").as_object();
    const auto day = text_of(meta, "time");
    std::string out = event_name(text_of(meta, "connector"), text_of(meta, "type")) + "  " +
                      text_of(meta, "id") + "  at " + day + "  (position " + text_of(why, "seq") + ")\n";
    if (const auto* body = why.at("body").if_object()) {
        if (const auto text = text_of(*body, "text"); !text.empty()) out += "  \"" + cut(text, 140) + "\"\n";
    }
    const auto met = text_of(why, "config");
    if (text_of(why, "config_changed") == "true")
        out += "  the configuration has changed since; runs are told with the one that they used\n";
    for (const auto& one : why.at("routes").as_array()) {
        if (route.empty() || text_of(one.as_object(), "route") == route)
            out += route_text(one.as_object(), day, met);
    }
    return out;
}

}  // namespace maillon::cli
