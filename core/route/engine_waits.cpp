#include "core/route/engine.h"

#include <algorithm>

namespace maillon::route {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kWakeAtOnce = 256;
constexpr milliseconds kAfterTrouble{1'000};
/// While something is to happen at a moment of the wall clock, which may be set at any time.
constexpr milliseconds kShortest{50}, kLongest{1'000};

}  // namespace

milliseconds Engine::pause() const {
    if (!timers_.empty() || page_due_ || unmatched_.count > 0) return kShortest;
    if (next_wake_) return std::clamp(*next_wake_ - parts_.clock.now(), kShortest, kLongest);
    return std::chrono::seconds{10};
}

bool Engine::is_wake_due() const {
    return next_wake_ && !waking_ && parts_.clock.now() >= *next_wake_ && !(is_full() && making_room_);
}

void Engine::wake_due() {
    if (is_full()) return make_room();
    waking_ = true;
    auto next = std::make_shared<std::optional<TimePoint>>();
    const auto now = parts_.clock.now();
    const auto room = std::min(kWakeAtOnce, parts_.plan->max_runs - runs_.size());
    submit_wake(
        [next, now, room](db::Unit& unit) -> Result<std::vector<store::RunRow>> {
            auto rows = route::wake_due(unit, now, room);
            if (!rows) return rows.error();
            auto left = store::Runs::next_wake(unit);
            if (!left) return left.error();
            *next = *left;
            return rows;
        },
        [this, next, now](const Result<>& done) {
            waking_ = false;
            next_wake_ = done ? *next : now + kAfterTrouble;
        });
}

void Engine::submit_wake(Wake wake, std::function<void(Result<>)> then) {
    auto rows = std::make_shared<std::vector<store::RunRow>>();
    ++in_flight_;
    parts_.database.submit(
        [rows, wake = std::move(wake)](db::Unit& unit) -> Result<> {
            auto woken = wake(unit);
            if (!woken) return woken.error();
            *rows = std::move(*woken);
            return {};
        },
        [this, rows, then = std::move(then)](const Result<>& done) {
            post([this, rows, then, done] {
                --in_flight_;
                if (!done) trouble(done.error());
                then(done);
                if (done) revive(*rows);
            });
        });
}

void Engine::revive(const std::vector<store::RunRow>& rows) {
    for (const auto& row : rows) {
        auto run = run_of(row);
        if (run)
            admit(std::move(*run));
        else
            give_up(row, run.error());
    }
}

void Engine::give_up(const store::RunRow& row, const Fault& fault) {
    const bool may_pass = fault.kind == FaultKind::retry || fault.kind == FaultKind::not_connected ||
                          fault.kind == FaultKind::cancelled;
    if (!may_pass) return abandon(row, fault);
    trouble(fault);
    begin_paging();
    scan_again();  // it stays in the store and is found there
}

void Engine::abandon(const store::RunRow& row, const Fault& fault) {
    // Until that is written, the store shows it as before.
    if (runs_.contains(row.id) || !abandoned_.insert(row.id).second) return;
    parts_.log.error("route.abandoned", {{"run", row.id.value()}, {"reason", fault.what}});
    const auto effects = std::make_shared<Effects>();
    submit_wake(
        [this, row, fault, effects](db::Unit& unit) -> Result<std::vector<store::RunRow>> {
            if (auto done = machine_.abandon(unit, row, fault, *effects); !done) return done.error();
            return std::vector<store::RunRow>{};
        },
        [this, row, fault, effects](const Result<>& done) {
            abandoned_.erase(row.id);
            if (!done) return after(kAfterTrouble, [this, row, fault] { abandon(row, fault); });
            for (const auto& claim : effects->freed) wake_waiters(claim);
            // Those behind it in the store may go now.
            if (paging_) scan_again();
            if (row.replay.is_set() && parts_.on_replayed) parts_.on_replayed();
        });
}

void Engine::take_over(std::vector<RunId> ids) {
    post([this, ids = std::move(ids)] {
        for (const auto id : ids) {
            if (const auto row = ready_row(id)) revive({*row});
        }
    });
}

std::optional<store::RunRow> Engine::ready_row(RunId id) {
    auto row = parts_.database.read([&](db::Reader& reader) { return store::Runs::by_id(reader, id); });
    if (!row) {
        trouble(row.error());
        begin_paging();
        scan_again();  // it stays in the store and is found there
        return std::nullopt;
    }
    const bool is_ready = *row && (*row)->state == store::RunState::ready;
    return is_ready ? std::move(*row) : std::nullopt;
}

template <class Id, class Word>
Result<> Engine::take_word(Id id, const Word& word) {
    store::RunRow row;
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        auto woken = route::decide(unit, id, word, parts_.clock.now());
        if (!woken) return woken.error();
        row = std::move(*woken);
        return {};
    });
    if (!done) return done;
    take_over({row.id});
    return {};
}

Result<> Engine::decide(ApprovalId id, const Decision& decision) {
    return take_word(id, decision);
}

Result<> Engine::decide(CallId id, const store::Verdict& verdict) {
    return take_word(id, verdict);
}

Result<> Engine::relink(const std::function<Result<>(Linking&)>& work) {
    std::vector<store::RunRow> woken;
    std::vector<store::ClassRecord> suspended;
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        Linking linking({unit, parts_.journal, parts_.plan.get(), parts_.clock.now()});
        if (auto worked = work(linking); !worked) return worked;
        woken = std::move(linking.woken);
        suspended = std::move(linking.suspended);
        return {};
    });
    if (!done) return done;
    for (const auto& one : suspended) {
        parts_.log.warning(
            "match.class_suspended",
            {{"directory", one.directory}, {"class", one.name}, {"right", one.right}, {"wrong", one.wrong}});
    }
    wake();
    std::vector<RunId> ids;
    for (const auto& row : woken) ids.push_back(row.id);
    take_over(std::move(ids));
    return {};
}

void Engine::conversation_changed(ConversationId talk) {
    post([this, talk] {
        submit_wake([this, talk](db::Unit& unit) { return wake_watchers(unit, talk, parts_.clock.now()); },
                    [this, talk](const Result<>& done) {
                        if (!done) after(kAfterTrouble, [this, talk] { conversation_changed(talk); });
                    });
    });
}

}  // namespace maillon::route
