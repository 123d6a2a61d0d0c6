#include "core/match/decider.h"

#include "core/match/bans.h"
#include "core/match/key_judge.h"
#include "core/match/permission.h"
#include "core/match/precision.h"
#include "core/match/scoping.h"
#include "core/match/verdict_json.h"
#include "core/store/sightings.h"

#include "core/event/json_text.h"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>

namespace maillon::match {
namespace {

namespace json = boost::json;
using store::Identity;
using store::LinkEvent;
using store::LinkKind;
using store::ReviewKind;

constexpr std::string_view kShared = "shared value ";
/// Networks that have made sure whose number or address it is. Elsewhere it is what somebody claims.
constexpr std::array<std::string_view, 9> kProving{"whatsapp", "sms",   "signal", "viber", "telegram",
                                                   "rcs",      "phone", "email",  "mail"};

std::string matched_by(const std::string& rule) {
    const auto colon = rule.find(':');
    if (colon != std::string::npos) return rule.substr(colon + 1);
    return rule;
}

std::string joined(std::vector<std::string> words) {
    std::ranges::sort(words);
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : ",") + word;
    return out;
}

Decision of_linked(const LinkEvent& link, store::DirectoryRecord record) {
    return {.kind = Decision::Kind::linked,
            .record = std::move(record),
            .matched_by = matched_by(link.rule),
            .probability = link.probability,
            .rule = link.rule};
}

}  // namespace

struct Decider::Turn {
    db::Unit& unit;
    const Asked& asked;
    std::string rests_on{};  ///< the identity by which the person is known, when it is not their own
    const Person& person() const { return asked.person; }
    /// Whom links and questions are about.
    const Identity& who() const { return asked.person.identities.front(); }
};

Result<Decision> Decider::decide(db::Unit& unit, const Asked& asked) const {
    if (!asked.person.is_known_by_anything()) return Decision{};
    auto found = known(unit, asked.person);
    if (!found) return found.error();
    const auto& who = asked.person.identities.front();
    if (std::ranges::find(*found, who, &Known::identity) != found->end())
        return decide_named(unit, asked, *found);
    auto person = under_one_name(unit, directory_.name(), asked.person, asked.connector);
    if (!person) return person.error();
    if (!*person) return decide_named(unit, asked, *found);
    auto named = asked;
    named.person = std::move(**person);
    found = known(unit, named.person);
    if (!found) return found.error();
    return decide_named(unit, named, *found);
}

Result<Decision> Decider::decide_named(db::Unit& unit, const Asked& asked,
                                       const std::vector<Known>& found) const {
    Turn turn{unit, asked};
    Result<Decision> out = Decision{};
    if (!found.empty()) {
        out = by_link(turn, found);
    } else {
        auto verdict = KeyJudge(directory_, scorer_).judge(unit, asked.person, asked.now);
        if (!verdict) return verdict.error();
        out = by_verdict(turn, std::move(*verdict));
    }
    if (!out) return out;
    // Afterwards: the judge asks when somebody was seen before.
    if (auto done = note(turn); !done) return done.error();
    out->who = turn.who();
    return out;
}

Result<std::vector<Decider::Known>> Decider::known(db::Session& session, const Person& person) const {
    std::vector<Known> out;
    for (const auto& identity : person.identities) {
        auto words = store::Links::of_identity(session, directory_.name(), identity);
        if (!words) return words.error();
        for (auto& word : *words) {
            if (!word.is_linked()) continue;
            const auto standing = store::Links::standing_for(session, directory_.name(), word.record);
            if (!standing) return standing.error();
            auto record = store::Directory::get(session, directory_.name(), *standing);
            if (!record) return record.error();
            if (*record) out.push_back({identity, std::move(word), std::move(**record)});
        }
    }
    return out;
}

