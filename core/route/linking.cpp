#include "core/route/linking.h"

#include "core/base/text.h"
#include "core/match/bans.h"
#include "core/match/precision.h"
#include "core/route/waiting.h"
#include "core/store/directory.h"

#include <algorithm>
#include <iterator>

namespace maillon::route {
namespace {

using store::Identity;
using store::LinkEvent;
using store::LinkKind;
using store::Links;
using store::Review;
using store::ReviewKind;
using store::ReviewState;

Fault missing(std::string what) {
    return {FaultKind::unsupported, std::move(what), {}};
}

std::string by_whom(const std::string& by) {
    return by.empty() ? "somebody" : by;
}

std::vector<std::string> candidates_of(const Review& review) {
    std::vector<std::string> out;
    const auto list = Json::parse(review.candidates);
    if (!list || !list->element().is_array()) return out;
    const simdjson::dom::array items = list->element().get_array().value_unsafe();
    for (const auto one : items) {
        if (one.is_string()) out.emplace_back(one.get_string().value_unsafe());
    }
    return out;
}

ReviewState state_of(ReviewAnswer::Word word) {
    switch (word) {
        case ReviewAnswer::Word::accept: return ReviewState::accepted;
        case ReviewAnswer::Word::reject: return ReviewState::rejected;
        case ReviewAnswer::Word::is_new: break;
    }
    return ReviewState::is_new;
}

std::string_view word_of(ReviewState state) {
    return db::kWords<ReviewState>[static_cast<std::size_t>(state)];
}

/// The record that is meant; a Fault when that cannot be told.
Result<std::string> meant(const Review& review, const ReviewAnswer& answer) {
    if (answer.word != ReviewAnswer::Word::accept || !answer.record.empty()) return answer.record;
    const auto candidates = candidates_of(review);
    if (candidates.size() == 1 || review.kind == ReviewKind::sample || review.kind == ReviewKind::full)
        return candidates.empty() ? std::string() : candidates.front();
    return rejected("say which record it is: " + enumerate(candidates));
}

}  // namespace

Result<const match::DirectoryKeys*> Linking::keys_of(const std::string& directory) const {
    if (!parts_.plan) return internal("no configuration says what the directory '" + directory + "' is");
    const auto found = parts_.plan->directories.find(directory);
    if (found == parts_.plan->directories.end())
        return missing("there is no directory '" + directory + "' in the configuration");
    return found->second.get();
}

Result<std::string> Linking::ban(const std::string& directory, const Identity& who, const Json& person,
                                 const std::string& record, const std::string& before) const {
    const auto keys = keys_of(directory);
    if (!keys) return keys.error();
    const auto there = store::Directory::get(parts_.unit, directory, record);
    if (!there) return there.error();
    return match::known_keys(parts_.unit, {who, match::person_of(person, **keys),
                                           there->value_or(store::DirectoryRecord{}), before});
}

Result<> Linking::have(const std::string& directory, const std::string& record) const {
    if (auto keys = keys_of(directory); !keys) return keys.error();
    const auto there = store::Directory::get(parts_.unit, directory, record);
    if (!there) return there.error();
    if (*there) return {};
    return missing("directory '" + directory + "' has no record '" + record + "'");
}

Result<Linking::Answered> Linking::answer(store::ReviewId id, const ReviewAnswer& answer) {
    const auto found = store::Reviews::by_id(parts_.unit, id);
    if (!found) return found.error();
    if (!*found) return missing("there is no question " + std::to_string(id.value()));
    auto review = **found;
    const auto record = meant(review, answer);
    if (!record) return record.error();
    const auto state = state_of(answer.word);
    if (review.state != ReviewState::open) {
        if (review.state == state && (state != ReviewState::accepted || review.record == *record))
            return Answered{std::move(review), true};
        const auto what = review.state == ReviewState::superseded
                              ? "needs no answer any more: " + review.note
                              : "was answered by " + by_whom(review.decided_by) +
                                    " before: " + std::string(word_of(review.state)) +
                                    (review.record.empty() ? "" : " " + review.record);
        return Fault{FaultKind::conflict, "question " + std::to_string(id.value()) + ' ' + what, {}};
    }
    review.state = state;
    review.decided = parts_.now;
    review.decided_by = by_whom(answer.saying.by);
    review.record = *record;
    review.note = answer.saying.note;
    const auto closed = store::Reviews::close(parts_.unit, review);
    if (!closed) return closed.error();
    if (auto done = apply(review, answer, *record); !done) return done.error();
    if (auto done = wake(id); !done) return done.error();
    return Answered{std::move(review), false};
}

Result<> Linking::apply(const Review& review, const ReviewAnswer& answer, const std::string& record) {
    if (review.kind == ReviewKind::sample)
        return judge_sample(review, answer.word == ReviewAnswer::Word::accept, answer.saying);
    if (answer.word == ReviewAnswer::Word::accept)
        return link(review.directory, review.identity, record,
                    {answer.saying.by, answer.saying.note, review.event});
    if (review.kind == ReviewKind::moved) {
        // It is neither's: whoever had it loses it.
        const auto words = Links::of_identity(parts_.unit, review.directory, review.identity);
        if (!words) return words.error();
        for (const auto& word : *words) {
            if (!word.is_linked()) continue;
            if (auto done = take_off(word, "review", answer.saying); !done) return done;
        }
    }
    for (const auto& candidate : candidates_of(review)) {
        if (auto done = forbid(review, candidate, answer.saying); !done) return done;
    }
    if (answer.word != ReviewAnswer::Word::is_new) return {};
    LinkEvent nobody{.at = parts_.now,
                     .directory = review.directory,
                     .identity = review.identity,
                     .rule = "review",
                     .decided_by = by_whom(answer.saying.by),
                     .event = review.event};
    return tell(kPersonNew, nobody, false, &review);
}

Result<> Linking::forbid(const Review& review, const std::string& record, const Saying& saying) {
    const auto json = Json::parse(review.person);
    auto keys = ban(review.directory, review.identity, json ? *json : Json(), record, {});
    if (!keys) return keys.error();
    const auto done = Links::append(parts_.unit, {.at = parts_.now,
                                                  .kind = LinkKind::reject,
                                                  .directory = review.directory,
                                                  .identity = review.identity,
                                                  .record = record,
                                                  .rule = "review",
                                                  .evidence_class = review.evidence_class,
                                                  .probability = review.probability,
                                                  .verdict = review.verdict,
                                                  .decided_by = by_whom(saying.by),
                                                  .note = saying.note,
                                                  .keys = std::move(*keys),
                                                  .event = review.event});
    if (!done) return done.error();
    return {};
}

Result<> Linking::judge_sample(const Review& review, bool was_right, const Saying& saying) {
    if (auto done = count(review, was_right); !done) return done;
    const auto words = Links::of_identity(parts_.unit, review.directory, review.identity);
    if (!words) return words.error();
    const auto candidates = candidates_of(review);
    for (const auto& word : *words) {
        if (candidates.empty() || !word.is_linked() || word.record != candidates.front()) continue;
        if (!was_right) return unlink(review.directory, review.identity, word.record, saying);
        auto confirmed = word;
        confirmed.kind = LinkKind::confirm;
        confirmed.at = parts_.now;
        confirmed.decided_by = by_whom(saying.by);
        confirmed.note = saying.note;
        confirmed.rests_on.clear();
        const auto done = Links::append(parts_.unit, confirmed);
        if (!done) return done.error();
    }
    return {};
}

Result<> Linking::count(const Review& review, bool was_right) {
    auto record = store::Classes::get(parts_.unit, review.directory, review.evidence_class);
    if (!record) return record.error();
    ++(was_right ? record->right : record->wrong);
    if (!record->suspended && match::is_to_be_suspended(*record)) {
        record->suspended = parts_.now;
        suspended.push_back(*record);
    }
    return store::Classes::put(parts_.unit, *record);
}

Result<> Linking::link(const std::string& directory, const Identity& who, const std::string& record,
                       const Saying& saying) {
    if (auto done = have(directory, record); !done) return done;
    const auto words = Links::of_identity(parts_.unit, directory, who);
    if (!words) return words.error();
    LinkEvent event{.at = parts_.now,
                    .kind = LinkKind::confirm,
                    .directory = directory,
                    .identity = who,
                    .record = record,
                    .rule = "person",
                    .evidence_class = "person",
                    .probability = 1,
                    .decided_by = by_whom(saying.by),
                    .note = saying.note,
                    .event = saying.event};
    for (const auto& word : *words) {
        if (word.record == record && word.kind == LinkKind::confirm) return {};
        if (!word.is_linked() || word.record == record) continue;
        // One person is one record of a directory.
        if (auto done = take_off(word, "linked with " + record, saying); !done) return done;
    }
    const bool was_linked = std::ranges::any_of(
        *words, [&](const LinkEvent& word) { return word.record == record && word.is_linked(); });
    const auto id = Links::append(parts_.unit, event);
    if (!id) return id.error();
    event.id = *id;
    if (auto done = close_others(directory, who, record, saying); !done) return done;
    if (was_linked) return {};
    return tell(kLinkAdded, event);
}

Result<> Linking::close_others(const std::string& directory, const Identity& who, const std::string& record,
                               const Saying& saying) {
    const auto questions = store::Reviews::open_of(parts_.unit, directory, who);
    if (!questions) return questions.error();
    for (const auto& question : *questions) {
        const auto closed = store::Reviews::close(parts_.unit, {.id = question.id,
                                                                .state = ReviewState::superseded,
                                                                .decided = parts_.now,
                                                                .decided_by = by_whom(saying.by),
                                                                .record = record,
                                                                .note = "linked with " + record});
        if (!closed) return closed.error();
        if (auto done = wake(question.id); !done) return done;
    }
    return {};
}

Result<> Linking::unlink(const std::string& directory, const Identity& who, const std::string& record,
                         const Saying& saying) {
    if (auto keys = keys_of(directory); !keys) return keys.error();
    const auto words = Links::of_identity(parts_.unit, directory, who);
    if (!words) return words.error();
    for (const auto& word : *words) {
        const auto standing = Links::standing_for(parts_.unit, directory, word.record);
        if (!standing) return standing.error();
        if (word.record != record && *standing != record) continue;
        if (word.forbids()) return {};
        if (!word.is_linked()) continue;
        return take_off(word, "person", {by_whom(saying.by), saying.note});
    }
    return missing(who.text() + " is not linked with '" + record + "' in directory '" + directory + "'");
}

Result<> Linking::take_off(const LinkEvent& link, const std::string& rule, const Saying& saying,
                           bool is_replay) {
    LinkEvent event = link;
    event.at = parts_.now;
    event.kind = LinkKind::unlink;
    event.rule = rule;
    event.decided_by = saying.by;
    event.note = saying.note;
    event.verdict.clear();
    if (!saying.by.empty()) {
        auto keys =
            ban(link.directory, link.identity, match::person_behind(link.identity), link.record, link.keys);
        if (!keys) return keys.error();
        event.keys = std::move(*keys);
    }
    if (auto done = say(kLinkRemoved, std::move(event), is_replay); !done) return done;
    return recompute(link.directory, link.record);
}

Result<> Linking::recompute(const std::string& directory, const std::string& record) {
    const auto links = Links::of_record(parts_.unit, directory, record);
    if (!links) return links.error();
    for (const auto& link : *links) {
        if (link.rests_on.empty()) continue;
        const bool stands = std::ranges::any_of(
            *links, [&](const LinkEvent& other) { return other.identity.text() == link.rests_on; });
        // It goes through what is left once more, so the rest is done when it comes back.
        if (!stands) return take_off(link, link.rests_on + " is no longer linked", {});
    }
    return {};
}

Result<> Linking::say(std::string_view type, LinkEvent event, bool is_replay) {
    const auto id = Links::append(parts_.unit, event);
    if (!id) return id.error();
    event.id = *id;
    return tell(type, event, is_replay);
}

Result<> Linking::say_of_two(LinkKind kind, const std::string& directory, const std::string& record,
                             const std::string& other, const Saying& saying) {
    return say(kind == LinkKind::merge ? kMergeProposed : kMergeUndone,
               {.at = parts_.now,
                .kind = kind,
                .directory = directory,
                .record = record,
                .other = other,
                .rule = "person",
                .decided_by = by_whom(saying.by),
                .note = saying.note},
               true);
}

Result<> Linking::merge(const std::string& directory, const std::string& record, const std::string& other,
                        const Saying& saying) {
    if (record == other) return rejected("a record cannot be merged with itself");
    for (const auto& one : {record, other}) {
        if (auto done = have(directory, one); !done) return done;
    }
    const auto now_of_other = Links::standing_for(parts_.unit, directory, other);
    if (!now_of_other) return now_of_other.error();
    if (*now_of_other == record) return {};
    if (*now_of_other != other)
        return Fault{FaultKind::conflict,
                     "'" + other + "' is merged into '" + *now_of_other + "': split them first",
                     {}};
    const auto now_of_record = Links::standing_for(parts_.unit, directory, record);
    if (!now_of_record) return now_of_record.error();
    if (*now_of_record != record)
        return rejected("'" + record + "' is itself merged into '" + *now_of_record + "': name that one");
    return say_of_two(LinkKind::merge, directory, record, other, saying);
}

Result<> Linking::split(const std::string& directory, const std::string& record, const std::string& other,
                        const Saying& saying) {
    if (auto keys = keys_of(directory); !keys) return keys.error();
    const auto merged = Links::merged_into(parts_.unit, directory, record);
    if (!merged) return merged.error();
    const auto found = std::ranges::find(*merged, other, &LinkEvent::other);
    if (found == merged->end()) {
        const auto history = Links::history_of_record(parts_.unit, directory, other);
        if (!history) return history.error();
        const bool was_split = std::ranges::any_of(*history, [&](const LinkEvent& event) {
            return event.kind == LinkKind::split && event.record == record && event.other == other;
        });
        if (was_split) return {};
        return missing("'" + other + "' is not merged into '" + record + "' in directory '" + directory +
                       "'");
    }
    return say_of_two(LinkKind::split, directory, record, other, saying);
}

Result<> Linking::gone(const std::string& directory, const std::string& record) {
    const auto links = Links::of_record(parts_.unit, directory, record);
    if (!links) return links.error();
    for (const auto& link : *links) {
        LinkEvent event = link;
        event.at = parts_.now;
        event.kind = LinkKind::unlink;
        event.rule = "record gone";
        event.decided_by.clear();
        event.verdict.clear();
        if (auto done = say(kLinkRemoved, std::move(event), true); !done) return done;
    }
    return {};
}

Result<> Linking::wake(store::ReviewId review) {
    auto rows = wake_reviewers(parts_.unit, review, parts_.now);
    if (!rows) return rows.error();
    std::ranges::move(*rows, std::back_inserter(woken));
    return {};
}

}  // namespace maillon::route
