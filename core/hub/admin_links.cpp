#include "core/base/text.h"
#include "core/base/time.h"
#include "core/hub/admin_people.h"
#include "core/hub/admin_people_words.h"
#include "core/match/key_judge.h"
#include "core/match/verdict_json.h"
#include "core/store/matching_rows.h"
#include "core/store/scopes.h"
#include "core/store/sightings.h"

#include <boost/json/array.hpp>

#include <algorithm>

/// Who is linked with whom, why, and what people say of it.
namespace maillon::hub {
namespace {

namespace json = boost::json;

json::object view_of(const store::LinkEvent& event) {
    json::object out{{"id", event.id.value()},
                     {"at", to_rfc3339(event.at)},
                     {"kind", word_of(event.kind)},
                     {"directory", event.directory},
                     {"record", event.record},
                     {"rule", event.rule},
                     {"class", event.evidence_class},
                     {"probability", event.probability},
                     {"model", event.model},
                     {"by", event.decided_by},
                     {"note", event.note},
                     {"rests_on", event.rests_on},
                     {"event", event.event.value()},
                     {"verdict", parsed(event.verdict)}};
    if (event.identity.is_set()) out["profile"] = event.identity.text();
    if (!event.other.empty()) out["other"] = event.other;
    return out;
}

Result<store::Identity> identity_in(const std::string& text) {
    auto out = store::Identity::parse(text);
    if (!out)
        return rejected("'" + text +
                        "' is no profile: write network:id, as x:4711, x:@anne, facebook/<page>:99 or "
                        "email:anne@example.com");
    return std::move(*out);
}

/// Who goes by a name on a network now: the name is an account's attribute, and links are the account's.
Result<store::Identity> holder_of(db::Session& session, store::Identity who) {
    constexpr std::size_t kMost = 20;
    const auto name = match::normalised("handle_", who.id);
    const auto holders = store::Sightings::holders(session, who.network, name.value_or(""), kMost);
    if (!holders) return holders.error();
    std::vector<store::Identity> now;
    for (const auto& one : *holders) {
        if (!one.until && std::ranges::find(now, one.identity) == now.end()) now.push_back(one.identity);
    }
    if (now.size() == 1) return now.front();
    if (now.empty()) return who;
    std::vector<std::string> choices;
    for (const auto& one : now) choices.push_back(one.text());
    return Fault{FaultKind::conflict,
                 who.text() + " is not one account: " + std::to_string(now.size()) +
                     " were seen by that name; say which: " + enumerate(choices),
                 {}};
}

/// The one who is meant: without its page an id is good for the one page that the directory knows it from.
Result<store::Identity> meant(db::Session& session, const std::string& directory, store::Identity who) {
    if (!who.scope.empty()) return who;
    const auto is_known = store::Scopes::has(session, directory, who);
    if (!is_known) return is_known.error();
    if (*is_known) return who;
    if (who.id.starts_with('@')) return holder_of(session, std::move(who));
    const auto scopes = store::Scopes::of(session, directory, who.network, who.id);
    if (!scopes) return scopes.error();
    if (scopes->size() == 1) who.scope = scopes->front();
    if (scopes->size() < 2) return who;
    std::vector<std::string> choices;
    for (const auto& scope : *scopes) choices.push_back(store::Identity{who.network, scope, who.id}.text());
    return Fault{FaultKind::conflict,
                 who.text() + " is not one person: " + std::to_string(scopes->size()) +
                     " pages know the id; say which: " + enumerate(choices),
                 {}};
}

/// How an event told of somebody; nothing where it does not.
std::optional<Json> told_of(const Event& event, const store::Identity& who,
                            const match::DirectoryKeys& keys) {
    if (!event.body.element().is_object()) return std::nullopt;
    for (const auto member : simdjson::dom::object(event.body.element().get_object().value_unsafe())) {
        if (!member.value.is_object()) continue;
        const auto object = *event.body.at(member.key);
        const auto person = match::person_of(object, keys);
        if (!person.is_known_by_anything()) continue;
        auto known = person.identities.front();
        // Told before its page was.
        if (known.scope.empty()) known.scope = who.scope;
        if (known == who) return object;
    }
    return std::nullopt;
}

std::string_view decider_of(const store::LinkEvent& link) {
    if (!link.decided_by.empty()) return "person";
    return link.model.empty() ? "rule" : "model";
}

/// What of the words holds, the newest first should there be several.
std::optional<store::LinkEvent> in_force(const std::vector<store::LinkEvent>& words) {
    const auto found = std::ranges::find_if(words.rbegin(), words.rend(), &store::LinkEvent::is_linked);
    return found == words.rend() ? std::nullopt : std::optional(*found);
}

/// What is known of an identity before anybody judges.
struct Known {
    store::Identity who;
    std::vector<store::LinkEvent> words;
    std::string standing;          ///< of the link in force: the record that stands for it now
    std::optional<Json> person{};  ///< as they were asked about last
};

Result<Known> known_of(db::Session& session, const std::string& directory, store::Identity told) {
    auto who = meant(session, directory, std::move(told));
    if (!who) return who.error();
    auto words = store::Links::of_identity(session, directory, *who);
    if (!words) return words.error();
    Known out{std::move(*who), std::move(*words), {}};
    if (const auto link = in_force(out.words)) {
        auto standing = store::Links::standing_for(session, directory, link->record);
        if (!standing) return standing.error();
        out.standing = std::move(*standing);
    }
    const auto asked = store::Reviews::open_of(session, directory, out.who);
    if (!asked) return asked.error();
    if (asked->empty()) return out;
    if (auto seen = Json::parse(asked->back().person)) out.person = std::move(*seen);
    return out;
}

json::object linked_view(const store::LinkEvent& link, const std::string& standing) {
    auto out = view_of(link);
    out["decided_by"] = json::string(decider_of(link));
    if (standing != link.record) out["now"] = standing;
    return out;
}

}  // namespace

Result<json::object> AdminPeople::links(const AdminQuery& query) {
    const auto name = directory(query.value("directory"));
    if (!name) return name.error();
    const auto profile = query.value("profile");
    const auto record = query.value("record");
    if (profile.empty() == record.empty()) return rejected("name a profile or a record");
    return parts_.database.read([&](db::Reader& reader) -> Result<json::object> {
        Result<std::vector<store::LinkEvent>> now = std::vector<store::LinkEvent>{}, all = now;
        if (!profile.empty()) {
            const auto told = identity_in(profile);
            if (!told) return told.error();
            const auto who = meant(reader, *name, *told);
            if (!who) return who.error();
            now = store::Links::of_identity(reader, *name, *who);
            all = store::Links::history(reader, *name, *who);
        } else {
            now = store::Links::of_record(reader, *name, record);
            all = store::Links::history_of_record(reader, *name, record);
        }
        if (!now) return now.error();
        if (!all) return all.error();
        json::array current, history;
        for (const auto& one : *now) {
            if (one.is_linked()) current.push_back(view_of(one));
        }
        for (const auto& one : *all) history.push_back(view_of(one));
        return json::object{
            {"directory", *name}, {"links", std::move(current)}, {"history", std::move(history)}};
    });
}

Result<json::object> AdminPeople::relink(const std::string& word, const json::object& arguments) {
    const auto name = directory(text_in(arguments, "directory"));
    if (!name) return name.error();
    const auto record = text_in(arguments, "record"), other = text_in(arguments, "other");
    if (record.empty()) return rejected("say which record");
    const auto saying = saying_in(arguments);
    const bool is_of_records = word == "merge" || word == "split";
    if (!is_of_records && word != "link" && word != "unlink") return not_found("no such path");
    if (is_of_records && other.empty()) return rejected("say which other record");
    store::Identity who;
    if (!is_of_records) {
        auto read = identity_in(text_in(arguments, "profile"));
        if (!read) return read.error();
        auto one =
            parts_.database.read([&](db::Reader& reader) { return meant(reader, *name, std::move(*read)); });
        if (!one) return one.error();
        who = std::move(*one);
    }
    const bool is_kept_out =
        word == "link" && parts_.erased && parts_.erased->whose({store::MatchingRows::key_of(who)});
    if (is_kept_out)
        return Fault{FaultKind::conflict,
                     who.text() +
                         " was erased, and nothing is kept of them; maillon person readmit lets "
                         "them in again",
                     {}};
    auto done = in_unit([&](route::Linking& linking) -> Result<> {
        if (word == "link") return linking.link(*name, who, record, saying);
        if (word == "unlink") return linking.unlink(*name, who, record, saying);
        if (word == "merge") return linking.merge(*name, record, other, saying);
        return linking.split(*name, record, other, saying);
    });
    if (!done) return done.error();
    json::object out{{"done", word}, {"directory", *name}, {"record", record}};
    if (is_of_records)
        out["other"] = other;
    else
        out["profile"] = who.text();
    return out;
}

Result<json::object> AdminPeople::explain(const AdminQuery& query) {
    const auto name = directory(query.value("directory"));
    if (!name) return name.error();
    auto told = identity_in(query.value("profile"));
    if (!told) return told.error();
    const auto& keys = *parts_.prepared.plan->directories.at(*name);
    auto known =
        parts_.database.read([&](db::Reader& reader) { return known_of(reader, *name, std::move(*told)); });
    if (!known) return known.error();
    const auto link = in_force(known->words);
    // What was last seen of them, or led to the link; else what the identity alone says.
    if (!known->person && link && link->event.is_set()) {
        const auto event = parts_.journal.by_seq(link->event);
        if (!event) return event.error();
        if (*event) known->person = told_of(**event, known->who, keys);
    }
    const auto person = known->person ? *known->person : match::person_behind(known->who);
    return parts_.database.read([&](db::Reader& reader) -> Result<json::object> {
        const auto* scorer = parts_.judge ? parts_.judge(*name) : nullptr;
        const auto asked = match::person_of(person, keys);
        auto verdict = match::KeyJudge(keys, scorer).judge(reader, asked, parts_.clock.now());
        if (!verdict) return verdict.error();
        if (const auto record = query.value("record"); !record.empty())
            std::erase_if(verdict->candidates,
                          [&](const match::Candidate& one) { return one.record_id != record; });
        json::array said;
        for (const auto& word : known->words) said.push_back(view_of(word));
        auto out = match::to_json(*verdict);
        out["directory"] = *name;
        out["profile"] = known->who.text();
        out["person"] = person.to_boost();
        // Without a model there is nothing else that could lead to a record.
        if (asked.keys.empty() && !scorer) out["lacks"] = enumerate(keys.fields());
        out["linked"] = link ? json::value(linked_view(*link, known->standing)) : json::value();
        out["links"] = std::move(said);
        return out;
    });
}

}  // namespace maillon::hub
