#pragma once

#include "core/config/config.h"
#include "core/event/event.h"
#include "core/expression/expression.h"
#include "core/expression/template.h"
#include "core/match/directory_keys.h"
#include "core/plugin/descriptor.h"
#include "core/route/value_template.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace maillon::route {

/// "After the last step."
constexpr std::size_t kEnd = static_cast<std::size_t>(-1);

/// A variable of a route: its name and its slot in the route's scope.
struct Variable {
    std::string name;
    std::size_t slot = 0;
};

/// An operation that a step calls, resolved.
struct CallTarget {
    std::string instance;
    plugin::OperationInfo operation;
};

struct LetPlan {
    std::vector<std::pair<Variable, ValueTemplate>> values;
};
/// The head of a block: does nothing itself; when its `when` is false the whole block is skipped.
struct EnterPlan {
    std::size_t inside = kEnd;
};
struct ChoosePlan {
    struct Branch {
        std::string label;                        ///< for people: its name, else its number
        std::optional<expression::Program> when;  ///< absent: else
        std::size_t inside = kEnd;
    };
    std::vector<Branch> branches;
};
/// The head of a loop: its steps lead back to it, and it leads on to the next round or out.
struct EachPlan {
    expression::Program list;
    std::optional<expression::Program> key;
    Variable as;
    std::size_t inside = kEnd;
    std::vector<Variable> forgets;  ///< what gets a value inside and means nothing outside
};
struct TimerPlan {
    std::string name;
    std::chrono::milliseconds after{0};
    std::optional<expression::Program> unless;
    std::size_t inside = kEnd;
};
struct UsePlan {
    std::string processor;
    Variable as;
    std::optional<ValueTemplate> with;
};
struct CreatePlan {
    CallTarget target;
    std::string module;
    ValueTemplate fields;
};
struct MatchPlan {
    std::string directory;
    std::shared_ptr<const match::DirectoryKeys>
        keys;  ///< shared with the other routes that ask this directory
    expression::Program who;
    std::optional<CreatePlan> create;
    config::Unsure unsure = config::Unsure::go_on;
    std::chrono::milliseconds within{0};  ///< of wait
    Variable as;
};
struct ConversationPlan {
    std::string name;
    Variable as;
    std::optional<std::pair<std::string, ValueTemplate>> of;  ///< kind of reference, its value
};
struct CallPlan {
    CallTarget target;
    std::optional<Variable> as;
    ValueTemplate with;
};
struct AnswerPlan {
    Variable talk;
    expression::Template text;
    std::map<std::string, plugin::OperationInfo> channels;  ///< `reply` of every connector that has it
};
struct EmitPlan {
    std::string type;
    ValueTemplate with;
};
struct DropPlan {
    expression::Template reason;
};
using ActionPlan = std::variant<EnterPlan, LetPlan, UsePlan, MatchPlan, ConversationPlan, CallPlan,
                                AnswerPlan, EmitPlan, DropPlan, ChoosePlan, EachPlan, TimerPlan>;

/// Who has to release a call, and by when.
struct ApprovePlan {
    std::string role;
    std::optional<std::chrono::milliseconds> within;
};

/// Where a failure of a class goes; the steps there lead on to what follows the step that failed.
struct HandlerPlan {
    std::string failure_class;  ///< name of a FaultKind, "refused" or "any"
    std::size_t first = kEnd;
    std::size_t depth = 0;  ///< loops around the step whose handler it is; those further in are left
};

/// One step in the flat list of its route.
struct StepPlan {
    std::string path;  ///< stable full name: "open_case/call crm.upsert"
    std::string kind;
    std::optional<expression::Program> when;
    ActionPlan action;
    std::optional<ApprovePlan> approve;  ///< of call and answer
    std::size_t next = kEnd;             ///< what follows it, with all that is inside it
    std::vector<std::size_t> handlers;   ///< indices into RoutePlan::handlers, innermost first
    std::vector<std::size_t> loops;  ///< for each loop around it: where in `path` the name of the loop ends
    config::Place place{};           ///< in the configuration, for people
    std::string where{};             ///< the same as text: "conf.d/support.yaml:31"
};

struct RoutePlan {
    std::string name;
    std::string where{};  ///< where it is written: "maillon.yaml:12"
    std::vector<config::Trigger> from;
    std::optional<expression::Program> when;
    config::Place when_place{};
    std::vector<StepPlan> steps;
    std::vector<HandlerPlan> handlers;
    std::size_t first = kEnd;
    std::size_t error_slot = 0;
    expression::Scope scope;  ///< of the whole route; "event" and "meta" have slots 0 and 1
    std::map<std::string, std::chrono::milliseconds> max_age;  ///< by connector that triggers it

    /// For each variable the steps that give it a value, to say why it has none.
    std::map<std::string, std::vector<std::string>> given_by;

    /// The trigger that fits; of schedules only the route's own.
    const config::Trigger* trigger_for(const Envelope& event) const;
    std::optional<std::size_t> step_at(std::string_view path) const;
};

/// The path of a step in its route from the full name that it had in a run: without the keys of rounds.
std::string path_of_step(std::string_view name);

/// The id of the event by which a route's schedule says that its time has come: once per route and time.
std::string cron_event_id(std::string_view route, TimePoint scheduled);

/// A whole configuration, ready to run. Immutable.
struct Plan {
    std::string hash;
    std::map<std::string, std::shared_ptr<const RoutePlan>> routes;
    std::map<std::string, std::shared_ptr<const match::DirectoryKeys>> directories;
    std::uint32_t max_hops = 8;
    std::uint32_t max_runs = 10'000;
    std::uint32_t max_items = 1'000;
};

}  // namespace maillon::route
