#pragma once

#include "core/cli/commands.h"
#include "core/event/event.h"
#include "core/route/rehearsal.h"

#include <functional>
#include <string>
#include <vector>

namespace maillon::cli {

// What commands share that walk recorded events through routes: `plan` and `match plan`.

/// A plan, and what the plug-ins say of the answers that nobody recorded.
struct PlanSide {
    std::shared_ptr<const route::Plan> plan;
    route::Rehearsal::Schemas schemas;
};
/// `plugins` must outlive it.
PlanSide side_of(std::shared_ptr<const route::Plan> plan, const hub::Prepared& plugins);

/// An event with what its runs were answered then.
struct RecordedEvent {
    Event event;
    std::vector<route::RecordedStep> steps;
};
struct RecordedSpan {
    std::string since, until;  ///< empty: from the first on, up to the last
    const char* doing = "planning";
};
/// Hands over all events of the span, oldest first, with a bar on a terminal. Prints what is wrong and is
/// false when they cannot be had, when somebody stops it, or when `take` gives a Fault.
bool each_recorded(const Context& context, const RecordedSpan& span,
                   const std::function<Result<>(const RecordedEvent&)>& take, int& exit_code);

}  // namespace maillon::cli
