#pragma once

#include "core/base/clock.h"
#include "core/deliver/deliver.h"
#include "core/journal/journal.h"
#include "core/match/decider.h"
#include "core/route/frame.h"
#include "core/route/stopped_log.h"
#include "core/store/dead_letters.h"
#include "core/store/restores.h"
#include "core/store/run_items.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace maillon::route {

/// What a unit of work asks of the engine once it is committed.
struct Effects {
    std::vector<deliver::Job> jobs;        ///< calls to be made
    std::optional<Frame::Claim> waits_on;  ///< the run goes on when this claim is freed
    std::vector<Frame::Claim> freed;       ///< whoever waits for these may go on
    bool emitted = false;                  ///< there are new events in the journal
    bool is_over = false;  ///< settled, or waiting for a person or time: its key is free for the next run
    std::optional<TimePoint> wake_at;  ///< the run waits and goes on by itself then
    std::vector<store::RunRow> woken;  ///< other runs that go on, since what they watch has changed
    /// Records that are in a directory from now on, for whoever keeps them in memory.
    std::vector<std::pair<std::string, store::DirectoryRecord>> records{};
    std::optional<Stopped> stopped{};  ///< it goes no further without a person
    bool goes_on = false;              ///< the run is not at a wait: it only lets others have their turn
};

/// The claim scope of a directory whose first reading is not complete.
inline constexpr std::string_view kDirectoryScope = "directory";

/// Is told where runs come along; for coverage. Called on the writer's thread.
class StepWatcher {
public:
    virtual ~StepWatcher() = default;
    /// A run stands at a step; not `taken`: its `when` is false.
    virtual void came_to(const RoutePlan& route, std::size_t step, bool taken) = 0;
    /// A failure went to one of the route's handlers.
    virtual void caught(const RoutePlan& route, std::size_t handler) = 0;
};

/// Executes the steps of runs, each from where it stands to where it must wait, inside one unit of the
/// writer: all that a run did until then is on disk together, or not at all. Expressions and look-ups take
/// microseconds; nothing here waits for anything.
///
/// Belongs to the writer's thread.
class Machine {
public:
    struct Parts {
        Journal& journal;
        const Clock& clock;
        std::uint32_t max_hops = 8;
        std::uint32_t max_items = 1'000;
        StepWatcher* watcher = nullptr;  ///< may be absent
        /// The judge of a directory beyond its exact keys, or null; may be empty. Asked on the writer's
        /// thread.
        std::function<const match::Judge*(const std::string& directory)> judge{};
        /// Whether an event that a route emits may be kept, in the unit in which it would be: false when it
        /// is from, to or about somebody who was erased; what it says of them otherwise is masked. May be
        /// empty.
        std::function<Result<bool>(db::Unit&, Event&)> admit{};
        /// Whether calls to this instance can be made: a run of an older configuration may come to one that
        /// is no longer configured. Asked on the writer's thread; empty: all can.
        std::function<bool(const std::string& instance)> has_instance{};
    };
    explicit Machine(Parts parts) : parts_(std::move(parts)) {}

    /// Calls that may have been made in the time that a restored store forgot are put in doubt instead of
    /// being made. Before any run moves.
    void set_restored(const std::optional<store::Restore>& restored) { restored_ = restored; }

    /// Goes on from where the run stands.
    Result<> advance(db::Unit& unit, Run& run, Effects& effects);
    /// Settles the call that the run waits for, and goes on.
    Result<> resume(db::Unit& unit, Run& run, const deliver::Settled& settled, Effects& effects);
    /// Ends a run that could not even start.
    Result<> refuse(db::Unit& unit, Run& run, const Fault& fault, std::string_view step, Effects& effects);
    /// Ends a run of which only the row is left: its event or its configuration is gone. What it holds is
    /// freed, what it asked and what it was about to call is over; what may have been done stays in doubt,
    /// for a replay.
    Result<> abandon(db::Unit& unit, const store::RunRow& row, const Fault& fault, Effects& effects);

private:
    /// What a step came to.
    enum class Next { go_on, wait, end };
    struct Turn;  ///< one advance: unit, run, effects and the bound values

    Result<> loop(Turn& turn);
    Result<Next> step(Turn& turn, const StepPlan& plan);
    /// `call`: the one that failed, if it is one.
    Result<Next> fail(Turn& turn, const StepPlan& plan, const Fault& fault, int attempts,
                      const std::string& instance, const store::CallRow* call = nullptr);
    /// Comes to the call's step again, to make it with what is to be sent now: an earlier try did not arrive.
    Result<> map_anew(Turn& turn, const StepPlan& plan, const deliver::Settled& settled);
    /// After a conflict: takes the run back to where it read what the call is based on, some times. Else
    /// false, and `fault` tells what was tried.
    Result<bool> read_again(Turn& turn, const StepPlan& plan, const store::CallRow& call, Fault& fault);
    static store::DeadLetterRow letter_of(const Turn& turn, const Fault& fault);
    /// Keeps the dead letter, which comes of the step with this path.
    static Result<> bury(Turn& turn, const store::DeadLetterRow& letter, std::string_view path);
    /// Goes to the handler of a class of failure, if there is one.
    Result<bool> caught(Turn& turn, const StepPlan& plan, std::string_view failure_class,
                        const std::string& what);
    Result<> persist(Turn& turn, store::RunState state, std::string_view reason = {});
    Result<> settle(Turn& turn, store::RunState state, std::string_view reason);
    Result<> release_claims(Turn& turn);