Result<Decision> Decider::by_link(Turn& turn, const std::vector<Known>& known) const {
    // The newest one, should there be several.
    const auto own = std::ranges::find(known.rbegin(), known.rend(), turn.who(), &Known::identity);
    if (own == known.rend()) return by_companion(turn, known);
    const auto questions = store::Reviews::open_of(turn.unit, directory_.name(), turn.who());
    if (!questions) return questions.error();
    for (const auto& question : *questions) {
        if (question.kind != ReviewKind::moved) continue;
        Decision out{.kind = Decision::Kind::unsure, .review = question.id, .rule = question.rule};
        for (const auto& one : known) {
            if (one.identity == turn.who()) out.candidates.push_back(one.record.id);
        }
        return out;
    }
    for (const auto& other : known) {
        if (other.identity == turn.who() || other.record.id == own->record.id) continue;
        Verdict verdict{.kind = Verdict::Kind::review, .rule = "seen with somebody else"};
        verdict.candidates.push_back({.record_id = other.record.id, .probability = 0.5});
        verdict.candidates.push_back({.record_id = own->record.id, .probability = 0.5});
        auto asked = ask(turn, ReviewKind::moved, other.identity, other.identity.text(), verdict);
        if (!asked) return asked;
    }
    if (auto done = take_along(turn, own->record.id); !done) return done.error();
    return of_linked(own->link, own->record);
}

Result<Decision> Decider::by_companion(Turn& turn, const std::vector<Known>& known) const {
    auto verdict = KeyJudge(directory_, scorer_).judge(turn.unit, turn.person(), turn.asked.now);
    if (!verdict) return verdict.error();
    std::vector<std::string> records;
    for (const auto& one : known) {
        if (std::ranges::find(records, one.record.id) == records.end()) records.push_back(one.record.id);
    }
    if (verdict->kind == Verdict::Kind::link &&
        std::ranges::find(records, verdict->candidates.front().record_id) == records.end())
        records.push_back(verdict->candidates.front().record_id);
    if (records.size() > 1) {
        Verdict several{.kind = Verdict::Kind::review, .rule = "several records"};
        for (const auto& id : records) several.candidates.push_back({.record_id = id, .probability = 0.5});
        return by_verdict(turn, std::move(several));
    }
    if (verdict->kind == Verdict::Kind::link) return by_verdict(turn, std::move(*verdict));
    const auto& one = known.front();
    auto worth = worth_of(turn, one);
    if (!worth) return worth.error();
    // What a person gave to a record although many have it: its people are not one by one those of the
    // record.
    if (*worth == "shared value" && !one.link.decided_by.empty()) return of_linked(one.link, one.record);
    Verdict out{.kind = worth->empty() ? Verdict::Kind::link : Verdict::Kind::review,
                .rule = worth->empty() ? "key:" + one.identity.network : *worth};
    if (*worth == "shared value")
        out.rule = std::string(kShared) + one.identity.network + '=' + one.identity.id;
    turn.rests_on = one.identity.text();
    out.candidates.push_back({.record_id = one.record.id,
                              .probability = worth->empty() ? 0.999 : 0.5,
                              .evidence_class = "key:" + one.identity.network});
    return by_verdict(turn, std::move(out));
}

Result<std::string> Decider::worth_of(Turn& turn, const Known& one) const {
    const auto& field = one.identity.network;
    const store::RecordKey key{field, one.identity.id};
    const auto most = directory_.policy().most_people(field);
    const auto others =
        store::Sightings::others(turn.unit, turn.who(), key, static_cast<std::size_t>(most) + 1);
    if (!others) return others.error();
    if (is_role_mailbox(key.value) && field == "email") return std::string("shared value");
    if (*others > most) return std::string("shared value");
    const auto questions = store::Reviews::open_of(turn.unit, directory_.name(), one.identity);
    if (!questions) return questions.error();
    if (std::ranges::any_of(*questions, [](auto& q) { return q.kind == ReviewKind::moved; }))
        return std::string("seen with somebody else");
    const auto data = Json::parse(one.record.data);
    const auto name = data ? directory_.name_of(*data) : std::string();
    const auto names = compare_names(turn.person().name, name, field == "phone");
    if (names == Names::conflict) return std::string("name conflict");
    if (field != "phone" || names == Names::agree) return std::string();
    const auto seen = store::Sightings::last_seen(turn.unit, key);
    if (!seen) return seen.error();
    const bool is_stale = *seen && turn.asked.now - **seen > kRecycled;
    return std::string(is_stale ? "number not seen for long" : "");
}

