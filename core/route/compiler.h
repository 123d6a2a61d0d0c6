#pragma once

#include "core/route/compile.h"

#include <functional>
#include <set>

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
        std::vector<std::size_t> loops;  ///< see StepPlan::loops
    };
    /// Steps that are compiled but do not yet know what follows them.
    struct Chain {
        std::optional<std::size_t> first;
        std::vector<std::function<void(RoutePlan&, std::size_t)>> exits;
    };

    void check_trigger(const config::Trigger& trigger);
    Chain steps(const config::Steps& list, const Place& place);
    Chain step(const config::Step& from, const Place& place);
    /// Adds a step without its action; its index.
    std::size_t add(const config::Step& from, const Place& place);
    Chain plain(const config::Step& from, const Place& place);
    /// A step with steps inside: `fill` gives the step (by its index) its action, compiles what is inside
    /// `place` and answers how that ends.
    using Fill = std::function<Chain(std::size_t at, const Place& inside)>;
    Chain nest(const config::Step& from, const Place& place, const Fill& fill);
    Chain block(const config::Do& what, std::size_t at, const Place& inside);
    Chain choose(const config::Choose& what, std::size_t at, const Place& inside);
    Chain each(const config::Each& what, std::size_t at, Place inside);
    Chain timer(const config::Timer& what, std::size_t at, const Place& inside);
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

    /// The name has a value from here on.
    Variable declare(const std::string& name);
    /// Only these names are known from here on.
    void narrow(std::set<std::string> names);
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
    std::set<std::string> known_;            ///< names that mean something here
    expression::Scope visible_;  ///< `out_->scope` with every other name made unutterable: the slots are its
    std::set<std::string> paths_;
    std::string path_;  ///< of the step being compiled
};

}  // namespace maillon::route
