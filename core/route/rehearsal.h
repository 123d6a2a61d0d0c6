#pragma once

#include "core/route/walk.h"
#include "core/store/runs.h"

#include <boost/json/value.hpp>

#include <functional>
#include <string>
#include <vector>

namespace maillon::route {

/// A line of the trace of some run of an event: what the outside answered then.
struct RecordedStep {
    std::string route, step;
    store::StepStatus status = store::StepStatus::ok;
    std::string inputs{}, result{};  ///< JSON, may be empty
};

/// Something that a run would do outside: a call, or an event that it emits.
struct Deed {
    std::string step;  ///< full name
    std::string what;  ///< "crm.upsert", "emit hub.case"
    boost::json::value arguments{};
    bool asks_first = false;  ///< a person has to release it
};

/// What a route would do with an event.
struct Rehearsed {
    enum class End { not_started, finished, dropped, dead_lettered };
    End end = End::not_started;
    std::string step{}, reason{};  ///< where it was dropped or failed, and why
    std::vector<Deed> deeds{};
    /// Who was asked about, in which directory: as steps `match` ask.
    struct Asked {
        std::string directory{};
        Json who{};
    };
    std::vector<Asked> asked{};
    std::size_t recorded = 0;            ///< answers that were given then
    std::vector<std::string> assumed{};  ///< steps whose answer nobody knows
};

/// Walks the way of a run without doing anything: expressions are evaluated, calls are noted and not made.
/// An answer from outside is the recorded one where the same was asked in the same step (or, in another
/// place, in a step of the same name); else what the same step was answered to something else; else a value
/// made up from the schema: texts "?name", figures 0, lists empty, flags false (`created`: true). Timers come
/// due, people release, unless the record says otherwise. Emitted events are not followed.
///
/// Makes nothing and keeps nothing: one object serves one event and route. Not thread-safe.
class Rehearsal {
public:
    struct Schemas {
        /// Of an operation's, or a processor's, result; null when nothing is known.
        std::function<const boost::json::object*(const std::string& instance, const std::string& operation)>
            result;
    };
    /// All must outlive this. `meta` is the envelope's JSON.
    Rehearsal(const Event& event, const Json& meta, const RoutePlan& route,
              const std::vector<RecordedStep>& record, const Schemas& schemas, std::uint32_t max_items);

    Rehearsed run();

private:
    void step(const StepPlan& plan);
    void act(const StepPlan& plan, const EnterPlan& action);
    void act(const StepPlan& plan, const LetPlan& action);
    void act(const StepPlan& plan, const UsePlan& action);
    void act(const StepPlan& plan, const MatchPlan& action);
    void act(const StepPlan& plan, const ConversationPlan& action);
    void act(const StepPlan& plan, const CallPlan& action);
    void act(const StepPlan& plan, const AnswerPlan& action);
    void act(const StepPlan& plan, const EmitPlan& action);
    void act(const StepPlan& plan, const DropPlan& action);
    void act(const StepPlan& plan, const ChoosePlan& action);
    void act(const StepPlan& plan, const EachPlan& action);
    void act(const StepPlan& plan, const TimerPlan& action);

    /// The record of this step, asked this; the best one where there are several.
    const RecordedStep* recorded(const StepPlan& plan, std::string_view inputs) const;
    /// That of this step, whatever it was asked.
    const RecordedStep* recorded_otherwise(const StepPlan& plan) const;
    struct Answer {
        Json value;
        std::optional<Fault> fault{};
        std::string failure_class{};
    };
    Answer answer(const StepPlan& plan, std::string_view inputs, const boost::json::object* schema);
    Answer answer_of(const RecordedStep& row) const;
    /// Notes a call; its answer, unless it failed then: then the run is where its handler is, or over.
    std::optional<Json> call(const StepPlan& plan, const CallTarget& target, const std::string& arguments);
    void fail(const StepPlan& plan, std::string_view failure_class, const std::string& what);
    void round(const StepPlan& plan, const EachPlan& action);
    void over(Rehearsed::End end, const StepPlan& plan, std::string reason);

    Result<std::string> json(const ValueTemplate& from);

    const Event& event_;
    const Json& meta_;
    const RoutePlan& route_;
    const std::vector<RecordedStep>& record_;
    const Schemas& schemas_;
    std::uint32_t max_items_;
    Walk walk_;
    std::size_t at_;
    bool is_over_ = false;
    Rehearsed out_;
};

}  // namespace maillon::route
