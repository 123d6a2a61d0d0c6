#pragma once

#include "core/config/reading.h"
#include "core/config/step.h"

namespace maillon::config {

// Readers of the kinds of steps that hold steps themselves; see StepKind for the contract.

std::optional<Action> read_choose(const Member& main, Fields& fields, Reading& reading);
std::optional<Action> read_each(const Member& main, Fields& fields, Reading& reading);
std::optional<Action> read_timer(const Member& main, Fields& fields, Reading& reading);

}  // namespace maillon::config
