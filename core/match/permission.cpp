#include "core/match/permission.h"

#include "core/match/bans.h"
#include "core/match/key_judge.h"
#include "core/match/linkage/model.h"
#include "core/store/links.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace maillon::match {
namespace {

using store::ReviewKind;

constexpr std::string_view kShared = "shared value ";

/// Rounded down where rounding to the nearest would hide that the figure is below what is demanded.
std::string figure(double value, double demanded, int digits) {
    const double unit = std::pow(10.0, digits);
    char out[32];
    std::snprintf(out, sizeof out, "%.*f", digits, std::min(value, std::floor(value * unit) / unit));
    if (value >= demanded) std::snprintf(out, sizeof out, "%.*f", digits, value);
    return out;
}

std::string plain(double value) {
    char out[32];
    std::snprintf(out, sizeof out, "%.6g", value);
    return out;
}

}  // namespace

Result<> Permission::take_out_forbidden(db::Session& session, const Person& person, Verdict& verdict) const {
    if (verdict.candidates.empty()) return {};
    const auto words = store::Links::of_identity(session, directory_.name(), person.identities.front());
    if (!words) return words.error();
    const auto first = verdict.candidates.front().record_id;
    for (const auto& word : *words) {
        if (!word.forbids()) continue;
        const auto at = std::ranges::find(verdict.candidates, word.record, &Candidate::record_id);
        if (at == verdict.candidates.end()) continue;
        const auto record = store::Directory::get(session, directory_.name(), word.record);
        if (!record) return record.error();
        if (*record && still_forbids(word, person, **record)) verdict.candidates.erase(at);
    }
    if (verdict.candidates.empty())
        verdict.kind = Verdict::Kind::none;
    else if (verdict.kind == Verdict::Kind::link && verdict.candidates.front().record_id != first)
        verdict.kind = Verdict::Kind::review;
    return {};
}

Result<Permitted> Permission::weigh(db::Session& session, const Person& person, Verdict verdict) const {
    if (auto done = take_out_forbidden(session, person, verdict); !done) return done.error();
    Permitted out{.verdict = std::move(verdict), .about = person.identities.front()};
    out.thing = out.about.text();
    const auto& rule = out.verdict.rule;
    if (out.verdict.kind == Verdict::Kind::link) return link(session, std::move(out));
    if (out.verdict.kind == Verdict::Kind::none || !rule.starts_with(kShared)) return out;
    // One question about the value, and not one about each of its people.
    out.question = ReviewKind::shared;
    out.thing = rule.substr(kShared.size());
    const auto equals = out.thing.find('=');
    out.about = {out.thing.substr(0, equals), {}, out.thing.substr(equals + 1)};
    return out;
}

std::string Permission::objection(const Verdict& verdict) const {
    const auto& policy = directory_.policy();
    const auto& best = verdict.candidates.front();
    if (!policy.permits(best.evidence_class))
        return "the class " + best.evidence_class + " is not among link.classes";
    if (verdict.model.empty()) return {};
    // People's answers may take a link away, and never give one.
    const double sure = std::min(best.probability, best.scored.value_or(best.probability));
    if (sure < policy.link_at)
        return "probability " + figure(sure, policy.link_at, 4) + " is below link.at " +
               plain(policy.link_at);
    if (verdict.candidates.size() > 1 && verdict.margin_bits < policy.margin)
        return "only " + figure(verdict.margin_bits, policy.margin, 1) +
               " bits ahead of the second, link.margin is " + plain(policy.margin);
    return {};
}

bool Permission::is_linked(db::Session& session, const Permitted& out) const {
    const auto words = store::Links::of_identity(session, directory_.name(), out.about);
    const auto& record = out.verdict.candidates.front().record_id;
    return words && std::ranges::any_of(*words, [&](const store::LinkEvent& word) {
               return word.is_linked() && word.record == record;
           });
}

Result<Permitted> Permission::link(db::Session& session, Permitted out) const {
    const auto& best = out.verdict.candidates.front();
    auto record = store::Directory::get(session, directory_.name(), best.record_id);
    if (!record) return record.error();
    if (!*record) {  // an index may be behind the store for a moment
        out.verdict.kind = Verdict::Kind::none;
        out.verdict.rule.clear();
        return out;
    }
    const auto judged = store::Classes::get(session, directory_.name(), best.evidence_class);
    if (!judged) return judged.error();
    out.withheld = objection(out.verdict);
    if (judged->suspended) {
        out.suspended = best.evidence_class;
        out.verdict.rule = out.withheld = best.evidence_class + " is suspended";
    }
    if (!out.withheld.empty()) {
        out.verdict.kind = Verdict::Kind::review;
        return out;
    }
    const auto& policy = directory_.policy();
    const auto links = store::Links::count_of_record(session, directory_.name(), best.record_id,
                                                     static_cast<std::size_t>(policy.identities));
    if (!links) return links.error();
    if (*links >= policy.identities && !is_linked(session, out)) {
        out.verdict.kind = Verdict::Kind::review;
        out.verdict.rule = out.withheld = "record has " + std::to_string(*links) + " identities";
        out.question = ReviewKind::full;
        out.thing = best.record_id;
        return out;
    }
    out.record = std::move(**record);
    return out;
}

std::vector<std::string> evidence_classes(const Model* model) {
    std::vector<std::string> out{"key:email", "key:phone", "key:handle", "key:id"};
    if (model)
        for (const auto& one : model->classes) out.push_back(one.name);
    return out;
}

Result<Permitted> foresee(db::Session& session, const DirectoryKeys& directory, const Judge* scorer,
                          const Person& person, TimePoint now) {
    if (!person.is_known_by_anything()) return Permitted{};
    auto verdict = KeyJudge(directory, scorer).judge(session, person, now);
    if (!verdict) return verdict.error();
    return Permission(directory).weigh(session, person, std::move(*verdict));
}

}  // namespace maillon::match
