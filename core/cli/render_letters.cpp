#include "core/cli/render.h"

#include <boost/json/serialize.hpp>

namespace maillon::cli {
namespace {

namespace json = boost::json;

std::string value_text(const json::object& from, const char* name) {
    const auto* value = from.if_contains(name);
    return value ? cut(json::serialize(*value), 100) : std::string("nothing");
}

std::string by_whom(const json::object& from) {
    const auto who = text_of(from, "by");
    const auto note = text_of(from, "note");
    return (who.empty() ? "" : " by " + who) + (note.empty() ? "" : ": " + note);
}

std::string try_text(const json::object& one) {
    const auto attempts = text_of(one, "attempts");
    std::string out = "  " + text_of(one, "failed") + "  run " + text_of(one, "run") + ", dead letter " +
                      text_of(one, "letter") + " (" + text_of(one, "kind") +
                      (attempts == "0" ? "" : ", attempts: " + attempts) + ")\n    " +
                      text_of(one, "reason") + '\n';
    if (const auto* again = one.if_contains("replayed"); again && again->is_object()) {
        const auto& replayed = again->get_object();
        out += "  " + text_of(replayed, "at") + "  replayed" + by_whom(replayed) + '\n';
    }
    return out;
}

std::string edit_text(const json::object& edit) {
    std::string out = "  " + text_of(edit, "at") + "  " + text_of(edit, "what") + by_whom(edit) + '\n';
    for (const auto& one : edit.at("differences").as_array()) {
        const auto& difference = one.as_object();
        out += "    " + text_of(difference, "path") + ":\n      - " + value_text(difference, "was") +
               "\n      + " + value_text(difference, "now") + '\n';
    }
    return out;
}

std::string block(const json::object& letter, const char* name, const char* title) {
    const auto* value = letter.if_contains(name);
    const bool is_empty = !value || (value->is_object() && value->get_object().empty());
    return is_empty ? std::string() : '\n' + std::string(title) + '\n' + pretty(*value) + '\n';
}

}  // namespace

std::string render_letters(const json::object& letters, bool is_filtered) {
    const auto& all = letters.at("dead_letters").as_array();
    std::string out;
    if (all.empty()) {
        out = nothing(is_filtered, "no dead letters");
    } else {
        out = column("NUMBER", 7) + column("AT", 24) + column("ROUTE", 22) + column("STEP", 28) +
              column("KIND", 12) + "REASON\n";
    }
    for (const auto& one : all) {
        const auto& row = one.as_object();
        // Who asks for closed ones as well must tell them from those that wait.
        const auto state = text_of(row, "state");
        const auto reason = (state == "open" ? "" : '(' + state + ") ") + text_of(row, "reason");
        out += column(text_of(row, "id"), 7) + column(text_of(row, "at"), 24) +
               column(text_of(row, "route"), 22) + column(text_of(row, "step"), 28) +
               column(text_of(row, "kind"), 12) + cut(reason, 90) + '\n';
    }
    if (const auto unclear = text_of(letters, "unclear"); !unclear.empty() && unclear != "0")
        out += "\n'where' could not be told of " + unclear + " more, for instance of " +
               text_of(letters, "problem") + '\n';
    if (text_of(letters, "is_last") == "false") out += "\nthere may be more: --limit\n";
    return out;
}

std::string render_edits(const json::object& letter) {
    std::string out = "edited, beside the original\n";
    for (const auto& edit : letter.at("edits").as_array()) out += edit_text(edit.as_object());
    return out + "replay it with: maillon dead-letters replay " + text_of(letter, "id") + '\n';
}

std::string render_letter(const json::object& letter) {
    std::string out;
    for (const auto* key : {"id", "state", "at", "route", "step", "where", "connector", "kind", "reason",
                            "attempts", "key", "note", "by", "closed", "event", "run"}) {
        const auto text = text_of(letter, key);
        if (!text.empty()) out += column(key, 10) + text + '\n';
    }
    if (const auto* tries = letter.if_contains("tries"); tries && tries->as_array().size() > 1) {
        out += "\ntries\n";
        for (const auto& one : tries->as_array()) out += try_text(one.as_object());
    }
    out += block(letter, "cause", "the event") + block(letter, "values", "what the route's names stood for") +
           block(letter, "arguments", "what the call was given");
    if (const auto* edits = letter.if_contains("edits"); edits && !edits->as_array().empty()) {
        out += "\nedits\n";
        for (const auto& edit : edits->as_array()) out += edit_text(edit.as_object());
    }
    out += '\n';
    const auto id = text_of(letter, "id");
    if (text_of(letter, "state") == "open")
        out += "replay it with: maillon dead-letters replay " + id +
               "\nchange it with: maillon dead-letters edit " + id + '\n';
    return out + "see also:       maillon why " + text_of(letter, "event") + '\n';
}

std::string render_replays(const json::object& replays) {
    const auto& all = replays.at("replays").as_array();
    if (all.empty()) return "no replays\n";
    std::string out = column("NUMBER", 7) + column("BEGUN", 24) + column("OF", 8) + column("STATE", 9) +
                      column("RUNS", 8) + column("HELD BACK", 9) + column("REFUSED", 8) + column("BY", 12) +
                      "NOTE\n";
    for (const auto& one : all) {
        const auto& row = one.as_object();
        out += column(text_of(row, "id"), 7) + column(text_of(row, "created"), 24) +
               column(text_of(row, "of"), 8) + column(text_of(row, "state"), 9) +
               column(text_of(row, "started"), 8) + column(text_of(row, "held_back"), 9) +
               column(text_of(row, "refused"), 8) + column(text_of(row, "by"), 12) +
               cut(text_of(row, "note"), 60) + '\n';
    }
    return out;
}

std::string render_replay(const json::object& replay) {
    std::string out = "replay " + text_of(replay, "id") + " of " + text_of(replay, "of") + ": " +
                      text_of(replay, "state") + ", begun " + text_of(replay, "created") + by_whom(replay) +
                      '\n';
    out += "  " + column("chosen", 14) + text_of(replay, "chosen") + '\n' + "  " +
           column("runs started", 14) + text_of(replay, "started") + '\n';
    if (const auto* runs = replay.if_contains("runs")) {
        for (const auto& [state, count] : runs->as_object())
            out += "    " + column(std::string(state), 13) + json::serialize(count) + '\n';
    }
    if (text_of(replay, "state") == "done" && text_of(replay, "chosen") == "0" &&
        text_of(replay, "refused") == "0")
        out += "  nothing fits what was asked for\n";
    if (const auto held = text_of(replay, "held_back"); held != "0")
        out += "  " + column("held back", 14) + held + ": an older letter of their key is still open\n";
    if (const auto refused = text_of(replay, "refused"); refused != "0")
        out += "  " + column("refused", 14) + refused + '\n';
    if (const auto reason = text_of(replay, "reason"); !reason.empty())
        out += "  " + column("for instance", 14) + reason + '\n';
    return out;
}

}  // namespace maillon::cli