Result<Decision> Decider::by_verdict(Turn& turn, Verdict verdict) const {
    auto permitted = Permission(directory_).weigh(turn.unit, turn.person(), std::move(verdict));
    if (!permitted) return permitted.error();
    const auto& left = permitted->verdict;
    if (left.kind == Verdict::Kind::none) return Decision{.rule = left.rule};
    if (left.kind == Verdict::Kind::link)
        return link(turn, left.candidates.front(), std::move(*permitted->record), left);
    auto out = ask(turn, permitted->question, permitted->about, permitted->thing, left);
    if (out && !permitted->suspended.empty()) out->suspended.push_back(permitted->suspended);
    return out;
}

Result<Decision> Decider::link(Turn& turn, const Candidate& candidate, store::DirectoryRecord record,
                               const Verdict& verdict) const {
    LinkEvent event{.at = turn.asked.now,
                    .kind = LinkKind::link,
                    .directory = directory_.name(),
                    .identity = turn.who(),
                    .record = candidate.record_id,
                    .rule = verdict.rule,
                    .evidence_class = candidate.evidence_class,
                    .probability = candidate.probability,
                    .model = verdict.model,
                    .verdict = json_text(to_json(verdict)),
                    .keys = keys_of_pair(turn.person(), record),
                    .rests_on = turn.rests_on,
                    .event = turn.asked.event};
    const auto id = store::Links::append(turn.unit, event);
    if (!id) return id.error();
    event.id = *id;
    if (auto done = take_along(turn, candidate.record_id); !done) return done.error();
    auto out = of_linked(event, std::move(record));
    if (auto done = close_questions(turn, out, event); !done) return done.error();
    if (is_in_sample(turn.who().text(), candidate.record_id, directory_.policy().sample)) {
        auto asked = ask(turn, ReviewKind::sample, turn.who(), turn.who().text(), verdict);
        if (!asked) return asked;
    }
    return out;
}

Result<Decision> Decider::ask(Turn& turn, ReviewKind kind, const Identity& who, const std::string& thing,
                              const Verdict& verdict) const {
    Decision out{.kind = Decision::Kind::unsure, .rule = verdict.rule};
    json::array list;
    for (const auto& candidate : verdict.candidates) {
        out.candidates.push_back(candidate.record_id);
        list.emplace_back(candidate.record_id);
    }
    store::Review review{.directory = directory_.name(),
                         .about = std::string(db::kWords<ReviewKind>[static_cast<std::size_t>(kind)]) + '|' +
                                  thing + '|' + joined(out.candidates),
                         .kind = kind,
                         .identity = who,
                         .person = turn.person().json.dump(),
                         .verdict = json_text(to_json(verdict)),
                         .rule = verdict.rule,
                         .candidates = json_text(list),
                         .created = turn.asked.now,
                         .updated = turn.asked.now,
                         .event = turn.asked.event};
    if (!verdict.candidates.empty()) {
        review.evidence_class = verdict.candidates.front().evidence_class;
        review.probability = verdict.candidates.front().probability;
    }
    if (kind != ReviewKind::unsure) {
        const auto before = store::Reviews::decided(turn.unit, directory_.name(), review.about);
        if (!before) return before.error();
        // A record that somebody let have one more may get the next one only when asked again.
        const bool again =
            kind == ReviewKind::full && *before && (*before)->state == store::ReviewState::accepted;
        if (*before && !again) return Decision{.rule = verdict.rule};
    }
    const auto asked = store::Reviews::ask(turn.unit, review);
    if (!asked) return asked.error();
    out.review = asked->id;
    return out;
}

