#pragma once

#include "core/db/session.h"

#include <span>

namespace maillon::store {

/// Where a run stands. The first three are "in flight" in the books.
enum class RunState { ready, calling, claiming, waiting, in_doubt, finished, dropped, dead_lettered };

constexpr bool is_final(RunState state) {
    return state >= RunState::finished;
}

/// One run = (event, route).
struct RunRow {
    RunId id{};
    EventSeq event{};
    std::string route{};
    std::string key{};          ///< runs of one (route, key) go in order
    std::string config_hash{};  ///< the configuration that it started with
    RunState state = RunState::ready;
    std::string frame{};   ///< JSON: where it stands and its bindings
    std::string reason{};  ///< why it was dropped, dead-lettered or is in doubt
    TimePoint created{}, updated{};
};

/// What a step of a run did, for `why`.
enum class StepStatus { ok, skipped, failed, waiting };

struct StepRow {
    RunId run{};
    std::string step{};
    StepStatus status = StepStatus::ok;
    std::string inputs{}, result{};  ///< JSON, may be empty
    int attempts = 0;
    TimePoint started{}, ended{};
    std::string detail{};
};

struct Runs {
    /// Stores a new run and answers its id; `row.id` is not looked at. One (event, route) may run again
    /// (replay).
    static Result<RunId> insert(db::Unit& unit, const RunRow& row);
    static Result<std::vector<RunId>> insert(db::Unit& unit, std::span<const RunRow> rows);

    /// Moves an open run. An unknown or settled run is a Fault: a settled run never moves again.
    static Result<void> update(db::Unit& unit, RunId id, RunState state, std::string_view frame,
                               std::string_view reason, TimePoint now);
    /// The last move: `state` is final. The frame stays for `why`.
    static Result<void> settle(db::Unit& unit, RunId id, RunState state, std::string_view reason,
                               TimePoint now);

    static Result<std::optional<RunRow>> by_id(db::Session& session, RunId id);
    /// Runs that are not settled, by id, after `after`.
    static Result<std::vector<RunRow>> open(db::Session& session, RunId after, std::size_t limit);
    /// Open ones by id, settled ones the latest first.
    static Result<std::vector<RunRow>> in_state(db::Session& session, RunState state, std::size_t limit);
    static Result<std::vector<RunRow>> of_event(db::Session& session, EventSeq event);
    /// How many open runs are in each state; states without runs are left out. Settled ones are counted by
    /// the books.
    static Result<std::vector<std::tuple<RunState, std::int64_t>>> count_open(db::Session& session);
    /// Removes up to `limit` runs settled before `before`, with their steps and calls; how many.
    static Result<std::int64_t> forget(db::Unit& unit, TimePoint before, std::size_t limit);
};

struct Steps {
    static Result<void> append(db::Unit& unit, const StepRow& row);
    /// In the order in which they were appended.
    static Result<std::vector<StepRow>> of_run(db::Session& session, RunId run);
};

}  // namespace maillon::store

namespace maillon::db {
template <>
inline constexpr std::string_view kWords<store::RunState>[] = {
    "ready", "calling", "claiming", "waiting", "in_doubt", "finished", "dropped", "dead_lettered"};
template <>
inline constexpr std::string_view kWords<store::StepStatus>[] = {"ok", "skipped", "failed", "waiting"};
}  // namespace maillon::db
