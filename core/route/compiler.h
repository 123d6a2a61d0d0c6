#pragma once

#include "core/route/compile.h"

#include <functional>

namespace maillon::route {

/// Compiles one route into a flat list of steps.
class RouteCompiler {
public:
    RouteCompiler(const config::Config& config, const Abilities& abilities, const Plan& plan,
                  config::Diagnostics& diagnostics)
        : config_(config), abilities_(abilities), plan_(plan), diagnostics_(diagnostics) {}

    std::shared_ptr<const RoutePlan> compile(const config::Route& route);

private:
    /// Where steps stand: the path in front of their names, who catches their failures (innermost first).
    struct Place {
        std::string prefix;
        std::vector<std::size_t> handlers;
    };
    /// Steps that are compiled but do not yet know what follows them.
    struct Chain {
        std::optional<std::size_t> first;
        std::vector<std::function<void(RoutePlan&, std::size_t)>> exits;
    };

    void check_trigger(const config::Trigger& trigger);
    Chain steps(const config::Steps& list, const Place& place);
    Chain step(const config::Step& from, const Place& place);
    Chain block(const config::Step& from, const config::Do& what, const Place& place);
    void link(Chain& chain, std::size_t to);
    /// Reserves the handlers of a step; their steps are compiled by `catch_with` once the step itself is.
    std::vector<std::size_t> reserve(const config::Step& from, const Place& place);
    void catch_with(const config::Step& from, const Place& place, Chain& chain, std::size_t first_handler);

    ActionPlan action(const config::Let& from);
    ActionPlan action(const config::Use& from);
    ActionPlan action(const config::Match& from);
    ActionPlan action(const config::Conversation& from);
    ActionPlan action(const config::Call& from);
    ActionPlan action(const config::Answer& from);
    ActionPlan action(const config::Emit& from);
    ActionPlan action(const config::Drop& from);

    Variable declare(const std::string& name);
    std::optional<expression::Program> program(const std::optional<config::Scalar>& source);
    expression::Program program(const config::Scalar& source);
    expression::Template text(const config::Scalar& source);
    CallTarget target(const std::string& instance, const std::string& operation, const config::Place& place);

    const config::Config& config_;
    const Abilities& abilities_;
    const Plan& plan_;
    config::Diagnostics& diagnostics_;
    std::shared_ptr<RoutePlan> out_;
    std::map<std::string, Variable> talks_;  ///< conversations declared so far, by name
    const config::Step* current_ = nullptr;  ///< being compiled
};

}  // namespace maillon::route
