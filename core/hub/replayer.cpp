#include "core/hub/replayer.h"

#include "core/base/time.h"
#include "core/store/removal.h"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace maillon::hub {
namespace {

namespace json = boost::json;
using store::ReplayState;

constexpr std::size_t kLookAt = 500;
constexpr std::size_t kEventsAtOnce = 64;
constexpr std::chrono::seconds kAfterTrouble{1};

Result<json::object> parse_object(const std::string& text) {
    json::error_code error;
    auto value = json::parse(text, error);
    if (error || !value.is_object()) return internal("what a replay is of cannot be read");
    return std::move(value.as_object());
}

}  // namespace

void Replayer::start() {
    thread_ = std::thread([this] { loop(); });
}

void Replayer::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        wake_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void Replayer::wake() {
    const std::scoped_lock lock(mutex_);
    woken_ = true;
    wake_.notify_all();
}

void Replayer::loop() {
    for (;;) {
        const auto more = step();
        if (!more) parts_.log.error("replay.trouble", {{"reason", more.error().what}});
        std::unique_lock lock(mutex_);
        if (more && !*more)
            wake_.wait(lock, [&] { return woken_ || stopping_; });
        else if (!more)
            wake_.wait_for(lock, kAfterTrouble, [&] { return stopping_; });
        if (stopping_) return;
        woken_ = false;
    }
}

Result<bool> Replayer::step() {
    auto open = parts_.database.read([](db::Reader& reader) { return store::Replays::open(reader); });
    if (!open) return open.error();
    if (open->empty()) return false;
    auto& row = open->front();
    if (row.id != at_hand_) {
        at_hand_ = row.id;
        moving_.clear();
        event_ = {};
        letter_ = {};
        seen_all_ = false;
    }
    if (row.state == ReplayState::choosing) return choose(std::move(row));
    return row.kind == store::ReplayKind::letters ? replay_letters(std::move(row))
                                                  : replay_events(std::move(row));
}

Result<> Replayer::keep(store::ReplayRow& row, const std::function<Result<>(db::Unit&)>& work) {
    return parts_.database.run([&](db::Unit& unit) -> Result<> {
        // Somebody may have stopped it meanwhile.
        const auto there = store::Replays::by_id(unit, row.id);
        if (!there) return there.error();
        if (!*there || (*there)->finished)
            return Fault{
                FaultKind::cancelled, "replay " + std::to_string(row.id.value()) + " was stopped", {}};
        if (auto done = work(unit); !done) return done;
        row.updated = parts_.clock.now();
        return store::Replays::update(unit, row);
    });
}

Result<bool> Replayer::choose(store::ReplayRow row) {
    const auto what = parse_object(row.what);
    if (!what) return what.error();
    const auto query = LetterQuery::from_json(*what, row.created);
    if (!query) return query.error();
    const auto page =
        query->page(parts_.database, parts_.journal, DeadLetterId{row.reached}, kLookAt, kLookAt);
    if (!page) return page.error();
    std::vector<DeadLetterId> ids;
    // Letters that came after the replay was asked for are not meant.
    for (const auto& letter : page->fit) {
        if (letter.at <= row.created) ids.push_back(letter.id);
    }
    row.reached = page->reached.value();
    if (row.reason.empty() && page->unclear > 0) row.reason = "'where' cannot be told of " + page->problem;
    if (page->is_last) row.state = ReplayState::running;
    auto done = keep(row, [&](db::Unit& unit) -> Result<> {
        auto taken = store::DeadLetters::take(unit, ids, row.id);
        if (!taken) return taken.error();
        row.chosen += *taken;
        return {};
    });
    if (!done) return done.error();
    return true;
}

Result<std::vector<store::DeadLetterRow>> Replayer::next_letters(const store::ReplayRow& row) {
    std::vector<store::DeadLetterRow> out;
    auto done = parts_.database.read([&](db::Reader& reader) -> Result<> {
        const auto moving = store::Runs::moving_of(reader, row.id);
        if (!moving) return moving.error();
        std::set<Key> now;
        for (const auto& [route, key] : *moving) now.emplace(route, key);
        for (const auto& key : moving_) {
            if (now.contains(key)) continue;
            auto next = store::DeadLetters::first_taken(reader, row.id, key.first, key.second);
            if (!next) return next.error();
            if (!*next) continue;
            out.push_back(std::move(**next));
            now.insert(key);
        }
        while (!seen_all_ && now.size() < kWindow) {
            auto page = store::DeadLetters::taken(reader, row.id, event_, letter_, kWindow);
            if (!page) return page.error();
            seen_all_ = page->size() < kWindow;
            for (auto& letter : *page) {
                if (now.size() >= kWindow) {
                    seen_all_ = false;
                    break;
                }
                event_ = letter.event;
                letter_ = letter.id;
                // Those of one key follow each other.
                if (now.emplace(letter.route, letter.key).second) out.push_back(std::move(letter));
            }
        }
        moving_ = std::move(now);
        return {};
    });
    if (!done) return done.error();
    return out;
}

