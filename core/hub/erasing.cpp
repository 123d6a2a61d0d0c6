#include "core/hub/erasing.h"

#include "core/event/json_text.h"
#include "core/store/matching_rows.h"
#include "core/store/state.h"
#include "core/store/texts.h"

#include <boost/json/parse.hpp>

#include <thread>

namespace maillon::hub {
namespace {

namespace json = boost::json;
using store::ErasureState;

constexpr std::size_t kEventsAtOnce = 20, kTextsAtOnce = 200;
/// Each look finds what the one before has brought to light; more than these are not needed.
constexpr int kMostPasses = 8;
constexpr int kMostCompactions = 20;
constexpr std::chrono::milliseconds kAfterReaders{250};
/// A try writes the whole file anew, and meanwhile nothing else is written.
constexpr std::chrono::minutes kAfterCompaction{1};
/// The person behind an erasure that is made again is looked for by the digests.
constexpr std::string_view kUnknownPerson = "?";

Figures figures_of(const std::string& report) {
    Figures out;
    json::error_code error;
    const auto value = json::parse(report.empty() ? "{}" : report, error);
    if (error || !value.is_object()) return out;
    for (const auto& [name, number] : value.as_object()) out[name] = number.to_number<std::int64_t>();
    return out;
}

std::string text_of(const Figures& figures) {
    json::object out;
    for (const auto& [name, number] : figures) out[name] = number;
    return json_text(out);
}

void add(Figures& to, const store::Removed& removed) {
    to["events"] += removed.events;
    to["runs"] += removed.runs;
    to["runs_ended"] += removed.runs_ended;
    to["steps"] += removed.steps;
    to["calls"] += removed.calls;
    to["approvals"] += removed.approvals;
    to["dead_letters"] += removed.letters;
    to["edits"] += removed.edits;
    to["conversations"] += removed.conversations;
    to["claims"] += removed.claims;
}

}  // namespace

Masking masking_of(const Person& person, const Needles& needles) {
    return {.text = [&needles](std::string& text) { return needles.mask(text); },
            .is_them = [&person](const People::Told& told) { return person.is(told.group); }};
}

Result<store::ErasureRow> Erasing::begin(const Person& person, const std::string& who, std::string reason) {
    auto stones = parts_.erased.stones_of(person);
    if (!stones) return stones.error();
    // A reason may name them, too.
    Needles(person).mask_about_them(reason);
    const auto now = parts_.clock.now();
    store::ErasureRow row{.person = json_text(person.to_json()),
                          .report = "{}",
                          .who = who,
                          .reason = std::move(reason),
                          .created = now,
                          .updated = now};
    auto done = parts_.erased.add(std::move(*stones), [&](db::Unit& unit) -> Result<store::ErasureId> {
        auto id = store::Erasures::insert(unit, row);
        if (id) row.id = *id;
        return id;
    });
    if (!done) return done.error();
    return row;
}

Result<std::optional<store::ErasureRow>> Erasing::begin_again() {
    const auto missing = parts_.erased.missing();
    if (missing.empty()) return std::optional<store::ErasureRow>{};
    const auto now = parts_.clock.now();
    store::ErasureRow row{.person = std::string(kUnknownPerson),
                          .report = "{}",
                          .who = "hub",
                          .reason = "erased before; the store was brought back from before that",
                          .created = now,
                          .updated = now};
    auto done = parts_.erased.add(missing, [&](db::Unit& unit) -> Result<store::ErasureId> {
        auto id = store::Erasures::insert(unit, row);
        if (id) row.id = *id;
        return id;
    });
    if (!done) return done.error();
    return std::optional(std::move(row));
}

Result<> Erasing::keep(store::ErasureRow& row, const std::function<Result<>(db::Unit&, Figures&)>& work) {
    auto next = row;
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        auto figures = figures_of(row.report);
        if (auto worked = work(unit, figures); !worked) return worked;
        next.report = text_of(figures);
        next.updated = parts_.clock.now();
        return store::Erasures::update(unit, next);
    });
    if (done) row = std::move(next);
    return done;
}

Result<store::ErasureRow> Erasing::finish(store::ErasureRow row) {
    if (row.state == ErasureState::removing) {
        PersonSearch search({parts_.database, parts_.journal, parts_.people, parts_.progress});
        if (row.person == kUnknownPerson) {
            auto found =
                search.all_who([&](const Group& group) { return parts_.erased.whose(group) == row.id; });
            if (!found) return found.error();
            if (auto done = search.add_things(*found); !done) return done.error();
            row.person = json_text(found->to_json());
        }
        const auto person = Person::from_json(row.person);
        if (!person) return person.error();
        for (int passes = 0;; ++passes) {
            if (passes == kMostPasses)
                return retry("the person keeps coming up in runs that are under way; it is tried again");
            auto found = pass(row, *person);
            if (!found) return found.error();
            if (*found == 0) break;
        }
        row.state = ErasureState::compacting;
        // From here on nobody needs to know who it was.
        row.person.clear();
        auto done = keep(row, [](db::Unit&, Figures&) -> Result<> { return {}; });
        if (!done) return done.error();
    }
    if (auto done = compact(row); !done) return done.error();
    return row;
}

