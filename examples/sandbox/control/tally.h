#pragma once

#include "world.h"

namespace sandbox {

/// The conversation that a case's `thread_c` names: what stands behind the last ':' or '/'.
std::string conversation_in(const std::string& thread);

/// The answer to GET /state, counted from the records. The world's lock is held.
json::object count_state(World& world);

/// The answer to GET /dump: the end state without generated ids and times, sorted. The world's lock is held.
json::object dump_state(World& world);

}  // namespace sandbox
