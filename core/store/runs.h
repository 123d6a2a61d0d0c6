#pragma once

#include "core/db/session.h"

#include <span>
#include <tuple>

namespace maillon::store {

using ReplayId = RowId<struct ReplayTag>;

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
    std::optional<TimePoint> wake_at{};  ///< of a waiting run: when it goes on by itself
    ReplayId replay{};                   ///< the replay that started it
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

    /// Lays an open run down: it leaves memory and waits for a person or for time, until one of the `wake`
    /// functions makes it ready again.
    static Result<void> park(db::Unit& unit, RunId id, std::string_view frame, std::string_view reason,
                             std::optional<TimePoint> wake_at, TimePoint now);
    /// Makes up to `limit` waiting runs ready whose time has come, the longest overdue first; as they are
    /// now.
    static Result<std::vector<RunRow>> wake_due(db::Unit& unit, TimePoint now, std::size_t limit);
    /// The same for one run; nothing when it does not wait.
    static Result<std::optional<RunRow>> wake(db::Unit& unit, RunId id, TimePoint now);
    /// in_doubt → ready; nothing when the run is not in doubt.
    static Result<std::optional<RunRow>> undoubt(db::Unit& unit, RunId id, TimePoint now);
    /// When the first waiting run goes on by itself.
    static Result<std::optional<TimePoint>> next_wake(db::Session& session);

    static Result<std::optional<RunRow>> by_id(db::Session& session, RunId id);
    /// Runs that are not settled, by id, after `after`.
    static Result<std::vector<RunRow>> open(db::Session& session, RunId after, std::size_t limit);
    /// Of the runs behind `after` and up to `up_to` those that can go on by themselves, by id: ready, waiting
    /// for a claim, or at a call of which there is no record.
    static Result<std::vector<RunRow>> startable(db::Session& session, RunId after, RunId up_to);
    /// The runs of one (route, key) that are in flight, by id: the first goes, the others wait behind it.
    static Result<std::vector<RunRow>> of_key(db::Session& session, std::string_view route,
                                              std::string_view key, std::size_t limit);
    /// A run among those of its (route, key).
    struct Place {
        RunId id;
        RunState state;
        std::string_view route, key;
    };
    /// Another run of its (route, key), and its event, that goes first: one that is under way, or, where the
    /// run itself is not, one that came before it.
    static Result<std::optional<std::tuple<RunId, EventSeq>>> going_before(db::Session& session,
                                                                           const Place& of);
    /// Whether there is one.
    static Result<bool> is_held_back(db::Session& session, const Place& of);
    /// How many runs are in flight, but no more than `limit`.
    static Result<std::int64_t> count_in_flight(db::Session& session, std::size_t limit);
    /// The last of the next `count` runs behind `after` that do not wait for a person or for time; nothing
    /// when there is none.
    static Result<std::optional<RunId>> moving_up_to(db::Session& session, RunId after, std::size_t count);
    /// Route and key of each run that a replay has started and that is in flight.
    static Result<std::vector<std::tuple<std::string, std::string>>> moving_of(db::Session& session,
                                                                               ReplayId replay);
    /// Open ones by id, settled ones the latest first.
    static Result<std::vector<RunRow>> in_state(db::Session& session, RunState state, std::size_t limit);
    static Result<std::vector<RunRow>> of_event(db::Session& session, EventSeq event);
    /// How many open runs are in each state; states without runs are left out. Settled ones are counted by
    /// the books.
    static Result<std::vector<std::tuple<RunState, std::int64_t>>> count_open(db::Session& session);
    /// The first event of which a run is not settled.
    static Result<std::optional<EventSeq>> first_event_needed(db::Session& session);
    /// Removes up to `limit` sealed runs settled before `before`, with their steps, calls and approvals; how
    /// many.
    static Result<std::int64_t> forget(db::Unit& unit, TimePoint before, std::size_t limit);
};

struct Steps {
    static Result<void> append(db::Unit& unit, const StepRow& row);
    /// In the order in which they were appended.
    static Result<std::vector<StepRow>> of_run(db::Session& session, RunId run);
    /// Event, route, step, status, inputs and result of the runs of events from `first` to `last`; not of
    /// runs that a replay of events started.
    using OfEvent = std::tuple<EventSeq, std::string, std::string, StepStatus, std::string, std::string>;
    static Result<std::vector<OfEvent>> of_events(db::Session& session, EventSeq first, EventSeq last);
};

}  // namespace maillon::store

namespace maillon::db {
template <>
inline constexpr std::string_view kWords<store::RunState>[] = {
    "ready", "calling", "claiming", "waiting", "in_doubt", "finished", "dropped", "dead_lettered"};
template <>
inline constexpr std::string_view kWords<store::StepStatus>[] = {"ok", "skipped", "failed", "waiting"};
}  // namespace maillon::db
