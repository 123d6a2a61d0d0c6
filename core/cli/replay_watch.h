#pragma once

#include "core/cli/commands.h"

namespace maillon::cli {

/// Asks for a replay and, unless `detach`, waits until it is done, with a progress bar; says at the end what
/// came of it. The hub does the work: it goes on when this program is left, and after a restart of the hub.
int begin_and_watch(const Context& context, const boost::json::object& wish, bool detach);

}  // namespace maillon::cli
