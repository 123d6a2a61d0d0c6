#include "core/base/time.h"
#include "core/cli/progress.h"
#include "core/cli/render.h"

#include <algorithm>
#include <array>
#include <map>
#include <sstream>

namespace maillon::cli {
namespace {

namespace json = boost::json;

template <std::size_t N>
std::string book(const json::object& books, const char* title, const std::array<const char*, N>& members) {
    std::string out = column(title, 18);
    for (const auto* member : members) out += column(member, 13);
    out += '\n';
    for (const auto& [name, row] : books) {
        out += column(std::string(name), 18);
        for (const auto* member : members) out += column(text_of(row.as_object(), member), 13);
        out += '\n';
    }
    return out;
}

/// In the largest whole unit that still tells something.
std::string span(std::chrono::milliseconds time) {
    const auto seconds = std::max<std::int64_t>(time.count() / 1000, 0);
    if (seconds < 120) return std::to_string(seconds) + " s";
    if (seconds < 2 * 3600) return std::to_string(seconds / 60) + " min";
    if (seconds < 48 * 3600) return std::to_string(seconds / 3600) + " h";
    return std::to_string(seconds / 86'400) + " d";
}

/// How long ago the moment is that stands in `from`; "-" where none does.
std::string ago(const json::object& status, const json::object& from, std::string_view member) {
    const auto now = parse_rfc3339(text_of(status, "now"));
    const auto then = parse_rfc3339(text_of(from, member));
    return now && then ? span(*now - *then) : "-";
}

std::string member_text(const json::object& from, std::string_view member) {
    const auto text = text_of(from, member);
    return text.empty() ? "0" : text;
}

/// Source and sink of one connector; either may be absent.
struct Row {
    const json::object* source = nullptr;
    const json::object* sink = nullptr;
};

/// Calls that wait, in memory or in the store; a hub counts so many of the latter at most.
std::string queued(const json::object& sink) {
    constexpr std::int64_t kMostCounted = 10'000;
    const auto figure = [&](const char* name) {
        const auto* value = sink.if_contains(name);
        return value && value->is_number() ? value->to_number<std::int64_t>() : 0;
    };
    const auto in_store = figure("open");
    if (in_store >= kMostCounted) return std::to_string(kMostCounted) + '+';
    return std::to_string(std::max(figure("queued"), in_store - figure("trying")));
}

std::string row_of(const json::object& status, const std::string& name, const Row& row) {
    const auto* newest = status.if_contains("newest");
    const auto* event = newest ? newest->as_object().if_contains(name) : nullptr;
    std::string out = column(name, 16) + column(row.source ? text_of(*row.source, "state") : "-", 8) +
                      column(event ? ago(status, event->as_object(), "event") : "-", 8);
    if (!row.sink) return out + "-\n";
    const bool paused = !text_of(*row.sink, "paused").empty();
    return out + column(paused ? "paused" : "ok", 6) + column(queued(*row.sink), 7) +
           column(text_of(*row.sink, "trying"), 7) + ago(status, *row.sink, "oldest") + '\n';
}

/// A call that lasts so long is worth a line.
constexpr std::chrono::seconds kLongCall{10};

/// The call that a connector has at present, where it has had it for long.
std::string long_call(const json::object& status, const json::object& lane) {
    const auto now = parse_rfc3339(text_of(status, "now"));
    const auto since = parse_rfc3339(text_of(lane, "since"));
    if (!now || !since || *now - *since < kLongCall) return {};
    return "has been at " + text_of(lane, "doing") + " for " + span(*now - *since);
}

/// What else there is to say of it; each thing in so many lines at most.
std::string remarks(const json::object& status, const std::string& name, const Row& row, int lines) {
    std::string out;
    const auto remark = [lines](const char* side, const std::string& text) {
        return text.empty() ? text : labelled(side, text, lines);
    };
    if (row.source) {
        out += remark("  in:   ", text_of(*row.source, "reason")) +
               remark("  in:   ", long_call(status, *row.source));
        for (const auto& one : row.source->at("directories").as_array()) {
            const auto& directory = one.as_object();
            if (text_of(directory, "complete") == "true") continue;
            out += remark("  in:   ", "reading directory " + text_of(directory, "name") + ", " +
                                          text_of(directory, "records") + " records so far");
        }
    }
    if (!row.sink) return out;
    auto paused = text_of(*row.sink, "paused");
    const bool until = !text_of(*row.sink, "until").empty();
    if (until && paused.find(" until ") == std::string::npos)
        paused += ", until " + moment_of(*row.sink, "until");
    out += remark("  out:  ", paused) + remark("  out:  ", long_call(status, *row.sink));
    if (paused.starts_with("credentials refused"))
        out +=
            "  do:   maillon secret set NAME, or where the service was wrong: maillon resume " + name + '\n';
    return out;
}

std::string connectors(const json::object& status) {
    std::map<std::string, Row> rows;
    for (const auto& one : status.at("sources").as_array())
        rows[text_of(one.as_object(), "connector")].source = &one.as_object();
    for (const auto& one : status.at("sinks").as_array())
        rows[text_of(one.as_object(), "instance")].sink = &one.as_object();
    std::string out = column("CONNECTOR", 16) + column("IN", 8) + column("NEWEST", 8) + column("OUT", 6) +
                      column("QUEUED", 7) + column("TRYING", 7) + "OLDEST\n";
    // All of it is to stand on one screen.
    constexpr std::size_t kRoomForTwoLines = 8;
    const int lines = rows.size() > kRoomForTwoLines ? 1 : 2;
    for (const auto& [name, row] : rows) out += row_of(status, name, row) + remarks(status, name, row, lines);
    return out;
}

std::string store_lines(const json::object& store) {
    const auto bytes = [&](const char* member) {
        const auto* value = store.if_contains(member);
        return bytes_text(value && value->is_int64() ? value->get_int64() : 0);
    };
    std::string out = "store      " + text_of(store, "file") + "\n           " + bytes("bytes");
    if (store.contains("log_bytes")) out += " and a log of " + bytes("log_bytes");
    if (store.contains("free_bytes")) out += ", " + bytes("free_bytes") + " free";
    if (store.contains("days_left")) out += ", FULL IN " + text_of(store, "days_left") + " DAYS";
    if (member_text(store, "queued") != "0") out += ", " + text_of(store, "queued") + " units queued";
    return out + '\n';
}

std::string event_lines(const json::object& status) {
    std::string out = "events     " + text_of(status, "events") + " in the journal, " +
                      text_of(status, "unrouted") + " to be routed";
    if (const auto age = ago(status, status, "oldest_unrouted"); age != "-") out += ", the oldest " + age;
    out += "\nruns       ";
    if (status.contains("runs_in_memory")) out += text_of(status, "runs_in_memory") + " in memory, ";
    const auto run = ago(status, status, "oldest_run");
    return out + (run == "-" ? "none under way" : "the oldest under way " + run) + '\n';
}

std::string open_reviews(const json::object& status) {
    const auto* reviews = status.if_contains("reviews");
    return reviews && reviews->is_object() ? member_text(reviews->as_object(), "open") : "0";
}

/// What waits for a person.
std::string people_line(const json::object& status) {
    return "to decide  dead letters " + member_text(status, "dead_letters") + ", in doubt " +
           member_text(status, "in_doubt") + ", approvals " + member_text(status, "approvals") +
           ", who is who " + open_reviews(status) + '\n';
}

std::string alarms(const json::object& status) {
    std::string out;
    if (const auto* reviews = status.if_contains("reviews"); reviews && reviews->is_object()) {
        for (const auto& one : reviews->as_object().at("suspended").as_array())
            out += "SUSPENDED  links by " + text_of(one.as_object(), "class") + " in " +
                   text_of(one.as_object(), "directory") + ": too many were wrong (maillon review classes)\n";
    }
    if (const auto trouble = text_of(status, "trouble"); !trouble.empty())
        out += "TROUBLE    " + trouble + '\n';
    if (const auto* paused = status.if_contains("paused")) {
        for (const auto& one : paused->as_array()) {
            const auto& hold = one.as_object();
            const auto reason = text_of(hold, "reason");
            out += "PAUSED     " +
                   cut(text_of(hold, "name") + " for " + ago(status, hold, "since") + " by " +
                           text_of(hold, "by") + (reason.empty() ? "" : ": " + reason),
                       69) +
                   '\n';
        }
    }
    if (const auto* health = status.if_contains("health"); health && health->is_object()) {
        for (const auto& one : health->at("components").as_array()) {
            const auto& component = one.as_object();
            if (text_of(component, "state") == "ok") continue;
            out +=
                labelled("NOT READY  ", text_of(component, "name") + ": " + text_of(component, "reason"), 2);
        }
    }
    if (const auto* restored = status.if_contains("restored"); restored && restored->is_object())
        out += "restored   at " + text_of(restored->get_object(), "at") + " to the state of " +
               text_of(restored->get_object(), "taken") + '\n';
    return out;
}

std::string budget_lines(const json::object& status) {
    std::string out;
    const auto* budgets = status.if_contains("budgets");
    for (const auto& one : budgets ? budgets->as_array() : json::array()) {
        const auto& budget = one.as_object();
        const bool is_money = budget.contains("ends");
        const auto used = text_of(budget, "used");
        out += "budget     " + text_of(budget, "name") + ": " + used + " of " + text_of(budget, "limit");
        out += is_money      ? " spent, until " + moment_of(budget, "ends")
               : used == "0" ? std::string(" used")
                             : " used, all free again at " + moment_of(budget, "free_at");
        out += '\n';
    }
    return out;
}

/// Why, and what was wrong: its sentences stand one a line.
std::string correction(const json::object& one) {
    auto out = "corrected " + moment_of(one, "at") + ": " + text_of(one, "reason") + '\n';
    const auto* wrong = one.if_contains("wrong");
    std::istringstream lines(wrong && wrong->is_string() ? std::string(wrong->get_string()) : std::string());
    for (std::string line; std::getline(lines, line);) out += "  " + line + '\n';
    return out;
}

}  // namespace

std::string render_ledger(const json::object& ledger) {
    std::string out = book(ledger.at("events").as_object(), "EVENTS",
                           std::array{"received", "doubles", "unmatched", "routed", "refused"});
    out += '\n' + book(ledger.at("runs").as_object(), "RUNS",
                       std::array{"started", "finished", "dropped", "dead_lettered", "in_doubt", "waiting",
                                  "in_flight"});
    out += text_of(ledger, "balanced") == "true" ? "\nthe books balance\n" : "\nTHE BOOKS DO NOT BALANCE\n";
    for (const auto& sentence : ledger.at("wrong").as_array())
        out += "  " + std::string(sentence.as_string()) + '\n';
    if (const auto* corrected = ledger.if_contains("corrections"))
        for (const auto& one : corrected->as_array()) out += correction(one.as_object());
    return out;
}

std::string render_status(const json::object& status) {
    const bool running = text_of(status, "running") == "true";
    std::string out = "maillon    " + text_of(status, "version");
    out += running ? ", running for " + ago(status, status, "started")
                   : ", not running; this is what the store says";
    out += '\n' + store_lines(status.at("store").as_object()) + event_lines(status) + people_line(status) +
           budget_lines(status) + alarms(status);
    if (running) out += '\n' + connectors(status);
    const auto& books = status.at("books").as_object();
    if (text_of(books, "balanced") == "true") return out + "\nledger     the books balance\n";
    return out + '\n' + render_ledger(books);
}

}  // namespace maillon::cli
