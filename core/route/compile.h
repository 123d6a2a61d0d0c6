#pragma once

#include "core/route/plan.h"

namespace maillon::route {

/// What the instances of a configuration can do, by name. The infos must outlive the compilation only.
struct Abilities {
    std::map<std::string, const plugin::ConnectorInfo*> connectors;
    std::map<std::string, const plugin::ConnectorInfo*> processors;
};

/// Whether the types, names and arguments of a configuration are judged.
enum class Judging {
    strict,
    /// It was accepted once, perhaps by an earlier version or with other plug-ins: what would be refused
    /// today is left to the run, and only what cannot be read as an expression at all is an error.
    trusting,
};

/// Compiles every route: expressions, operations and their arguments, event types. Reports all that is wrong;
/// gives nothing when there was an error. A block is compiled anew in each place that uses it, and reports
/// once.
std::shared_ptr<const Plan> compile(const config::Config& config, const Abilities& abilities,
                                    config::Diagnostics& diagnostics, Judging judging = Judging::strict);

}  // namespace maillon::route
