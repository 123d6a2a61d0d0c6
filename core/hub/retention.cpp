#include "core/hub/retention.h"

#include "core/store/dead_letters.h"
#include "core/store/replays.h"
#include "core/store/runs.h"
#include "core/store/seals.h"
#include "core/store/state.h"

#include <algorithm>

namespace maillon::hub {
namespace {

constexpr std::size_t kAtOnce = 200;
/// Counted by a reader; the writer then only adds.
constexpr std::size_t kSealedAtOnce = 5'000;

/// Until a unit finds less than it might have removed, or nobody waits for the next one.
template <class Forget>
Result<> forget_all(db::Database& database, const std::stop_token& stop, const Forget& forget) {
    while (!stop.stop_requested()) {
        std::int64_t gone = 0;
        auto done = database.run([&](db::Unit& unit) -> Result<> {
            auto count = forget(unit);
            if (!count) return count.error();
            gone = *count;
            return {};
        });
        if (!done) return done;
        if (gone < static_cast<std::int64_t>(kAtOnce)) return {};
    }
    return {};
}

}  // namespace

Result<EventSeq> Retention::last_free() {
    EventSeq out{};
    auto done = parts_.database.read([&](db::Reader& reader) -> Result<> {
        auto routed = store::Positions::get(reader, store::Positions::kRouted);
        if (!routed) return routed.error();
        auto needed = store::Runs::first_event_needed(reader);
        if (!needed) return needed.error();
        out = routed->value_or(EventSeq{});
        if (*needed) out = std::min(out, EventSeq{(*needed)->value() - 1});
        auto sealed = store::Seals::events_up_to(reader);
        if (!sealed) return sealed.error();
        out = std::min(out, *sealed);
        return {};
    });
    if (!done) return done.error();
    return out;
}

Result<> Retention::seal(const std::stop_token& stop) {
    for (RunId after{}; !stop.stop_requested();) {
        auto due = parts_.database.read(
            [&](db::Reader& reader) { return store::Seals::due(reader, after, kSealedAtOnce); });
        if (!due) return due.error();
        if (!due->is_empty()) {
            auto done = parts_.database.run([&](db::Unit& unit) { return store::Seals::seal(unit, *due); });
            if (!done) return done;
        }
        if (!due->more) return {};
        after = due->next_open;
    }
    return {};
}

Result<> Retention::tick(const std::stop_token& stop) {
    if (auto sealed = seal(stop); !sealed) return sealed;
    const auto now = parts_.clock.now();
    const auto& keep = parts_.keep;
    auto done = forget_all(parts_.database, stop, [&](db::Unit& unit) {
        return store::Runs::forget(unit, now - keep.traces, kAtOnce);
    });
    if (!done) return done;
    done = forget_all(parts_.database, stop, [&](db::Unit& unit) {
        return store::DeadLetters::forget(unit, now - keep.dead_letters, kAtOnce);
    });
    if (!done) return done;
    done = forget_all(parts_.database, stop, [&](db::Unit& unit) {
        return store::Replays::forget(unit, now - keep.dead_letters, kAtOnce);
    });
    if (!done) return done;
    const auto up_to = last_free();
    if (!up_to) return up_to.error();
    return forget_all(parts_.database, stop, [&](db::Unit& unit) -> Result<std::int64_t> {
        auto gone = parts_.journal.forget(unit, {now - keep.events, *up_to, now}, kAtOnce);
        if (!gone) return gone.error();
        if (auto noted = store::Seals::note_forgotten(unit, gone->by_connector); !noted) return noted.error();
        return gone->events;
    });
}

}  // namespace maillon::hub
