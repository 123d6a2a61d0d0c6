#include "core/match/changes.h"

#include "core/match/scoping.h"
#include "core/match/why_changed.h"
#include "core/store/links.h"

#include <boost/json/array.hpp>

#include <algorithm>

namespace maillon::match {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 6> kWords{"added",   "other_record", "to_question",
                                                 "removed", "asked",        "not_asked"};

std::string_view word_of(Verdict::Kind kind) {
    switch (kind) {
        case Verdict::Kind::link: return "link";
        case Verdict::Kind::review: return "question";
        case Verdict::Kind::none: break;
    }
    return "none";
}

/// What holds about a person now: the record that a rule, or a person, has linked them with.
struct Standing {
    std::string record{};
    bool is_by_person = false;
};
Result<Standing> standing_of(db::Session& session, const std::string& directory, const Person& person) {
    Standing out;
    const auto& who = person.identities.front();
    auto words = store::Links::of_identity(session, directory, who);
    if (words && words->empty()) {
        // An event of before ids came with their scope.
        const auto other = Scoping(session, directory).other_name({who, {}});
        if (!other) return other.error();
        if (*other) words = store::Links::of_identity(session, directory, **other);
    }
    if (!words) return words.error();
    for (const auto& word : *words) {
        if (!word.is_linked()) continue;
        out.record = word.record;
        out.is_by_person = out.is_by_person || !word.decided_by.empty();
    }
    return out;
}

}  // namespace

std::optional<Changes::Change> Changes::change_of(const Permitted& before, const Permitted& after) {
    using enum Verdict::Kind;
    const auto was = before.verdict.kind, is = after.verdict.kind;
    if (was == link && is == link) {
        const bool is_same =
            before.verdict.candidates.front().record_id == after.verdict.candidates.front().record_id;
        return is_same ? std::nullopt : std::optional(Change::other_record);
    }
    if (was == is) return std::nullopt;
    if (is == link) return Change::added;
    if (was == link) return is == review ? Change::to_question : Change::removed;
    return is == review ? Change::asked : Change::not_asked;
}

json::object Changes::view_of(db::Session& session, const Permitted& decided) const {
    const auto& verdict = decided.verdict;
    json::object out{{"decision", json::string_view(word_of(verdict.kind))}};
    if (verdict.candidates.empty()) return out;
    const auto& best = verdict.candidates.front();
    out["record"] = best.record_id;
    const auto record = store::Directory::get(session, after_.keys->name(), best.record_id);
    const auto data = record && *record ? Json::parse((*record)->data) : Result<Json>(Json());
    out["record_name"] = data ? after_.keys->name_of(*data) : std::string();
    out["probability"] = best.probability;
    out["class"] = best.evidence_class;
    out["rule"] = verdict.rule;
    out["model"] = verdict.model;
    return out;
}

Result<> Changes::look_at(db::Session& session, const Json& json, TimePoint now) {
    const auto person = person_of(json, *before_.keys);
    const auto changed = person_of(json, *after_.keys);
    if (!person.is_known_by_anything() || !changed.is_known_by_anything()) return {};
    ++people_;
    const auto standing = standing_of(session, after_.keys->name(), changed);
    if (!standing) return standing.error();
    if (standing->is_by_person) {
        ++by_persons_;
        return {};
    }
    const auto before = foresee(session, *before_.keys, before_.scorer, person, now);
    if (!before) return before.error();
    const auto after = foresee(session, *after_.keys, after_.scorer, changed, now);
    if (!after) return after.error();
    const auto change = change_of(*before, *after);
    if (!change) {
        ++unchanged_;
        return {};
    }
    auto& group = groups_[static_cast<std::size_t>(*change)];
    ++group.count;
    const auto& was_linked_with =
        before->verdict.candidates.empty() ? std::string() : before->verdict.candidates.front().record_id;
    const bool is_linked = !standing->record.empty() && standing->record == was_linked_with;
    group.linked_now += is_linked ? 1 : 0;
    auto why = why_changed(*before, *after, before_.keys->policy(), after_.keys->policy());
    ++group.reasons[why.key];
    if (group.examples.size() >= examples_) return {};
    group.examples.push_back({{"profile", changed.identities.front().text()},
                              {"name", changed.name},
                              {"before", view_of(session, *before)},
                              {"after", view_of(session, *after)},
                              {"why", why.key},
                              {"reason", why.sentence},
                              {"linked_now", standing->record}});
    return {};
}

json::object Changes::to_json() const {
    json::array groups;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        const auto& group = groups_[i];
        if (group.count == 0) continue;
        std::vector<std::pair<std::int64_t, std::string>> sorted;
        for (const auto& [why, count] : group.reasons) sorted.emplace_back(-count, why);
        std::ranges::sort(sorted);
        json::array reasons;
        for (const auto& [count, why] : sorted)
            reasons.push_back(json::object{{"why", why}, {"count", -count}});
        groups.push_back(
            json::object{{"change", json::string_view(kWords[i])},
                         {"count", group.count},
                         {"linked_now", group.linked_now},
                         {"reasons", std::move(reasons)},
                         {"examples", json::array(group.examples.begin(), group.examples.end())}});
    }
    return {{"people", people_},
            {"unchanged", unchanged_},
            {"by_persons", by_persons_},
            {"groups", std::move(groups)}};
}

}  // namespace maillon::match
