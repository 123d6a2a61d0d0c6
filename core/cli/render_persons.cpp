#include "core/cli/render.h"

#include <array>

namespace maillon::cli {
namespace {

namespace json = boost::json;

using Line = std::pair<const char*, const char*>;

constexpr std::array<Line, 12> kHeld{{{"events", "events from or to them"},
                                      {"events_about_them", "events about them (their record, their cases)"},
                                      {"mentions_by_others", "events of others that mention them"},
                                      {"runs", "runs"},
                                      {"runs_not_over", "runs that are not over"},
                                      {"calls", "calls"},
                                      {"approvals", "approvals"},
                                      {"dead_letters", "dead letters"},
                                      {"conversations", "conversations"},
                                      {"records", "copies of records"},
                                      {"links", "links, with their history"},
                                      {"questions", "questions about who they are"}}};

constexpr std::array<Line, 15> kRemoved{
    {{"events", "events emptied"},
     {"runs", "runs emptied"},
     {"runs_ended", "runs ended that were not over"},
     {"steps", "steps emptied"},
     {"calls", "calls emptied"},
     {"approvals", "approvals emptied"},
     {"dead_letters", "dead letters emptied"},
     {"edits", "edits removed"},
     {"conversations", "conversations removed"},
     {"texts_masked", "texts masked in what others wrote, and in what was made of it"},
     {"records", "copies of records removed"},
     {"links", "links removed"},
     {"reviews", "questions about who they are removed"},
     {"sightings", "names, addresses and numbers forgotten"},
     {"connector_state", "texts of connectors masked"}}};

std::string number_column(const std::string& number) {
    return std::string(number.size() < 9 ? 9 - number.size() : 0, ' ') + number + "  ";
}

template <std::size_t N>
std::string figures(const json::object& from, const std::array<Line, N>& lines) {
    std::string out;
    for (const auto& [name, words] : lines) {
        const auto number = text_of(from, name);
        if (!number.empty() && number != "0") out += number_column(number) + words + '\n';
    }
    return out.empty() ? number_column("0") + "nothing\n" : out;
}

std::string list_of(const json::object& from, const char* name, const std::string& title) {
    const auto* found = from.if_contains(name);
    if (!found || !found->is_array() || found->get_array().empty()) return {};
    std::string out = title + '\n';
    for (const auto& one : found->get_array()) {
        if (one.is_string())
            out += "  " + text_of(json::object{{"x", one}}, "x") + '\n';
        else
            out +=
                "  " + text_of(one.as_object(), "identity") + ": " + text_of(one.as_object(), "why") + '\n';
    }
    return out;
}

}  // namespace

std::string render_person(const json::object& person) {
    return list_of(person, "identities", "known as") + list_of(person, "names", "called") +
           list_of(person, "not_followed", "not taken for theirs alone, so left") + "held of them\n" +
           figures(person.at("holds").as_object(), kHeld);
}

std::string render_erasure(const json::object& erasure) {
    std::string out = "erasure " + text_of(erasure, "id") + ": " + text_of(erasure, "state") + '\n' +
                      figures(erasure.at("removed").as_object(), kRemoved);
    out +=
        "left on purpose\n"
        "  the books: they count what came and what became of it, and name nobody\n"
        "  a keyed digest of each identity, by which they are kept out; it tells nothing without the salt\n"
        "  backups made until now: delete them when you can. One that is restored is cleaned at its start\n";
    out += list_of(erasure, "not_followed", "left, since others share it");
    out += list_of(erasure, "records", "to be done by you: delete in the CRM, which owns the record");
    return out;
}

std::string render_erasures(const json::object& erasures) {
    const auto& all = erasures.at("erasures").as_array();
    if (all.empty()) return "nobody was erased\n";
    std::string out = column("NUMBER", 7) + column("BEGUN", 24) + column("STATE", 11) + column("EVENTS", 7) +
                      column("KEPT OUT SINCE", 38) + "REASON\n";
    for (const auto& one : all) {
        const auto& row = one.as_object();
        const auto& kept = row.at("kept_out").as_object();
        const auto& removed = row.at("removed").as_object();
        const auto events = text_of(removed, "events");
        out += column(text_of(row, "id"), 7) + column(text_of(row, "begun"), 24) +
               column(text_of(row, "state"), 11) + column(events.empty() ? "0" : events, 7) +
               column(text_of(kept, "events") + " events, " + text_of(kept, "records") + " records, " +
                          text_of(kept, "mentions_masked") + " masked",
                      38) +
               text_of(row, "reason") + '\n';
    }
    return out;
}

}  // namespace maillon::cli
