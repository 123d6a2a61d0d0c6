#include "core/hub/hub_parts.h"
#include "core/store/books.h"

/// How the running hub looks at itself.
namespace maillon::hub {
namespace {

/// Longer than a call into a connector may take, and what it takes to notice that.
constexpr std::chrono::seconds kCallPatience{90};
/// The router and the writer wait for nobody but the disk.
constexpr std::chrono::seconds kOwnPatience{60};

}  // namespace

void Hub::Parts::watch_progress() {
    watchdog.emplace(clock, log, health, metrics);
    // Who waits for the writer does not hang while that has the store written anew, however long it takes.
    const auto watch = [this](const std::string& kind, const std::string& name,
                              std::chrono::milliseconds patience, bool is_vital, Watchdog::Look look) {
        watchdog->watch(kind, name, patience, is_vital, [this, look = std::move(look)] {
            auto beat = look();
            beat.progress += database->counters().compaction_work;
            return beat;
        });
    };
    watch("writer", "", kOwnPatience, true, [this]() -> Watchdog::Beat {
        const auto counters = database->counters();
        // Without a connection the store's own line tells what is wrong, and a restart would not help.
        const bool has_work = database->queued() > 0 && database->trouble().empty();
        return {has_work, counters.units + counters.failed_units};
    });
    watch("router", "", kOwnPatience, true, [this]() -> Watchdog::Beat {
        const auto state = engine->state();
        return {!state.idle && state.trouble.empty() && database->trouble().empty(), state.turns};
    });
    for (const auto& [name, lane] : lanes)
        watch("source", name, kCallPatience, false, [&lane = *lane]() -> Watchdog::Beat {
            return {lane.is_busy(), lane.calls_done(), lane.state().doing};
        });
    for (const auto& state : deliver->states())
        watch("sink", state.instance, kCallPatience, false,
              [this, name = state.instance] { return beat_of_sink(name); });
}

Watchdog::Beat Hub::Parts::beat_of_sink(const std::string& name) {
    for (const auto& state : deliver->states()) {
        if (state.instance != name) continue;
        const bool is_due = state.paused.empty() && state.next && *state.next <= clock.now();
        return {state.trying > 0 || is_due, state.turns, state.doing};
    }
    return {};
}

void Hub::Parts::watch_sinks() {
    for (const auto& state : deliver->states()) {
        auto found = sink_health.find(state.instance);
        if (found == sink_health.end())
            found = sink_health.emplace(state.instance, health.component("calls." + state.instance)).first;
        if (state.trouble.empty())
            found->second.ok();
        else
            found->second.failing(state.trouble);
    }
}

/// The books are right at every commit, so whenever one looks.
Result<> Hub::Parts::look_after_books() {
    const auto wrong = database->read([](db::Reader& reader) { return store::Books::check(reader); });
    if (!wrong) return wrong.error();
    if (wrong->empty()) {
        books_health->ok();
        return {};
    }
    books_health->failing("the books do not balance: " + wrong->front());
    return internal("the books do not balance: " + wrong->front() + "; see: maillon ledger");
}

}  // namespace maillon::hub