Result<std::int64_t> Erasing::pass(store::ErasureRow& row, const Person& person) {
    std::int64_t found = 0;
    // What goes altogether goes first: masked before, it would count as a text of somebody else.
    for (const auto work : {&Erasing::empty_events, &Erasing::remove_records, &Erasing::mask_texts}) {
        auto more = (this->*work)(row, person);
        if (!more) return more;
        found += *more;
    }
    return found;
}

Result<std::vector<Event>> Erasing::family(const Event& event) {
    std::vector<Event> out{event};
    for (std::size_t at = 0; at < out.size(); ++at) {
        auto children = parts_.database.read(
            [&](db::Reader& reader) { return store::Removal::children(reader, out[at]); });
        if (!children) return children.error();
        for (const auto seq : *children) {
            auto child = parts_.journal.by_seq(seq);
            if (!child) return child.error();
            if (*child && !store::Removal::is_done(**child)) out.push_back(std::move(**child));
        }
    }
    return out;
}

Result<> Erasing::empty(store::ErasureRow& row, const std::vector<Event>& events,
                        std::vector<Event>* moving) {
    return keep(row, [&](db::Unit& unit, Figures& figures) -> Result<> {
        for (const auto& event : events) {
            if (moving) {
                auto moves = store::Removal::may_move(unit, event.seq);
                if (!moves) return moves.error();
                if (*moves) moving->push_back(event);
                if (*moves) continue;
            }
            auto removed = store::Removal::event(unit, event, parts_.clock.now());
            if (!removed) return removed.error();
            add(figures, *removed);
        }
        return {};
    });
}

Result<std::int64_t> Erasing::empty_events(store::ErasureRow& row, const Person& person) {
    PersonSearch search({parts_.database, parts_.journal, parts_.people, parts_.progress});
    std::int64_t found = 0;
    std::vector<Event> resting, moving;
    auto done = search.each_event(person, [&](const Event& event, Tie tie, const Needles&) -> Result<> {
        if (tie == Tie::mention) return {};
        auto all = family(event);
        if (!all) return all.error();
        found += static_cast<std::int64_t>(all->size());
        resting.insert(resting.end(), all->begin(), all->end());
        if (resting.size() < kEventsAtOnce) return {};
        const auto now = std::exchange(resting, {});
        return empty(row, now, &moving);
    });
    if (done && !resting.empty()) done = empty(row, resting, &moving);
    if (done && !moving.empty()) {
        const auto end_them = [&] { return empty(row, moving, nullptr); };
        done = parts_.in_quiet ? parts_.in_quiet(end_them) : end_them();
    }
    if (!done) return done.error();
    return found;
}

Result<std::int64_t> Erasing::mask_texts(store::ErasureRow& row, const Person& person) {
    const Needles needles(person);
    const auto masking = masking_of(person, needles);
    std::int64_t found = 0;
    for (const auto& column : store::Texts::columns()) {
        for (std::int64_t after = 0;;) {
            if (auto go = may_go_on(); !go) return go.error();
            auto page = parts_.database.read(
                [&](db::Reader& reader) { return store::Texts::page(reader, column, after, kTextsAtOnce); });
            if (!page) return page.error();
            std::vector<store::Texts::Row> masked;
            for (const auto& [id, text] : *page) {
                auto changed = text;
                if (needles.may_be_in(text) && mask_text(changed, masking))
                    masked.emplace_back(id, std::move(changed));
            }
            if (!masked.empty()) {
                auto done = keep(row, [&](db::Unit& unit, Figures& figures) -> Result<> {
                    for (const auto& [id, text] : masked) {
                        if (auto put = store::Texts::put(unit, column, id, text); !put) return put;
                    }
                    figures["texts_masked"] += static_cast<std::int64_t>(masked.size());
                    return {};
                });
                if (!done) return done.error();
                found += static_cast<std::int64_t>(masked.size());
            }
            if (page->size() < kTextsAtOnce) break;
            after = std::get<0>(page->back());
        }
    }
    auto state = mask_state(row, masking, needles);
    if (!state) return state;
    auto items = mask_items(row, masking, needles);
    if (!items) return items;
    return found + *state + *items;
}

