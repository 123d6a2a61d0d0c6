#pragma once

#include "core/cli/commands.h"

namespace maillon::cli {

struct PlanQuery {
    std::string file;  ///< the changed configuration
    std::string since = "24h", until;
    std::vector<std::string> routes;  ///< only these; empty: all
};
/// Takes recorded events through the present and the changed configuration and prints what would be done
/// otherwise. Changes nothing.
int plan_command(const Context& context, const PlanQuery& query);

}  // namespace maillon::cli