Result<> Decider::take_along(Turn& turn, const std::string& record) const {
    const auto& person = turn.person();
    const bool is_proven = std::ranges::find(kProving, person.network) != kProving.end();
    for (std::size_t i = 1; is_proven && i < person.identities.size(); ++i) {
        const auto& identity = person.identities[i];
        if (identity.network == "email" && is_role_mailbox(identity.id)) continue;
        const auto words = store::Links::of_identity(turn.unit, directory_.name(), identity);
        if (!words) return words.error();
        const bool is_decided = std::ranges::any_of(*words, [&](const LinkEvent& word) {
            return word.is_linked() || (word.forbids() && word.record == record);
        });
        if (is_decided) continue;
        const auto& policy = directory_.policy();
        const auto most = policy.most_people(identity.network);
        const auto others = store::Sightings::others(turn.unit, turn.who(), {identity.network, identity.id},
                                                     static_cast<std::size_t>(most));
        if (!others) return others.error();
        const auto links = store::Links::count_of_record(turn.unit, directory_.name(), record,
                                                         static_cast<std::size_t>(policy.identities));
        if (!links) return links.error();
        if (*others >= most || *links >= policy.identities) continue;
        const auto done = store::Links::append(turn.unit, {.at = turn.asked.now,
                                                           .kind = LinkKind::link,
                                                           .directory = directory_.name(),
                                                           .identity = identity,
                                                           .record = record,
                                                           .rule = "with:" + person.network,
                                                           .evidence_class = "with",
                                                           .probability = 0.95,
                                                           .rests_on = turn.who().text(),
                                                           .event = turn.asked.event});
        if (!done) return done.error();
    }
    return {};
}

Result<> Decider::close_questions(Turn& turn, Decision& decision, const LinkEvent& link) const {
    const auto questions = store::Reviews::open_of(turn.unit, directory_.name(), turn.who());
    if (!questions) return questions.error();
    for (const auto& question : *questions) {
        if (question.kind != ReviewKind::unsure && question.kind != ReviewKind::full) continue;
        const auto closed = store::Reviews::close(turn.unit, {.id = question.id,
                                                              .state = store::ReviewState::superseded,
                                                              .decided = turn.asked.now,
                                                              .record = link.record,
                                                              .note = link.rule});
        if (!closed) return closed.error();
        decision.answered.push_back(question.id);
        decision.late = {link};
    }
    return {};
}

Result<Decision> Decider::created(db::Unit& unit, const Asked& made_for,
                                  const store::DirectoryRecord& record) const {
    if (!made_for.person.is_known_by_anything())
        return Decision{.kind = Decision::Kind::linked, .record = record, .matched_by = "created"};
    auto named = under_one_name(unit, directory_.name(), made_for.person, made_for.connector);
    if (!named) return named.error();
    auto asked = made_for;
    if (*named) asked.person = std::move(**named);
    Turn turn{unit, asked};
    LinkEvent event{.at = asked.now,
                    .kind = LinkKind::link,
                    .directory = directory_.name(),
                    .identity = turn.who(),
                    .record = record.id,
                    .rule = "created",
                    .evidence_class = "created",
                    .probability = 1,
                    .keys = keys_of_pair(asked.person, record),
                    .event = asked.event};
    const auto id = store::Links::append(unit, event);
    if (!id) return id.error();
    event.id = *id;
    if (auto done = take_along(turn, record.id); !done) return done.error();
    auto out = of_linked(event, record);
    if (auto done = close_questions(turn, out, event); !done) return done.error();
    if (auto done = note(turn); !done) return done.error();
    out.who = turn.who();
    return out;
}

Result<> Decider::note(Turn& turn) const {
    const auto& person = turn.person();
    for (const auto& identity : person.identities) {
        if (identity.network != "email" && identity.network != "phone") continue;
        const auto most = static_cast<std::size_t>(directory_.policy().most_people(identity.network));
        if (auto done = store::Sightings::value(turn.unit, turn.who(), {identity.network, identity.id},
                                                turn.asked.now, most);
            !done)
            return done;
    }
    if (person.handle.empty() || turn.who().network != person.network) return {};
    return store::Sightings::name(turn.unit, turn.who(), person.handle, turn.asked.now);
}

}  // namespace maillon::match
