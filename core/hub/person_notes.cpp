#include "core/base/time.h"
#include "core/hub/kept_words.h"
#include "core/hub/person_export.h"
#include "core/store/matching_rows.h"
#include "core/store/sightings.h"

#include <boost/json/array.hpp>

#include <map>
#include <set>

/// What was noted of somebody when a step asked who they are: questions, names, addresses. It outlasts
/// events.
namespace maillon::hub {
namespace {

namespace json = boost::json;

json::object view(const store::Review& question, const Person& person) {
    json::object out{{"question", question.id.value()},
                     {"kind", word_of(question.kind)},
                     {"state", word_of(question.state)},
                     {"identity", question.identity.text()},
                     {"directory", question.directory},
                     {"rule", question.rule},
                     {"evidence", own_evidence(question.verdict, question.directory, person)},
                     {"asked", question.asked},
                     {"created", to_rfc3339(question.created)},
                     {"updated", to_rfc3339(question.updated)},
                     {"record", question.record},
                     {"note", question.note}};
    if (question.decided) out["decided"] = to_rfc3339(*question.decided);
    // Asked about an address or a number it shows whoever came with that last.
    if (is_id(store::MatchingRows::key_of(question.identity))) out["person"] = parsed(question.person);
    return out;
}

/// How an account was called when it was asked whose it is. What is asked about a number or an address shows
/// whoever came with it last.
Result<std::set<std::string>> names_in_questions(db::Session& session, const Trait& account) {
    std::set<std::string> out;
    if (!is_id(account)) return out;
    const auto ids = store::MatchingRows::questions(session, account);
    if (!ids) return ids.error();
    for (const auto id : *ids) {
        const auto question = store::Reviews::by_id(session, id);
        if (!question) return question.error();
        const auto person = *question ? Json::parse((*question)->person) : Result<Json>(Json());
        if (!person) continue;
        if (auto told = People::of_object(*person); !told.name.empty()) out.insert(std::move(told.name));
    }
    return out;
}

/// Of accounts that were seen with one thing: those of a network that has more than one of them.
std::vector<std::string> rivals_among(const std::vector<Trait>& accounts) {
    std::map<std::string, std::vector<std::string>> by_network;
    for (const auto& one : accounts)
        if (is_id(one)) by_network[one.field].push_back(one.field.substr(3) + ':' + one.value);
    for (auto& [network, ids] : by_network)
        if (ids.size() > 1) return std::move(ids);
    return {};
}

}  // namespace

json::value own_evidence(const std::string& verdict, const std::string& directory, const Person& person) {
    auto out = parsed(verdict);
    auto* told = out.if_object();
    auto* candidates = told ? told->if_contains("candidates") : nullptr;
    if (!candidates || !candidates->is_array()) return out;
    json::array own;
    for (const auto& one : candidates->get_array()) {
        const auto* record = one.is_object() ? one.get_object().if_contains("record") : nullptr;
        if (record && record->is_string() &&
            person.identities.contains({"record_" + directory, std::string(record->get_string())}))
            own.push_back(one);
    }
    *candidates = std::move(own);
    return out;
}

Result<bool> PersonSearch::widen_by_notes(Person& person, const std::set<Trait>& seeds) {
    const auto before = person.identities.size();
    const auto known = person.identities;
    for (const auto& one : known) {
        auto noted =
            parts_.database.read([&](db::Reader& reader) { return store::MatchingRows::noted(reader, one); });
        if (!noted) return noted.error();
        if (noted->is_known) followed_.insert(one);
        if (const auto several = rivals_among(noted->users); !several.empty()) {
            if (seeds.contains(one)) return of_several(spoken(one), "accounts use it", several);
            person.not_followed.push_back({one, "used by " + std::to_string(several.size()) + " accounts"});
            person.identities.erase(one);
            return true;
        }
        for (auto* more : {&noted->own, &noted->users})
            for (auto& key : *more) person.learn(std::move(key));
        auto names =
            parts_.database.read([&](db::Reader& reader) { return names_in_questions(reader, one); });
        if (!names) return names.error();
        person.names.merge(*names);
    }
    return person.identities.size() > before;
}

Result<> export_notes(db::Session& session, const Person& person, json::object& out) {
    std::set<store::ReviewId> asked;
    json::array questions, names, values;
    for (const auto& one : person.identities) {
        auto ids = store::MatchingRows::questions(session, one);
        if (!ids) return ids.error();
        asked.insert(ids->begin(), ids->end());
        if (!is_id(one)) continue;
        const auto who = store::MatchingRows::identity_of(one);
        auto named = store::Sightings::names(session, who);
        if (!named) return named.error();
        for (const auto& name : *named)
            names.push_back(
                json::object{{"account", who.text()},
                             {"name", name.name},
                             {"since", to_rfc3339(name.since)},
                             {"until", name.until ? json::value(to_rfc3339(*name.until)) : json::value()}});
        auto seen = store::Sightings::values(session, who);
        if (!seen) return seen.error();
        for (const auto& value : *seen)
            values.push_back(json::object{{"account", who.text()}, {value.field, value.value}});
    }
    for (const auto id : asked) {
        auto question = store::Reviews::by_id(session, id);
        if (!question) return question.error();
        if (*question) questions.push_back(view(**question, person));
    }
    out["questions"] = std::move(questions);
    out["seen_as"] = std::move(names);
    out["seen_with"] = std::move(values);
    return {};
}

}  // namespace maillon::hub
