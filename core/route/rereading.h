#pragma once

#include "core/route/frame.h"
#include "core/store/calls.h"

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

/// Whether the run has not tried the call yet and only asks what became of an earlier try: when that did not
/// arrive, the run comes to its step again and makes the call with what is to be sent now.
inline bool is_mapped_anew(const store::CallRow& row) {
    return row.state == store::CallState::in_doubt && !row.first_tried;
}
/// Whether that was found to be so. It stands in the store until the call is made.
inline bool is_to_be_made(const store::CallRow& row) {
    return row.state == store::CallState::failed && !row.first_tried && row.fault == FaultKind::retry;
}

}  // namespace maillon::route
