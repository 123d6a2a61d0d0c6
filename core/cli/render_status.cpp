#include "core/cli/render.h"

#include <array>

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

std::string source_line(const json::object& source) {
    std::string out = "  " + column(text_of(source, "connector"), 14) + column(text_of(source, "state"), 9);
    if (const auto reason = text_of(source, "reason"); !reason.empty()) return out + cut(reason, 100) + '\n';
    out += "last success " + text_of(source, "last_success");
    for (const auto& directory : source.at("directories").as_array()) {
        const auto& d = directory.as_object();
        out += "; directory " + text_of(d, "name") + ": " + text_of(d, "records") + " records" +
               (text_of(d, "complete") == "true" ? "" : " so far");
    }
    return out + '\n';
}

std::string sink_line(const json::object& sink) {
    std::string out = "  " + column(text_of(sink, "instance"), 14) +
                      column(text_of(sink, "queued") + " queued", 14) +
                      column(text_of(sink, "trying") + " under way", 16);
    if (const auto oldest = text_of(sink, "oldest"); !oldest.empty()) out += "oldest since " + oldest + "  ";
    if (const auto paused = text_of(sink, "paused"); !paused.empty()) out += "PAUSED: " + cut(paused, 90);
    return out + '\n';
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
        for (const auto& one : corrected->as_array())
            out += "corrected " + text_of(one.as_object(), "at") + ": " + text_of(one.as_object(), "reason") +
                   '\n';
    return out;
}

std::string render_status(const json::object& status) {
    const bool running = text_of(status, "running") == "true";
    std::string out =
        running ? "running since " + text_of(status, "started") : "not running; this is what the store says";
    const auto& store = status.at("store").as_object();
    out += ", version " + text_of(status, "version") + "\nstore " + text_of(store, "file") + ", " +
           text_of(store, "bytes") + " bytes, " + text_of(store, "queued") + " units queued\nevents " +
           text_of(status, "events") + ", " + text_of(status, "unrouted") + " not yet routed; dead letters " +
           text_of(status, "dead_letters");
    if (const auto asked = text_of(status, "approvals"); !asked.empty() && asked != "0")
        out += "; waiting for a person's release " + asked;
    if (const auto doubts = text_of(status, "in_doubt"); !doubts.empty() && doubts != "0")
        out += "; in doubt " + doubts + " (see: maillon in-doubt list)";
    if (running) out += "; runs in memory " + text_of(status, "runs_in_memory");
    out += '\n';
    if (const auto trouble = text_of(status, "trouble"); !trouble.empty())
        out += "TROUBLE: " + trouble + '\n';
    const auto* paused = status.if_contains("paused");
    for (const auto& one : paused ? paused->as_array() : json::array()) {
        const auto& hold = one.as_object();
        out += "PAUSED: " + text_of(hold, "name") + " since " + text_of(hold, "since") + " by " +
               text_of(hold, "by");
        if (const auto reason = text_of(hold, "reason"); !reason.empty()) out += ": " + cut(reason, 80);
        out += '\n';
    }
    if (running) {
        out += "\nSOURCES\n";
        for (const auto& source : status.at("sources").as_array()) out += source_line(source.as_object());
        out += "\nSINKS\n";
        for (const auto& sink : status.at("sinks").as_array()) out += sink_line(sink.as_object());
    }
    return out + '\n' + render_ledger(status.at("books").as_object());
}

}  // namespace maillon::cli
