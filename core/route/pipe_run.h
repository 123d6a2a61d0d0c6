#pragma once

#include "core/route/evaluate.h"
#include "core/route/kept_values.h"
#include "core/route/pipe_line.h"

#include <optional>

namespace maillon::route {

/// Executes the steps of one route on one event after another, all in memory: what Machine does with a store,
/// for steps that need none. `emit` appends a line of JSON.
///
/// A route that fails on an event has written nothing for it. Not thread-safe.
class PipeRun {
public:
    struct Parts {
        expression::Arena& arena;
        KeptValues& kept;
        std::uint32_t max_items = 1'000;
    };
    /// Of the events so far: passed the route's `when`, and what became of those. Written are lines.
    struct Book {
        std::uint64_t matched = 0, written = 0, dropped = 0, failed = 0;
    };

    PipeRun(std::shared_ptr<const RoutePlan> plan, Parts parts);

    /// `meta` is only read when `reads_meta`. What goes wrong and is not caught comes back.
    std::optional<PipeFault> run(const expression::Value& event, const expression::Value& meta,
                                 std::string& out);

    const RoutePlan& plan() const { return *plan_; }
    const Book& book() const { return book_; }
    bool reads_meta() const { return reads_meta_; }

private:
    struct Loop {
        std::size_t step = kEnd;
        std::size_t round = 0;  ///< of the next item
        std::vector<LoopItem> items;
    };
    /// The step that is next.
    using Next = Result<std::size_t>;

    std::optional<PipeFault> steps(std::string& out);
    Next step(const StepPlan& plan, std::string& out);
    bool caught(const StepPlan& plan, const Fault& fault);
    /// Of the value that cannot be computed, else of the step.
    config::Place place_of_failure(const StepPlan& plan);
    void leave_loops(std::size_t depth);
    void forget(const EachPlan& loop);

    Next execute(const StepPlan& plan, const EnterPlan& action, std::string& out);
    Next execute(const StepPlan& plan, const LetPlan& action, std::string& out);
    Next execute(const StepPlan& plan, const EmitPlan& action, std::string& out);
    Next execute(const StepPlan& plan, const DropPlan& action, std::string& out);
    Next execute(const StepPlan& plan, const ChoosePlan& action, std::string& out);
    Next execute(const StepPlan& plan, const EachPlan& action, std::string& out);
    Next round(const StepPlan& plan, const EachPlan& action);

    Bound bound() { return {*plan_, activation_, parts_.arena}; }

    std::shared_ptr<const RoutePlan> plan_;  ///< shared with the whole Plan
    Parts parts_;
    expression::Activation activation_;
    bool reads_meta_;
    Book book_;

    // Of the event under way.
    std::size_t at_ = kEnd;
    std::vector<Loop> loops_;
    std::uint64_t lines_ = 0;
    bool dropped_ = false;
};

}  // namespace maillon::route