    Result<Next> execute(Turn& turn, const StepPlan& plan, const EnterPlan& action);
    Result<Next> execute(Turn& turn, const StepPlan& plan, const LetPlan& action);
    Result<Next> execute(Turn& turn, const StepPlan& plan, const UsePlan& action);
    Result<Next> execute(Turn& turn, const StepPlan& plan, const MatchPlan& action);
    Result<Next> execute(Turn& turn, const StepPlan& plan, const ConversationPlan& action);
    Result<Next> execute(Turn& turn, const StepPlan& plan, const CallPlan& action);
    Result<Next> execute(Turn& turn, const StepPlan& plan, const AnswerPlan& action);
    Result<Next> execute(Turn& turn, const StepPlan& plan, const EmitPlan& action);
    /// It is kept out; the run goes on without it.
    Result<Next> not_emitted(Turn& turn, const StepPlan& plan);
    Result<Next> emitted(Turn& turn, const StepPlan& plan, const Event& event);
    Result<Next> execute(Turn& turn, const StepPlan& plan, const DropPlan& action);

    Result<Next> execute(Turn& turn, const StepPlan& plan, const ChoosePlan& action);
    Result<Next> execute(Turn& turn, const StepPlan& plan, const EachPlan& action);
    Result<Next> execute(Turn& turn, const StepPlan& plan, const TimerPlan& action);

    Result<std::vector<store::RunItem>> items(Turn& turn, const EachPlan& action);
    Result<Next> round(Turn& turn, const StepPlan& plan, const EachPlan& action);
    /// Leaves all loops but the `depth` outermost.
    Result<> leave_loops(Turn& turn, std::size_t depth);

    /// Lays the run down until `until`, or until somebody decides; `watches`: or a conversation changes.
    Result<Next> park(Turn& turn, const StepPlan& plan, std::optional<TimePoint> until,
                      const std::string& reason, std::string inputs, bool watches);
    Result<> refresh_talks(Turn& turn);
    /// The conversations that the run knows, as they are now: by name, JSON; empty when there are none.
    static std::string talks(const Turn& turn);
    /// Wakes whoever watches the conversation.
    Result<> talk_changed(Turn& turn, ConversationId talk);

    struct CallWish {
        const CallTarget& target;
        std::string arguments;
        std::optional<TimePoint> released{};  ///< by a person, then
    };
    /// Makes the call, or has a person asked first.
    Result<Next> call_or_ask(Turn& turn, const StepPlan& plan, CallWish wish);
    /// Goes on without a call that would reach a person: the run is a replay.
    Result<Next> held_back(Turn& turn, const StepPlan& plan);
    Result<Next> ask(Turn& turn, const StepPlan& plan, const CallWish& wish);
    /// Goes on with a call that a person was asked about.
    Result<Next> asked(Turn& turn, const StepPlan& plan);
    Result<Next> refused(Turn& turn, const StepPlan& plan, const std::string& why);
    /// Records the call (unless it may be repeated freely) and hands it over; a call that was made before, in
    /// a run that is replayed, is answered from its record.
    Result<Next> call(Turn& turn, const StepPlan& plan, CallWish wish);
    /// Goes on with a call that is in the store already, where it may go on, and tells how the job's row
    /// stands then; else what the step came to. `anew`: the call as this run would make it.
    Result<std::optional<Next>> take_up(Turn& turn, const StepPlan& plan, store::CallRow& row,
                                        const store::CallRow& anew);
    /// Whether the connector has to say what became of it before the call is made.
    bool is_asked_about(const store::CallRow& row) const;
    bool can_call(const std::string& instance) const;
    /// The step fails since its connector is no longer configured.
    Result<Next> fail_without(Turn& turn, const StepPlan& plan, const std::string& instance);
    /// Takes in what a call brought: binds it, ties records to the conversation, notes it in the trace.
    Result<Next> arrived(Turn& turn, const StepPlan& plan, const store::CallRow& call,
                         const store::CallOutcome& outcome, std::string detail);
    /// Knows who is known, and is asked by steps in their units.
    match::Decider decider(const MatchPlan& action) const;
    Result<Next> decided(Turn& turn, const StepPlan& plan, const MatchPlan& action, const Json& who,
                         const match::Decision& decision);
    /// Nobody can tell yet: waits for a person, if that is the route's wish. Nothing: it goes on.
    Result<std::optional<Next>> wait_for_review(Turn& turn, const StepPlan& plan, const MatchPlan& action,
                                                const Json& who, const match::Decision& decision);
    /// Tells routes and waiting runs what this decision changed for them.
    Result<> spread(Turn& turn, const match::Decision& decision);
    /// Ties the person behind the value to the run's conversations, known or not.
    Result<> tie_person(Turn& turn, const Json& value);
    Result<> tie(Turn& turn, const std::string& kind, const std::string& text);
    Result<> created_person(Turn& turn, const MatchPlan& action, const store::CallOutcome& outcome);
    /// A record was made, and nobody has told its id: who it is can be known once the directory has it.
    Result<> created_unknown(Turn& turn, const MatchPlan& action);
    Result<Next> claim_person(Turn& turn, const StepPlan& plan, const MatchPlan& action,
                              const match::Person& person);
    Result<> tie(Turn& turn, const std::string& kind, const Json& value);

    /// A line of the trace, by which `why` tells what happened: all that it cannot compute again from the
    /// event and the lines before.
    struct Traced {
        store::StepStatus status = store::StepStatus::ok;
        std::string inputs{};  ///< JSON, as `result`
        /// Of a step that has given a name its value: that value. Of a failed one: `error`.
        std::string result{};
        int attempts = 1;
        std::string detail{};
        std::optional<TimePoint> started{};  ///< else just now
    };
    Result<> trace(Turn& turn, const StepPlan& plan, Traced what);
    Result<> skipped(Turn& turn, const StepPlan& plan, std::string why);

    Parts parts_;
    std::optional<store::Restore> restored_;
};

}  // namespace maillon::route
