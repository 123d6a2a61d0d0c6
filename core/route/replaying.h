#pragma once

#include "core/journal/journal.h"
#include "core/route/frame.h"
#include "core/store/dead_letters.h"
#include "core/store/replays.h"

#include <set>
#include <vector>

namespace maillon::route {

/// What a replay is done with.
struct ReplayParts {
    Journal& journal;
    const Plan& plan;  ///< of the present configuration: what failed under another is tried under this one
    const Clock& clock;
};

/// Starts the run that goes on with the work of an open dead letter, under the route as it is now, with what
/// was edited, and closes the letter. Calls that were done are not done again: their keys are the same. The
/// unit must be kept before the run is handed to Engine::take_in.
///
/// A Fault of kind `conflict` when the letter is not open, or an older one of its route and key is;
/// `rejected` when it cannot run any more (no such route, the event is past its retention).
Result<Run> replay(db::Unit& unit, const ReplayParts& parts, DeadLetterId letter,
                   const store::ReplayRow& replay);

/// Starts the runs of a recorded event: of the routes (all when `only` is empty) that it triggers and whose
/// `when` holds, with meta.replay set. They do everything anew, under keys of their own, and reach no person
/// unless `replay.with_outbound`. A run whose `when` cannot be told is a dead letter at once and not in the
/// answer; `started` counts it.
Result<std::vector<Run>> replay(db::Unit& unit, const ReplayParts& parts, const Event& event,
                                const std::set<std::string>& only, const store::ReplayRow& replay,
                                std::int64_t& started);

}  // namespace maillon::route
