#include "core/cli/render.h"

#include "core/event/json_text.h"

#include <algorithm>
#include <cstdio>

namespace maillon::cli {

namespace json = boost::json;

namespace {

std::string percent(const json::value& share) {
    std::string out(16, '\0');
    out.resize(static_cast<std::size_t>(
        std::snprintf(out.data(), out.size(), "%.1f %%", share.to_number<double>() * 100)));
    return out;
}

std::string number(const json::value& value, const char* form) {
    std::string out(32, '\0');
    out.resize(
        static_cast<std::size_t>(std::snprintf(out.data(), out.size(), form, value.to_number<double>())));
    return out;
}

std::string names(const json::value& list) {
    std::string out;
    if (!list.is_array()) return out;
    for (const auto& one : list.as_array())
        out += (out.empty() ? "" : ", ") + std::string(one.is_string() ? one.as_string() : json::string());
    return out;
}

std::string waterfall(const json::object& candidate) {
    std::string out;
    for (const auto& bar : candidate.at("waterfall").as_array()) {
        const auto& one = bar.as_object();
        out += "    " + column(cut(text_of(one, "field"), 15), 16) +
               column(cut(text_of(one, "left"), 25), 26) + column(cut(text_of(one, "right"), 25), 26) +
               column(text_of(one, "level"), 12);
        const auto& bits = one.at("bits");
        out += (bits.to_number<double>() == 0 ? std::string() : number(bits, "%+.1f bits")) + '\n';
    }
    return out;
}

std::string candidates_of(const json::object& verdict) {
    std::string out;
    for (const auto& one : verdict.at("candidates").as_array()) {
        const auto& candidate = one.as_object();
        out += "  " + column(text_of(candidate, "record"), 26) +
               column(percent(candidate.at("probability")), 10) + text_of(candidate, "class") +
               (candidate.contains("scored") ? ", " + percent(candidate.at("scored")) + " by the model alone"
                                             : "") +
               '\n' + waterfall(candidate);
    }
    return out;
}

/// The profile, and what the person is called.
std::string who_of(const json::object& review) {
    const auto* person = review.if_contains("person");
    const auto name = person && person->is_object() ? text_of(person->as_object(), "name") : std::string();
    return text_of(review, "profile") + (name.empty() ? "" : "  " + name);
}

/// A link in force: with whom, by whom, since when, and what spoke for it.
std::string linked_with(const json::object& link) {
    std::string out = "linked with " + text_of(link, "record");
    if (const auto now = text_of(link, "now"); !now.empty()) out += ", which is merged into " + now;
    const auto by = text_of(link, "by");
    const auto decider = text_of(link, "decided_by");
    out += "\n  since " + moment_of(link, "at") + ", by " +
           (decider == "person"  ? by
            : decider == "model" ? "the model " + text_of(link, "model")
                                 : "a rule") +
           ", " + text_of(link, "rule");
    if (const auto rests_on = text_of(link, "rests_on"); !rests_on.empty())
        out += ", on the strength of " + rests_on;
    out += ", " + percent(link.at("probability"));
    if (const auto event = text_of(link, "event"); !event.empty() && event != "0")
        out += " (maillon why " + event + ")";
    out += '\n';
    if (const auto note = text_of(link, "note"); !note.empty()) out += "  " + note + '\n';
    const auto& then = link.at("verdict");
    if (then.is_object() && !then.as_object().at("candidates").as_array().empty())
        out += "what spoke for it then\n" + candidates_of(then.as_object());
    return out;
}

/// What answers have taught of a model's probabilities.
std::string calibrations(const json::object& classes) {
    std::string out;
    for (const auto& row : classes.at("calibrations").as_array()) {
        const auto& one = row.as_object();
        const auto who = text_of(one, "directory") + ", model " + text_of(one, "model") + ": ";
        const auto answers = text_of(one, "answers");
        if (!one.at("in_use").as_bool()) {
            out += '\n' + who + answers + " answers of people; from " + text_of(one, "in_use_from") +
                   " on its probabilities are calibrated by them\n";
            continue;
        }
        out += '\n' + who + "calibrated from " + answers + " answers of people\n" + column("IT SAID", 20) +
               column("ANSWERS", 9) + column("RIGHT", 9) + "WHICH MEANS\n";
        for (const auto& step : one.at("steps").as_array()) {
            const auto& said = step.as_object();
            out += column(percent(said.at("from")) + " to " + percent(said.at("to")), 20) +
                   column(text_of(said, "answers"), 9) + column(text_of(said, "right"), 9) +
                   percent(said.at("at_least")) + " to " + percent(said.at("at_most")) + '\n';
        }
    }
    return out;
}

}  // namespace

std::string render_reviews(const json::object& reviews, bool is_filtered) {
    const auto& rows = reviews.at("reviews").as_array();
    if (rows.empty()) return nothing(is_filtered, "nobody is asked who somebody is");
    const auto is_open = [](const json::value& row) { return text_of(row.as_object(), "state") == "open"; };
    const bool are_open = std::ranges::all_of(rows, is_open);
    std::string out = column("NUMBER", 8) + column("SINCE", 22) + column("KIND", 8) +
                      (are_open ? column("ASKED", 7) : column("STATE", 12) + column("BY", 12)) +
                      column("WHO", 32) + column("CANDIDATES", 38) + "WHY\n";
    for (const auto& row : rows) {
        const auto& one = row.as_object();
        out += column(text_of(one, "id"), 8) + column(moment_of(one, "created"), 22) +
               column(text_of(one, "kind"), 8) +
               (are_open ? column(text_of(one, "asked"), 7)
                         : column(text_of(one, "state"), 12) + column(cut(text_of(one, "by"), 11), 12)) +
               column(cut(who_of(one), 31), 32) + column(cut(names(one.at("candidates")), 37), 38) +
               cut(text_of(one, "rule"), 60) + '\n';
    }
    if (std::ranges::none_of(rows, is_open)) return out;
    return out + "\nmaillon review show NUMBER; then accept NUMBER [RECORD], reject NUMBER or new NUMBER\n";
}

std::string render_review(const json::object& review) {
    std::string out;
    for (const auto* key : {"id", "directory", "kind", "state", "profile", "rule", "class", "asked",
                            "created", "updated", "event", "decided", "by", "record", "note"}) {
        if (const auto value = text_of(review, key); !value.empty()) out += column(key, 11) + value + '\n';
    }
    out += "\nthe person, as seen last\n" + pretty(review.at("person")) + '\n';
    if (const auto* verdict = review.if_contains("verdict"); verdict && verdict->is_object())
        out += "\nwhat speaks for whom\n" + candidates_of(verdict->as_object());
    if (const auto* records = review.if_contains("records")) {
        for (const auto& one : records->as_array())
            out += "\nrecord " + text_of(one.as_object(), "id") + '\n' +
                   pretty(one.as_object().at("record")) + '\n';
    }
    return out;
}

std::string render_classes(const json::object& classes) {
    const auto& rows = classes.at("classes").as_array();
    if (rows.empty()) return "nobody has judged an automatic link yet\n" + calibrations(classes);
    std::string out = column("DIRECTORY", 20) + column("CLASS", 26) + column("RIGHT", 8) +
                      column("WRONG", 8) + column("PRECISION", 20) + "STATE\n";
    for (const auto& row : rows) {
        const auto& one = row.as_object();
        const auto since = text_of(one, "suspended");
        out += column(cut(text_of(one, "directory"), 19), 20) + column(cut(text_of(one, "class"), 25), 26) +
               column(text_of(one, "right"), 8) + column(text_of(one, "wrong"), 8) +
               column(percent(one.at("precision_at_least")) + " to " + percent(one.at("precision_at_most")),
                      20) +
               (since.empty() ? "links" : "suspended since " + since) + '\n';
    }
    return out + calibrations(classes);
}

std::string render_directories(const json::object& directories) {
    const auto& rows = directories.at("directories").as_array();
    if (rows.empty()) return "the configuration has no directories\n";
    std::string out = column("DIRECTORY", 20) + column("RECORDS OF", 24) + column("STATE", 12) +
                      column("RECORDS", 9) + column("READ", 9) + column("LINKS", 9) + "SINCE\n";
    for (const auto& row : rows) {
        const auto& one = row.as_object();
        out += column(cut(text_of(one, "name"), 19), 20) + column(cut(text_of(one, "records_of"), 23), 24) +
               column(text_of(one, "state"), 12) + column(text_of(one, "records"), 9) +
               column(text_of(one, "read"), 9) + column(text_of(one, "links"), 9) +
               moment_of(one, "complete_since") + '\n';
        for (const auto* what : {"trouble", "unmet"})
            if (const auto text = text_of(one, what); !text.empty()) out += "  " + text + '\n';
    }
    return out;
}

std::string render_links(const json::object& links) {
    std::string out;
    const auto row = [](const json::object& one) {
        auto who = text_of(one, "profile");
        if (who.empty()) who = text_of(one, "other");
        auto by = text_of(one, "by");
        return column(moment_of(one, "at"), 22) + column(text_of(one, "kind"), 9) + column(cut(who, 31), 32) +
               column(text_of(one, "record"), 38) + column(cut(text_of(one, "rule"), 23), 24) +
               (by.empty() ? "a rule" : by) + '\n';
    };
    const auto head = column("AT", 22) + column("WHAT", 9) + column("WHO", 32) + column("RECORD", 38) +
                      column("WHY", 24) + "BY\n";
    const auto& now = links.at("links").as_array();
    if (now.empty()) out += "nothing is linked\n";
    if (!now.empty()) out += "linked now\n" + head;
    for (const auto& one : now) out += row(one.as_object());
    const auto& history = links.at("history").as_array();
    if (!history.empty()) out += "\nall that was said\n" + head;
    for (const auto& one : history) out += row(one.as_object());
    return out;
}

std::string render_verdict(const json::object& verdict) {
    std::string out = text_of(verdict, "profile") + " in " + text_of(verdict, "directory") + ": ";
    if (const auto* linked = verdict.if_contains("linked"); linked && linked->is_object())
        out += linked_with(linked->as_object()) + "\njudged anew, as of now: ";
    const auto said = text_of(verdict, "verdict");
    out += said == "none" ? "nobody" : said;
    if (const auto rule = text_of(verdict, "rule"); !rule.empty()) out += " (" + rule + ')';
    out += '\n';
    if (const auto model = text_of(verdict, "model"); !model.empty())
        out += "model " + model + ", prior " + number(verdict.at("prior_bits"), "%+.1f") + " bits, margin " +
               number(verdict.at("margin_bits"), "%.1f") + " bits\n";
    if (const auto answers = text_of(verdict, "calibrated_from"); !answers.empty() && answers != "0")
        out += "calibrated from " + answers + " answers of people (maillon review classes)\n";
    const auto candidates = candidates_of(verdict);
    out += candidates.empty() ? "nobody in the directory comes into question\n" : '\n' + candidates;
    if (const auto lacks = text_of(verdict, "lacks"); !lacks.empty())
        out += "they show nothing that leads to a record here: " + lacks + '\n';
    for (const auto& one : verdict.at("links").as_array()) {
        const auto& word = one.as_object();
        const auto by = text_of(word, "by");
        out += "\nsaid before: " + text_of(word, "kind") + ' ' + text_of(word, "record") + " by " +
               (by.empty() ? "a rule" : by) + ", " + text_of(word, "rule");
    }
    return verdict.at("links").as_array().empty() ? out : out + '\n';
}

}  // namespace maillon::cli
