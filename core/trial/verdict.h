#pragma once

#include "core/trial/outcome.h"

namespace maillon::trial {

/// Holds what came of a test against what it expects; one diagnostic for each thing that is not so, at the
/// place of the expectation and with the differing members in its hint. Calls of one key must have been made
/// in the order in which they are listed, with others between them; calls of different keys in any order.
void judge(const TestCase& test, const Outcome& outcome, config::Diagnostics& failures);

}  // namespace maillon::trial
