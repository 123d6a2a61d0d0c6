#pragma once

#include "core/config/config.h"
#include "core/config/diagnostic.h"

namespace maillon::route {

/// Reports every step of the route, and of the blocks that it calls, that needs more than the line: a
/// connector, the store, a person, time.
void check_for_pipe(const config::Config& config, const config::Route& route,
                    config::Diagnostics& diagnostics);

}  // namespace maillon::route
