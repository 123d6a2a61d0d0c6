#pragma once

#include "core/route/compile.h"
#include "core/route/names.h"
#include "core/route/types.h"

#include <functional>
#include <set>
#include <span>

namespace maillon::route {

/// Compiles one route into a flat list of steps.
class RouteCompiler {
public:
    /// `given` are the bodies of hub.* events as far as they are known; one that is missing is dyn.
    RouteCompiler(const config::Config& config, const Abilities& abilities, const Plan& plan,
                  const EmittedTypes& given, config::Diagnostics& diagnostics, Judging judging)
        : config_(config),
          abilities_(abilities),
          plan_(plan),
          given_(given),
          diagnostics_(judging == Judging::strict ? diagnostics : unheard_),
          unreadable_(diagnostics),
          judging_(judging) {}

    std::shared_ptr<const RoutePlan> compile(const config::Route& route);
    /// What the route emits, once it is compiled.
    const EmittedTypes& emitted() const { return emitted_; }

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
    expression::Type type_of_event(std::span<const config::Trigger> triggers) const;
    expression::Type type_of_event(const config::Trigger& trigger) const;
    Chain steps(const config::Steps& list, const Place& place);
    Chain step(const config::Step& from, const Place& place);
    Chain action_of(const config::Step& from, const Place& place);
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
    /// `failed` is what is known when the step has failed.
    void catch_with(const config::Step& from, const Place& place, Chain& chain, std::size_t first_handler,
                    const Names& failed);

    ActionPlan action(const config::Let& from);
    ActionPlan action(const config::Use& from);
    ActionPlan action(const config::Match& from);
    ActionPlan action(const config::Conversation& from);
    ActionPlan action(const config::Call& from);
    ActionPlan action(const config::Answer& from);
    ActionPlan action(const config::Emit& from);
    ActionPlan action(const config::Drop& from);

    /// "maillon.yaml:31"; empty for what nobody wrote.
    std::string where(const config::Place& place) const;
    /// The name has a value of this type from here on.
    Variable declare(const std::string& name, expression::Type type);
    /// These names, and no others, are known from here on.
    void know(Names names);
    std::optional<expression::Program> condition(const std::optional<config::Scalar>& source,
                                                 std::string_view name);
    expression::Program program(const config::Scalar& source, const expression::Wanted& wanted,
                                const std::string& hint = {});
    /// What stands in a text, also when it is one lone `${…}`.
    expression::Template text(const config::Scalar& source);
    ValueTemplate value(const config::ValueTree& tree, const Expected& expected = {});
    Surroundings around() const {
        return {visible_, out_->given_by, diagnostics_, is_in_block_ ? out_->name : std::string_view(),
                judging_ == Judging::strict ? nullptr : &trusted_};
    }
    /// What `each` makes its rounds for.
    expression::Type item_of(const expression::Program& list, const config::Scalar& source);
    void check_key(const config::Each& what, const std::optional<expression::Program>& key,
                   const expression::Type& item);
    CallTarget target(const std::string& instance, const std::string& operation, const config::Place& place);

    const config::Config& config_;
    const Abilities& abilities_;
    const Plan& plan_;
    const EmittedTypes& given_;
    config::Diagnostics unheard_;       ///< what is wrong with a configuration that is trusted
    config::Diagnostics& diagnostics_;  ///< `unheard_` then
    config::Diagnostics& unreadable_;
    Judging judging_;
    std::shared_ptr<RoutePlan> out_;
    EmittedTypes emitted_;
    Names names_;                ///< what means something here
    expression::Scope visible_;  ///< `out_->scope` with every other name made unutterable: the slots are its
    Trusted trusted_{{}, unreadable_};
    std::set<std::string> paths_;
    std::string path_;  ///< of the step being compiled
    bool is_in_block_ = false;
};

}  // namespace maillon::route
