#pragma once

#include "core/db/session.h"
#include "core/event/event.h"

#include <optional>

namespace maillon::store {

/// The store was brought back as it had been at an earlier moment. What the hub did between then and the loss
/// is forgotten here, and yet done outside.
struct Restore {
    TimePoint restored{};   ///< when it was brought back
    TimePoint taken{};      ///< the moment that the store went back to
    EventSeq last_event{};  ///< the last event and the last run that it knew
    RunId last_run{};
    std::int64_t calls = 0;  ///< that were open then

    /// Whether a call of this run may have been made in the time that is forgotten: the run or its event was
    /// there before, or the event happened before the restore and came again. An event that does not tell
    /// when it happened counts as old for a day.
    bool may_have_seen(RunId run, EventSeq seq, const Envelope& meta) const;
    /// Whether a call that had failed then may have been made in the time that is forgotten. What this hub
    /// saw fail after the restore has failed.
    bool may_have_remade(std::optional<TimePoint> failed) const;
    /// Since when it may have been made: after the backup, and after the event, where that tells its time.
    TimePoint may_be_made_since(const Envelope& meta) const;
};

struct Restores {
    /// Notes that the store was restored, and puts every call that is open in doubt: the hub will ask the
    /// connector what became of it, and a person where nobody can tell. `restore.last_event`, `last_run` and
    /// `calls` are found out here.
    static Result<Restore> mark(db::Unit& unit, TimePoint taken, TimePoint now);
    /// The latest one.
    static Result<std::optional<Restore>> latest(db::Session& session);
};

}  // namespace maillon::store
