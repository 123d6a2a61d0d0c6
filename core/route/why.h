#pragma once

#include "core/journal/journal.h"
#include "core/route/plan.h"

#include <boost/json/object.hpp>

namespace maillon::route {

/// Why each route did or did not fire for an event: whether the trigger fit, what `when` came to with each
/// operand that decided it (recomputed, since expressions are deterministic), and for each run its steps with
/// inputs, result and attempts. JSON for the admin API; the CLI renders it.
Result<boost::json::object> why(const Event& event, const Plan& plan, db::Session& session);

}  // namespace maillon::route