Result<> Replayer::start_letter(db::Unit& unit, const store::DeadLetterRow& letter, store::ReplayRow& row,
                                std::vector<route::Run>& runs) {
    auto run = route::replay(unit, replay_parts(), letter.id, row);
    if (run) {
        ++row.started;
        runs.push_back(std::move(*run));
        return {};
    }
    const auto& fault = run.error();
    if (fault.kind != FaultKind::conflict && fault.kind != FaultKind::rejected) return fault;
    ++(fault.kind == FaultKind::conflict ? row.held_back : row.refused);
    if (row.reason.empty())
        row.reason = "dead letter " + std::to_string(letter.id.value()) + ": " + fault.what;
    return store::DeadLetters::give_back(unit, letter.id);
}

Result<bool> Replayer::replay_letters(store::ReplayRow row) {
    const auto before = std::tuple(moving_, event_, letter_, seen_all_);
    auto letters = next_letters(row);
    if (!letters) return letters.error();
    if (letters->empty()) {
        if (!seen_all_ || !moving_.empty()) return false;
        if (auto done = finish(std::move(row)); !done) return done.error();
        return true;
    }
    std::vector<route::Run> runs;
    auto done = keep(row, [&](db::Unit& unit) -> Result<> {
        runs.clear();
        for (const auto& letter : *letters) {
            if (auto started = start_letter(unit, letter, row, runs); !started) return started;
        }
        return {};
    });
    if (!done) {
        std::tie(moving_, event_, letter_, seen_all_) = before;
        if (done.error().kind == FaultKind::cancelled) return true;
        return done.error();
    }
    const bool some_stayed = runs.size() < letters->size();
    parts_.take_in(std::move(runs));
    // The next of their keys is looked for at once.
    return some_stayed || (!seen_all_ && moving_.size() < kWindow);
}

Result<bool> Replayer::replay_events(store::ReplayRow row) {
    const auto what = parse_object(row.what);
    if (!what) return what.error();
    const auto wish = EventsWish::from_json(*what);
    if (!wish) return wish.error();
    const auto moving =
        parts_.database.read([&](db::Reader& reader) { return store::Runs::moving_of(reader, row.id); });
    if (!moving) return moving.error();
    if (row.reached >= row.last) {
        if (!moving->empty()) return false;
        if (auto done = finish(std::move(row)); !done) return done.error();
        return true;
    }
    if (moving->size() >= kWindow) return false;
    auto events = next_events(*wish, row);
    if (!events) return events.error();
    std::vector<route::Run> runs;
    auto done = keep(row, [&](db::Unit& unit) -> Result<> {
        for (const auto& event : *events) {
            ++row.chosen;
            auto started = route::replay(unit, replay_parts(), event, wish->routes, row, row.started);
            if (!started) return started.error();
            std::move(started->begin(), started->end(), std::back_inserter(runs));
        }
        return {};
    });
    if (!done) {
        if (done.error().kind == FaultKind::cancelled) return true;
        return done.error();
    }
    parts_.take_in(std::move(runs));
    return true;
}

Result<std::vector<Event>> Replayer::next_events(const EventsWish& wish, store::ReplayRow& row) {
    std::vector<Event> out;
    if (!wish.events.empty()) {
        const auto first = std::ranges::upper_bound(wish.events, EventSeq{row.reached});
        for (auto seq = first; seq != wish.events.end() && out.size() < kEventsAtOnce; ++seq) {
            auto event = parts_.journal.by_seq(*seq);
            if (!event) return event.error();
            const bool is_there = *event && !store::Removal::is_done(**event);
            if (is_there) out.push_back(std::move(**event));
            if (!is_there) ++row.refused;
            row.reached = seq->value();
        }
        return out;
    }
    auto page = parts_.journal.read(EventSeq{row.reached}, kEventsAtOnce);
    if (!page) return page.error();
    if (page->empty()) row.reached = row.last;
    for (auto& event : *page) {
        if (event.seq.value() > row.last) {
            row.reached = row.last;
            break;
        }
        row.reached = event.seq.value();
        if (wish.takes(event)) out.push_back(std::move(event));
    }
    return out;
}

Result<> Replayer::finish(store::ReplayRow row) {
    row.state = ReplayState::done;
    row.finished = parts_.clock.now();
    auto done = keep(row, [](db::Unit&) -> Result<> { return {}; });
    if (!done && done.error().kind == FaultKind::cancelled) return {};
    if (done)
        parts_.log.info("replay.done", {{"replay", row.id.value()},
                                        {"runs", row.started},
                                        {"held_back", row.held_back},
                                        {"refused", row.refused}});
    return done;
}

}  // namespace maillon::hub