Result<std::int64_t> Erasing::mask_state(store::ErasureRow& row, const Masking& masking,
                                         const Needles& needles) {
    std::int64_t found = 0;
    for (store::StateText after;;) {
        if (auto go = may_go_on(); !go) return go.error();
        auto page = parts_.database.read(
            [&](db::Reader& reader) { return store::StateTexts::page(reader, after, kTextsAtOnce); });
        if (!page) return page.error();
        for (const auto& text : *page) {
            const bool is_theirs = needles.is_in(text.key);
            if (!is_theirs && !needles.may_be_in(text.value)) continue;
            auto value = text.value;
            if (!is_theirs && !mask_text(value, masking)) continue;
            auto done = keep(row, [&](db::Unit& unit, Figures& figures) -> Result<> {
                ++figures["connector_state"];
                if (!is_theirs) return store::PluginState::set(unit, text.instance, text.key, value);
                auto gone = store::PluginState::remove(unit, text.instance, text.key);
                if (!gone) return gone.error();
                return {};
            });
            if (!done) return done.error();
            ++found;
        }
        if (page->size() < kTextsAtOnce) return found;
        after = page->back();
    }
}

Result<std::int64_t> Erasing::mask_items(store::ErasureRow& row, const Masking& masking,
                                         const Needles& needles) {
    std::int64_t found = 0;
    for (store::ItemText after;;) {
        if (auto go = may_go_on(); !go) return go.error();
        auto page = parts_.database.read(
            [&](db::Reader& reader) { return store::ItemTexts::page(reader, after, kTextsAtOnce); });
        if (!page) return page.error();
        for (auto text : *page) {
            if (!needles.may_be_in(text.item) && !needles.may_be_in(text.key)) continue;
            const bool by_key = needles.mask(text.key);
            if (!mask_text(text.item, masking) && !by_key) continue;
            // What is done for an item is known by its key.
            if (by_key) text.key += '#' + std::to_string(text.position);
            auto done = keep(row, [&](db::Unit& unit, Figures& figures) -> Result<> {
                ++figures["texts_masked"];
                return store::ItemTexts::put(unit, text);
            });
            if (!done) return done.error();
            ++found;
        }
        if (page->size() < kTextsAtOnce) return found;
        after = page->back();
    }
}

Result<std::int64_t> Erasing::remove_records(store::ErasureRow& row, const Person& person) {
    std::int64_t found = 0;
    const auto work = [&](db::Unit& unit, Figures& figures) -> Result<> {
        const auto count = [&](const char* what, const Result<std::int64_t>& gone) -> Result<> {
            if (!gone) return gone.error();
            if (*gone > 0) figures[what] += *gone;
            found += *gone;
            return {};
        };
        Result<> done;
        for (const auto& one : person.identities) {
            auto matched = store::MatchingRows::remove(unit, one);
            if (!matched) return matched.error();
            done = count("links", matched->links);
            if (done) done = count("sightings", matched->sightings);
            if (done) done = count("reviews", matched->reviews);
            if (done && one.field.starts_with("record_")) {
                const auto directory = one.field.substr(7);
                auto gone = store::Directory::remove(unit, directory, one.value);
                if (!gone) return gone.error();
                done = count("records", static_cast<std::int64_t>(*gone));
                if (done) done = count("references", store::ValueRows::remove_refs(unit, one.value));
            }
            for (const auto& [directory, shape] : parts_.people.directories()) {
                if (!done) break;
                done = count("claims", store::ValueRows::remove_claims(unit, "person:" + directory,
                                                                       one.field + '=' + one.value));
                if (!done || !has_scope(one)) continue;
                done = count("claims",
                             store::ValueRows::remove_claims(unit, "person:" + directory,
                                                             without_scope(one).field + '=' + one.value));
            }
            if (!done) return done;
        }
        for (const auto& thing : person.things)
            if (done = count("references", store::ValueRows::remove_refs(unit, thing)); !done) return done;
        return {};
    };
    if (auto done = keep(row, work); !done) return done.error();
    for (const auto& one : person.identities) {
        if (parts_.on_removed && one.field.starts_with("record_"))
            parts_.on_removed(one.field.substr(7), one.value);
    }
    return found;
}

Result<> Erasing::may_go_on() const {
    if (!parts_.stop.stop_requested()) return {};
    return Fault{FaultKind::cancelled, "the hub is stopping", {}};
}

Result<> Erasing::compact(store::ErasureRow& row) {
    for (int tries = 0;; ++tries) {
        if (auto go = may_go_on(); !go) return go;
        auto done = parts_.database.compact();
        if (done && *done) break;
        if (done && tries == kMostCompactions)
            done = retry("a reader keeps the log of the database from being emptied");
        if (!done) {
            auto fault = done.error().in("the erased bytes are still in the database file");
            fault.retry_after = kAfterCompaction;
            return fault;
        }
        std::this_thread::sleep_for(kAfterReaders);
    }
    row.state = ErasureState::done;
    row.finished = parts_.clock.now();
    return keep(row, [](db::Unit&, Figures&) -> Result<> { return {}; });
}

}  // namespace maillon::hub
