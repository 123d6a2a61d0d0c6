#pragma once

#include "core/event/event.h"
#include "core/expression/activation.h"
#include "core/route/evaluate.h"
#include "core/route/frame.h"
#include "core/store/run_items.h"

#include <map>
#include <string>
#include <vector>

namespace maillon::route {

/// What somebody who walks the way of a run without the store (to tell it again, or to rehearse it) has in
/// hand: the names that are bound and the loops that it is in.
class Walk {
public:
    /// All must outlive this. `meta` is the envelope's JSON.
    Walk(const RoutePlan& route, const Event& event, const Json& meta);

    void bind(const Variable& as, Json value);
    void forget(const Variable& as);
    /// The value of a name; null where it was not bound.
    const Json* value(const std::string& name) const;

    /// Takes what the loop goes over and gives how many that is.
    Result<std::size_t> enter(std::size_t step, const EachPlan& loop, std::uint32_t most);
    /// Stands at the step of the innermost loop: begins its next round.
    void next_round() { ++loops_.back().round; }
    /// Binds what this round is about. Gives the step to go on with: the first inside, or the one behind the
    /// loop when there is no more.
    Result<std::size_t> round(const StepPlan& plan, const EachPlan& loop);
    /// Leaves the inner loops until there are `depth`; their names are forgotten.
    void leave_loops(std::size_t depth);
    bool is_in_loop_of(std::size_t step) const { return !loops_.empty() && loops_.back().step == step; }
    const std::vector<Frame::Loop>& loops() const { return loops_; }  ///< outermost first

    /// Full name of a step here, with the keys of the loops around it.
    std::string name_of(const StepPlan& plan) const;

    Bound bound() { return {route_, activation_, arena_}; }
    const expression::Activation& activation() const { return activation_; }
    /// Of one step; the caller empties it before the next.
    expression::Arena& arena() { return arena_; }

private:
    const RoutePlan& route_;
    expression::Arena arena_;
    expression::Activation activation_;
    std::map<std::string, Json> values_;
    std::vector<Frame::Loop> loops_;
    std::vector<std::vector<store::RunItem>> items_;  ///< beside `loops_`
};

}  // namespace maillon::route
