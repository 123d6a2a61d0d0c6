#include "core/route/waiting.h"

#include "core/store/books.h"
#include "core/store/run_watches.h"

namespace maillon::route {
namespace {

/// What belongs to every waking besides the run's own row.
Result<> woken(db::Unit& unit, const store::RunRow& row) {
    if (auto done = store::RunWatches::drop(unit, row.id); !done) return done;
    if (auto done = store::Reviews::wait_no_more(unit, row.id); !done) return done;
    return store::Books::add(unit, row.route, store::RunBook{.waiting = -1, .in_flight = 1});
}

Result<std::vector<store::RunRow>> wake_all(db::Unit& unit, const std::vector<RunId>& runs, TimePoint now) {
    std::vector<store::RunRow> out;
    for (const auto id : runs) {
        auto row = store::Runs::wake(unit, id, now);
        if (!row) return row.error();
        if (!*row) continue;
        if (auto done = woken(unit, **row); !done) return done.error();
        out.push_back(std::move(**row));
    }
    return out;
}

}  // namespace

Result<std::vector<store::RunRow>> wake_due(db::Unit& unit, TimePoint now, std::size_t limit) {
    auto rows = store::Runs::wake_due(unit, now, limit);
    if (!rows) return rows.error();
    for (const auto& row : *rows) {
        if (auto done = woken(unit, row); !done) return done.error();
    }
    return rows;
}

Result<std::vector<store::RunRow>> wake_watchers(db::Unit& unit, ConversationId talk, TimePoint now) {
    const auto watchers = store::RunWatches::of(unit, talk);
    if (!watchers) return watchers.error();
    return wake_all(unit, *watchers, now);
}

Result<std::vector<store::RunRow>> wake_reviewers(db::Unit& unit, store::ReviewId review, TimePoint now) {
    const auto waiting = store::Reviews::waiting(unit, review);
    if (!waiting) return waiting.error();
    return wake_all(unit, *waiting, now);
}

Result<store::RunRow> decide(db::Unit& unit, ApprovalId id, const Decision& decision, TimePoint now) {
    const auto row = store::Approvals::by_id(unit, id);
    if (!row) return row.error();
    if (!*row) return Fault{FaultKind::unsupported, "there is no approval " + std::to_string(id.value()), {}};
    const auto state = decision.is_released ? store::ApprovalState::released : store::ApprovalState::refused;
    if (auto done = store::Approvals::decide(unit, id, state, decision.by, decision.reason, now); !done)
        return done.error();
    auto run = store::Runs::wake(unit, (*row)->run, now);
    if (!run) return run.error();
    if (!*run)
        return Fault{FaultKind::conflict,
                     "approval " + std::to_string(id.value()) +
                         " comes too late: its run has gone on, since its time was over",
                     {}};
    if (auto done = woken(unit, **run); !done) return done.error();
    return std::move(**run);
}

Result<store::RunRow> decide(db::Unit& unit, CallId id, const store::Verdict& verdict, TimePoint now) {
    auto run = store::Doubts::decide(unit, id, verdict, now);
    if (!run) return run.error();
    const store::RunBook change{.in_doubt = -1, .in_flight = 1};
    if (auto done = store::Books::add(unit, run->route, change); !done) return done.error();
    return run;
}

}  // namespace maillon::route
