#include "core/hub/person_export.h"

#include "core/base/time.h"
#include "core/hub/admin_views.h"
#include "core/hub/kept_words.h"
#include "core/store/approvals.h"
#include "core/store/calls.h"
#include "core/store/conversations.h"
#include "core/store/matching_rows.h"
#include "core/store/texts.h"

#include <boost/json/value_from.hpp>

namespace maillon::hub {
namespace {

namespace json = boost::json;

json::object view(const store::StepRow& row) {
    return {{"step", row.step},
            {"status", word_of(row.status)},
            {"inputs", parsed(row.inputs)},
            {"result", parsed(row.result)},
            {"attempts", row.attempts},
            {"started", to_rfc3339(row.started)},
            {"ended", to_rfc3339(row.ended)},
            {"detail", row.detail}};
}

json::object view(const store::CallRow& row) {
    return {{"call", row.instance + '.' + row.operation},
            {"step", row.step},
            {"arguments", parsed(row.args)},
            {"state", word_of(row.state)},
            {"reached_a_person", row.outbound},
            {"attempts", row.attempts},
            {"created", to_rfc3339(row.created)},
            {"result", parsed(row.result)},
            {"remote_id", row.remote_id},
            {"detail", row.detail}};
}

json::object view(const store::LinkEvent& word, const Person& person) {
    return {{"said", word_of(word.kind)},
            {"identity", word.identity.text()},
            {"record", word.directory + '/' + word.record},
            {"rule", word.rule},
            {"evidence", own_evidence(word.verdict, word.directory, person)},
            {"probability", word.probability},
            {"decided_by", word.decided_by.empty() ? "a rule" : "a person"},
            {"note", word.note},
            {"at", to_rfc3339(word.at)}};
}

/// Adds what `rows` holds as views; a Fault is passed on.
template <class Rows, class View>
Result<> put(json::object& to, std::string_view name, const Rows& rows, const View& view) {
    if (!rows) return rows.error();
    json::array out;
    for (const auto& row : *rows) out.push_back(view(row));
    to[name] = std::move(out);
    return {};
}

Result<json::object> letter_of(db::Session& session, const store::DeadLetterRow& row) {
    auto out = view_of(row);
    out["values"] = parsed(row.frame);
    auto done =
        put(out, "edits", store::DeadLetters::edits(session, row.id), [](const store::LetterEdit& edit) {
            return json::object{
                {"value", parsed(edit.value)}, {"note", edit.note}, {"at", to_rfc3339(edit.at)}};
        });
    if (!done) return done.error();
    return out;
}

Result<json::object> run_of(db::Session& session, const store::RunRow& row) {
    json::object out{{"route", row.route},
                     {"state", word_of(row.state)},
                     {"reason", row.reason},
                     {"started", to_rfc3339(row.created)},
                     {"updated", to_rfc3339(row.updated)},
                     {"frame", parsed(row.frame)}};
    auto done = put(out, "steps", store::Steps::of_run(session, row.id),
                    [](const store::StepRow& step) { return view(step); });
    if (done)
        done = put(out, "calls", store::Calls::of_run(session, row.id),
                   [](const store::CallRow& call) { return view(call); });
    if (done)
        done = put(out, "approvals", store::Approvals::of_run(session, row.id),
                   [](const store::ApprovalRow& one) { return view_of(one); });
    if (!done) return done.error();
    auto letter = store::DeadLetters::of_run(session, row.id);
    if (!letter) return letter.error();
    if (!*letter) return out;
    auto told = letter_of(session, **letter);
    if (!told) return told.error();
    out["dead_letter"] = std::move(*told);
    return out;
}

Result<json::object> event_of(db::Session& session, const Event& event, Tie tie, json::array& conversations) {
    auto out = view_of(event, true);
    out["is"] = tie == Tie::own ? "from or to them" : "about them";
    auto runs = store::Runs::of_event(session, event.seq);
    if (!runs) return runs.error();
    json::array told;
    for (const auto& run : *runs) {
        auto one = run_of(session, run);
        if (!one) return one.error();
        told.push_back(std::move(*one));
    }
    out["runs"] = std::move(told);
    auto refs = store::ValueRows::refs_opened_by(session, event.seq);
    if (!refs) return refs.error();
    json::object tied;
    for (const auto& [kind, value] : *refs) tied[kind] = value;
    if (!tied.empty())
        conversations.push_back(json::object{{"opened_by_event", event.seq.value()},
                                             {"connector", event.meta.connector},
                                             {"thread", event.meta.key},
                                             {"tied_to", std::move(tied)}});
    return out;
}

void gather(simdjson::dom::element value, const Needles& needles, json::array& out) {
    if (value.is_string()) {
        const auto text = value.get_string().value_unsafe();
        if (needles.is_in(text)) out.emplace_back(json::string(text));
    } else if (value.is_array()) {
        for (const auto item : simdjson::dom::array(value.get_array().value_unsafe()))
            gather(item, needles, out);
    } else if (value.is_object()) {
        for (const auto member : simdjson::dom::object(value.get_object().value_unsafe()))
            gather(member.value, needles, out);
    }
}

Result<> add_records(db::Session& session, const Person& person, json::object& out) {
    json::array records, links;
    for (const auto& one : person.identities) {
        const bool is_record = one.field.starts_with("record_");
        auto edges = store::MatchingRows::history(session, one);
        if (!edges) return edges.error();
        for (const auto& edge : *edges) links.push_back(view(edge, person));
        if (!is_record) continue;
        auto record = store::Directory::get(session, one.field.substr(7), one.value);
        if (!record) return record.error();
        if (!*record) continue;
        json::array keys;
        for (const auto& key : (*record)->keys) keys.emplace_back(json::string(spoken(key)));
        records.push_back(json::object{{"directory", one.field.substr(7)},
                                       {"id", (*record)->id},
                                       {"data", parsed((*record)->data)},
                                       {"keys", std::move(keys)}});
    }
    out["records"] = std::move(records);
    out["links"] = std::move(links);
    return {};
}

Result<> add_state(db::Session& session, const Needles& needles, json::object& out) {
    json::array found;
    constexpr std::size_t kPage = 200;
    for (store::StateText after;;) {
        auto page = store::StateTexts::page(session, after, kPage);
        if (!page) return page.error();
        for (const auto& text : *page) {
            const auto value = Json::parse(text.value);
            if (needles.is_in(text.key) ||
                (value ? needles.is_in(value->element()) : needles.is_in(text.value)))
                found.push_back(json::object{
                    {"connector", text.instance}, {"key", text.key}, {"value", parsed(text.value)}});
        }
        if (page->size() < kPage) break;
        after = page->back();
    }
    out["connector_state"] = std::move(found);
    return {};
}

}  // namespace

json::object view_of(const Person& person) {
    json::array identities, shared;
    for (const auto& one : person.identities) identities.emplace_back(json::string(spoken(one)));
    for (const auto& one : person.not_followed)
        shared.push_back(json::object{{"identity", spoken(one.identity)}, {"why", one.why}});
    return {{"identities", std::move(identities)},
            {"names", json::value_from(person.names)},
            {"not_followed", std::move(shared)}};
}

json::object view_of(const Holdings& holdings) {
    return {{"events", holdings.own.size()},
            {"events_about_them", holdings.about.size()},
            {"mentions_by_others", holdings.mentions.size()},
            {"runs", holdings.rows.runs},
            {"runs_not_over", holdings.rows.runs_ended},
            {"calls", holdings.rows.calls},
            {"approvals", holdings.rows.approvals},
            {"dead_letters", holdings.rows.letters},
            {"conversations", holdings.rows.conversations},
            {"records", holdings.records},
            {"links", holdings.links},
            {"questions", holdings.questions}};
}

Result<json::object> export_person(const PersonSearch::Parts& parts, const Person& person, TimePoint now) {
    PersonSearch search(parts);
    auto holdings = search.holdings(person);
    if (!holdings) return holdings.error();
    json::object out{{"exported", to_rfc3339(now)}, {"summary", view_of(*holdings)}};
    for (auto& [name, value] : view_of(person)) out[name] = std::move(value);
    json::array events, mentions, conversations;
    auto done =
        search.each_event(person, [&](const Event& event, Tie tie, const Needles& needles) -> Result<> {
            if (tie == Tie::mention) {
                json::array texts;
                gather(event.body.element(), needles, texts);
                mentions.push_back(json::object{{"seq", event.seq.value()},
                                                {"type", event.meta.type},
                                                {"connector", event.meta.connector},
                                                {"time", to_rfc3339(event.meta.time)},
                                                {"texts", std::move(texts)}});
                return {};
            }
            auto told = parts.database.read(
                [&](db::Reader& reader) { return event_of(reader, event, tie, conversations); });
            if (!told) return told.error();
            events.push_back(std::move(*told));
            return {};
        });
    if (!done) return done.error();
    done = parts.database.read([&](db::Reader& reader) -> Result<> {
        if (auto added = add_records(reader, person, out); !added) return added;
        if (auto added = export_notes(reader, person, out); !added) return added;
        return add_state(reader, Needles(person), out);
    });
    if (!done) return done.error();
    out["conversations"] = std::move(conversations);
    out["events"] = std::move(events);
    out["mentions"] = std::move(mentions);
    return out;
}

}  // namespace maillon::hub
