#pragma once

#include "core/deliver/deliver.h"
#include "core/journal/journal.h"
#include "core/route/plan.h"

#include <boost/json/object.hpp>

#include <functional>

namespace maillon::route {

/// What `why` is answered from.
struct WhyParts {
    std::shared_ptr<const Plan> plan;  ///< of the present configuration; shared with whoever runs it
    /// The plan of an older configuration from its stored text.
    std::function<Result<std::shared_ptr<const Plan>>(const std::string& text)> older_plan;
    db::Session& session;
    TimePoint now{};
    std::chrono::milliseconds keep_traces{};  ///< how long runs are kept, to say why one is not there
    /// Why the call of a run that calls has no outcome yet; `call` is null where the store has no such call.
    /// Absent where no hub runs.
    std::function<std::optional<deliver::Delay>(RunId run, const store::CallRow* call)> delay_of{};
};

/// Why each route (or only `route`) did or did not fire for an event: whether the trigger fits, what `when`
/// comes to with each operand that decided it, and for each run its steps (`Retelling`). Told with the
/// configuration that the run used, also when there is another one by now. JSON for the admin API; the CLI
/// renders it:
///
///     {event, seq, body, config, config_changed,
///      routes: [{route, config, place, listens_to, trigger, when, fired, note,
///                runs: [{run, state, reason, key, started, updated, config, waits_until, dead_letter, again,
///                steps,
///                        open_calls, approvals}]}]}
///
/// A Fault of kind `unsupported` when `route` is in no configuration that the event met.
Result<boost::json::object> why(const Event& event, const std::string& route, const WhyParts& parts);

}  // namespace maillon::route
