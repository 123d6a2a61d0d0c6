#pragma once

#include "core/db/session.h"
#include "core/store/runs.h"

namespace maillon::store {

enum class ReplayKind { letters, events };
/// `choosing`: letters are still being put on its list.
enum class ReplayState { choosing, running, done, stopped };

/// A replay that somebody asked for: dead letters whose runs are to go on, or recorded events that are to go
/// through routes again. It is worked off in small units, each of which leaves here how far it came; so it
/// goes on after a crash and does nothing twice.
struct ReplayRow {
    ReplayId id{};
    ReplayKind kind = ReplayKind::letters;
    ReplayState state = ReplayState::choosing;
    std::string what{};  ///< JSON: what was asked for
    bool with_outbound = false;
    std::string who{}, note{};
    std::int64_t reached = 0;  ///< choosing: number of a letter; events: position. All up to it are done with
    std::int64_t last = 0;     ///< events: the last position that belongs to it
    std::int64_t chosen = 0;   ///< letters on its list, or events looked at
    std::int64_t started = 0;  ///< runs
    std::int64_t held_back = 0;  ///< letters left open: an earlier one of their key is
    std::int64_t refused = 0;    ///< letters left open: they cannot run any more
    std::string reason{};        ///< of the first one refused, or why it was stopped
    TimePoint created{}, updated{};
    std::optional<TimePoint> finished{};
};

struct Replays {
    /// `row.id` is not looked at.
    static Result<ReplayId> insert(db::Unit& unit, const ReplayRow& row);
    /// State, figures and times; the rest never changes. A Fault when it is over already.
    static Result<void> update(db::Unit& unit, const ReplayRow& row);
    static Result<std::optional<ReplayRow>> by_id(db::Session& session, ReplayId id);
    /// Those that are not over, the oldest first: the order in which they are worked off.
    static Result<std::vector<ReplayRow>> open(db::Session& session);
    /// The newest first.
    static Result<std::vector<ReplayRow>> list(db::Session& session, std::size_t limit);
    /// How its runs stand, states without runs left out; of runs that are still kept.
    static Result<std::vector<std::tuple<RunState, std::int64_t>>> runs(db::Session& session, ReplayId id);
    /// Removes up to `limit` replays that were over before `before`; how many.
    static Result<std::int64_t> forget(db::Unit& unit, TimePoint before, std::size_t limit);
};

}  // namespace maillon::store

namespace maillon::db {
template <>
inline constexpr std::string_view kWords<store::ReplayKind>[] = {"letters", "events"};
template <>
inline constexpr std::string_view kWords<store::ReplayState>[] = {"choosing", "running", "done", "stopped"};
}  // namespace maillon::db
