#pragma once

#include "core/db/session.h"
#include "core/event/event.h"

#include <cstdint>
#include <string>
#include <vector>

namespace maillon::store {

/// How many rows lost what they held of a person.
struct Removed {
    std::int64_t events = 0, runs = 0, runs_ended = 0, steps = 0, calls = 0, approvals = 0;
    std::int64_t letters = 0, edits = 0, conversations = 0, claims = 0;

    Removed& operator+=(const Removed& more);
};

/// Takes what an event told, and what its runs made of it, out of the store. The rows stay where the books
/// count them, and name nobody any more: position, connector, type and times are left of an event; route,
/// state and times of a run.
///
/// Runs that are not over end as dropped, their calls are not made (any more), dead letters that are open are
/// dropped, approvals lapse. The caller sees to it that no such run is in anybody's memory. Doing it twice
/// changes nothing more.
struct Removal {
    /// Whether an event has been emptied so.
    static bool is_done(const Event& event);
    static Result<Removed> event(db::Unit& unit, const Event& event, TimePoint now);
    /// The events that runs of it emitted.
    static Result<std::vector<EventSeq>> children(db::Session& session, const Event& event);
    /// What `event` would take out.
    static Result<Removed> look(db::Session& session, const Event& event);
    /// Whether runs of it are not over, or it has not been put to the routes yet: then it may be in memory.
    static Result<bool> may_move(db::Session& session, EventSeq event);
};

}  // namespace maillon::store
