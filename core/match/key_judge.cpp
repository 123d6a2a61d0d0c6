#include "core/match/key_judge.h"

#include "core/store/links.h"
#include "core/store/sightings.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <ranges>

namespace maillon::match {
namespace {

using store::RecordKey;

constexpr std::size_t kMostCandidates = 5;
constexpr double kKnown = 0.999, kDoubtful = 0.5;

bool is_of(std::string_view kind, const RecordKey& key) {
    return key.field == kind || (key.field.starts_with(kind) && key.field[kind.size()] == '_');
}

std::string_view word_of(Names names) {
    switch (names) {
        case Names::agree: return "alike";
        case Names::conflict: return "conflict";
        case Names::unknown: break;
    }
    return "missing";
}

}  // namespace

Result<bool> KeyJudge::is_elsewhere(db::Session& session, const Person& person, const RecordKey& key,
                                    const std::string& record) const {
    if (!is_of("id", key) || person.identities.empty()) return false;
    const auto& who = person.identities.front();
    const auto links = store::Links::of_record(session, directory_.name(), record);
    if (!links) return links.error();
    bool elsewhere = false;
    for (const auto& [network, scope, id] : *links | std::views::transform(&store::LinkEvent::identity)) {
        if (network != who.network || id != key.value) continue;
        if (scope == who.scope) return false;
        elsewhere = true;
    }
    return elsewhere;
}

Result<std::vector<KeyJudge::Hit>> KeyJudge::hits(db::Session& session, const Person& person,
                                                  const RecordKey& key) const {
    const auto most = static_cast<std::size_t>(directory_.policy().most_people(key.field)) + 1;
    auto records = store::Directory::find(session, directory_.name(), std::span(&key, 1),
                                          std::max(most, kMostCandidates));
    if (!records) return records.error();
    std::vector<Hit> out;
    for (auto& record : *records) {
        const auto elsewhere = is_elsewhere(session, person, key, record.id);
        if (!elsewhere) return elsewhere.error();
        if (*elsewhere) continue;
        const auto data = Json::parse(record.data);
        // An account's own name is what its owner likes it to be; a number's may be the next owner's.
        const auto names = data && !is_of("id", key)
                               ? compare_names(person.name, directory_.name_of(*data), is_of("phone", key))
                               : Names::unknown;
        out.push_back({key, std::move(record), names});
    }
    return out;
}

Result<KeyJudge::Worth> KeyJudge::worth_of(db::Session& session, const Person& person, const RecordKey& key,
                                           std::size_t records, TimePoint now) const {
    const auto most = directory_.policy().most_people(key.field);
    if (is_of("email", key) && is_role_mailbox(key.value)) return Worth::shared;
    // Two records under one id or name are two records of one person: no less a key, but no answer.
    const bool is_own = is_of("id", key) || is_of("handle", key);
    if (!is_own && records > static_cast<std::size_t>(most)) return Worth::shared;
    if (is_of("handle", key)) {
        const auto holders =
            store::Sightings::holders(session, person.network, person.handle, kMostCandidates);
        if (!holders) return holders.error();
        for (const auto& holder : *holders) {
            if (!person.identities.empty() && holder.identity != person.identities.front())
                return Worth::taken_over;
        }
        return Worth::full;
    }
    if (is_own) return Worth::full;
    const auto& who = person.identities.empty() ? store::Identity{} : person.identities.front();
    const auto others = store::Sightings::others(session, who, key, static_cast<std::size_t>(most));
    if (!others) return others.error();
    if (*others >= most) return Worth::shared;
    if (is_of("phone", key)) {
        const auto seen = store::Sightings::last_seen(session, key);
        if (!seen) return seen.error();
        if (*seen && now - **seen > kRecycled) return Worth::stale;
    }
    return Worth::full;
}

Result<Verdict> KeyJudge::judge(db::Session& session, const Person& person, TimePoint now) const {
    std::vector<Hit> found;  // one for each record, under its strongest key
    std::vector<Hit> weak;
    std::string_view doubt;
    RecordKey shared;
    for (const auto& key : person.keys) {
        auto some = hits(session, person, key);
        if (!some) return some.error();
        if (some->empty()) continue;
        const auto worth = worth_of(session, person, key, some->size(), now);
        if (!worth) return worth.error();
        // A number that the right name comes with is nobody else's.
        const bool fits = some->size() == 1 && some->front().names == Names::agree;
        const bool counts = *worth == Worth::full || (*worth == Worth::stale && fits);
        if (!counts && doubt.empty()) {
            doubt = *worth == Worth::shared       ? "shared value"
                    : *worth == Worth::taken_over ? "name taken over"
                                                  : "number not seen for long";
            if (*worth == Worth::shared) shared = key;
        }
        for (auto& hit : *some) {
            auto& list = counts ? found : weak;
            if (std::ranges::none_of(list, [&](const Hit& one) { return one.record.id == hit.record.id; }))
                list.push_back(std::move(hit));
        }
    }
    // Of several that share an address within its limit, the one whose name it is.
    if (found.size() > 1 &&
        std::ranges::all_of(found, [&](const Hit& hit) { return hit.key == found.front().key; })) {
        const auto fitting = std::ranges::count(found, Names::agree, &Hit::names);
        if (fitting == 1) std::erase_if(found, [](const Hit& hit) { return hit.names != Names::agree; });
    }
    const auto candidate = [&](const Hit& hit, double probability) {
        Candidate out{
            .record_id = hit.record.id,
            .probability = probability,
            .evidence_class = "key:" + std::string(hit.key.field.substr(0, hit.key.field.find('_')))};
        out.waterfall.push_back(
            {.field = hit.key.field, .left = hit.key.value, .right = hit.key.value, .level = "exact"});
        const auto data = Json::parse(hit.record.data);
        const auto name = data ? directory_.name_of(*data) : std::string();
        if (!person.name.empty() || !name.empty())
            out.waterfall.push_back({.field = "name",
                                     .left = person.name,
                                     .right = name,
                                     .level = std::string(word_of(hit.names))});
        return out;
    };
    Verdict out;
    if (found.size() == 1 && found.front().names != Names::conflict) {
        out.kind = Verdict::Kind::link;
        out.rule = "key:" + found.front().key.field;
        out.candidates.push_back(candidate(found.front(), kKnown));
        return out;
    }
    if (!found.empty()) {
        out.kind = Verdict::Kind::review;
        out.rule = found.size() == 1 ? "name conflict" : "several records";
        for (const auto& hit : found) {
            if (out.candidates.size() < kMostCandidates) out.candidates.push_back(candidate(hit, kDoubtful));
        }
        return out;
    }
    if (scorer_) {
        auto scored = scorer_->judge(session, person);
        if (!scored || scored->kind != Verdict::Kind::none) return scored;
    }
    if (weak.empty()) return out;
    out.kind = Verdict::Kind::review;
    out.rule = doubt;
    if (!shared.field.empty()) out.rule += ' ' + shared.field + '=' + shared.value;
    for (const auto& hit : weak) {
        if (out.candidates.size() < kMostCandidates) out.candidates.push_back(candidate(hit, kDoubtful / 2));
    }
    return out;
}

}  // namespace maillon::match
