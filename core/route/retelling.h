#pragma once

#include "core/deliver/deliver.h"
#include "core/route/walk.h"
#include "core/store/approvals.h"
#include "core/store/calls.h"
#include "core/store/runs.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <map>
#include <string>
#include <vector>

namespace maillon::route {

/// What the store holds of a run.
struct RunRecord {
    store::RunRow run;
    std::vector<store::StepRow> steps{};
    std::vector<store::CallRow> calls{};
    std::vector<store::ApprovalRow> approvals{};
    std::optional<deliver::Delay> delay{};  ///< why it does not go on at once
};

/// Tells a run again, step by step, from the event, the route as it was and what the store holds: walks the
/// way that the run took, computes conditions and values once more (expressions are deterministic) and takes
/// what came from outside from the trace. Changes nothing. Where the record ends, so does the tale; lines of
/// the trace that it never came to stand at its end as they are.
class Retelling {
public:
    /// All must outlive this.
    Retelling(const Event& event, const RoutePlan& route, const RunRecord& record, std::uint32_t max_items);

    /// One object a step: step, place (file and line in the configuration of the run), kind, status (ok,
    /// skipped, failed, waiting, calling, in_doubt, next, left, under_way), and where there is any: when,
    /// unless, branches, items, inputs, result, error, caught_by, attempts, at, took_ms, detail, approval,
    /// call, delay.
    boost::json::array tell();

private:
    using Object = boost::json::object;

    void step(const StepPlan& plan);
    /// The run is at this step, or ended at it without a line in the trace.
    void stop_at(const StepPlan& plan, Object one);
    void failed(const StepPlan& plan, Object one, const store::StepRow& row);

    void tell(const StepPlan& plan, const EnterPlan& action, Object one, const store::StepRow* row);
    void tell(const StepPlan& plan, const LetPlan& action, Object one, const store::StepRow* row);
    void tell(const StepPlan& plan, const UsePlan& action, Object one, const store::StepRow* row);
    void tell(const StepPlan& plan, const MatchPlan& action, Object one, const store::StepRow* row);
    void tell(const StepPlan& plan, const ConversationPlan& action, Object one, const store::StepRow* row);
    void tell(const StepPlan& plan, const CallPlan& action, Object one, const store::StepRow* row);
    void tell(const StepPlan& plan, const AnswerPlan& action, Object one, const store::StepRow* row);
    void tell(const StepPlan& plan, const EmitPlan& action, Object one, const store::StepRow* row);
    void tell(const StepPlan& plan, const DropPlan& action, Object one, const store::StepRow* row);
    void tell(const StepPlan& plan, const ChoosePlan& action, Object one, const store::StepRow* row);
    void tell(const StepPlan& plan, const EachPlan& action, Object one, const store::StepRow* row);
    void tell(const StepPlan& plan, const TimerPlan& action, Object one, const store::StepRow* row);
    /// Of a step whose line in the trace holds the value of a name: binds it and goes on.
    void bind_and_go_on(const StepPlan& plan, const Variable* as, Object one, const store::StepRow* row);

    /// What a step was given, where the trace does not hold it: computed, so far as that can be.
    void add_inputs(const StepPlan& plan, Object& one);
    /// Each branch that was asked with its condition; `taken` is set to where the run went on.
    boost::json::array branches(const StepPlan& plan, const ChoosePlan& action, std::size_t& taken);
    void round(const StepPlan& plan, const EachPlan& action);
    Object begin(const StepPlan& plan);
    void add(Object one) { out_.push_back(std::move(one)); }
    bool is_standing() const;

    Object explain(const expression::Program& condition);
    Result<Json> value(const ValueTemplate& from);
    /// The conversations as a timer saw them.
    void bind_talks(const boost::json::value& seen);

    const Event& event_;
    const RoutePlan& route_;
    const RunRecord& record_;
    std::uint32_t max_items_;
    Json meta_;
    Walk walk_;
    std::map<std::string, std::vector<const store::StepRow*>> rows_;  ///< by the full name of the step
    std::optional<Frame> standing_;  ///< of a run that is not over: where it is
    std::size_t at_ = kEnd;
    TimePoint now_{};  ///< when the step that is told was done
    bool is_over_ = false;
    boost::json::array out_;
};

}  // namespace maillon::route
