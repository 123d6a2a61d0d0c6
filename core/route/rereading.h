#pragma once

#include "core/route/frame.h"

#include <optional>
#include <string_view>

namespace maillon::route {

/// The step to go back to when the call of `plan`, where the run stands, meets a record that was changed: the
/// earliest call that read something, in the same round of the same loops, on which the arguments are based,
/// directly or by way of `let` and `use`. Nothing where there is none, where a person gave or released the
/// arguments, and where the way between would ask a person or wait for time again.
std::optional<std::size_t> where_read(const Run& run, const StepPlan& plan);

/// Whether what the call of this step is based on was read again.
inline bool has_conflict(const Run& run, std::string_view step) {
    return run.frame.conflicts.contains(std::string(step));
}

}  // namespace maillon::route
