#pragma once

#include "core/config/hub.h"
#include "core/config/value.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace maillon::config {

struct Step;
using Steps = std::vector<Step>;

/// `values:` of a map in the order of the file.
struct Field {
    Name name;
    ValueTree value;
};

/// `call: crm.upsert`: an operation of a connector.
struct Target {
    std::string instance;
    std::string operation;
    Place place{};
};

struct Let {
    std::vector<Field> values;  ///< names are checked to be identifiers; each sees those before it
};

struct Use {
    Name processor;
    std::string as;  ///< default: the processor's name
    ValueTree with;  ///< a map, may be empty
};

struct Do {
    Name block;
};

struct Create {
    std::string instance;  ///< `create: crm.Contacts`
    std::string module;
    Place place{};
    ValueTree fields;  ///< a map
};

/// What becomes of the run while a person has yet to decide who it was.
enum class Unsure : std::uint8_t { go_on, skip, wait };

struct Match {
    Name directory;
    Scalar who;                    ///< an expression
    std::optional<Create> create;  ///< absent: `none: skip`
    Unsure unsure = Unsure::go_on;
    Millis within = std::chrono::days{1};  ///< of `unsure: wait`; then it goes on without the person
    std::string as = "person";
};

struct Conversation {
    Name conversation;
    std::string as = "talk";
    ValueTree of;  ///< a map: how to find it when the event is not of its thread; empty: the event's thread
};

/// `approve: team_lead`: the call is made once a person has released it.
struct Approve {
    Name role;
    std::optional<Millis> within;  ///< refused by itself when nobody has decided by then
};

struct Call {
    Target target;
    std::string as;  ///< empty: the result has no name
    ValueTree with;  ///< a map, may be empty
    std::optional<Approve> approve;
};

struct Answer {
    Name conversation;
    Scalar text;
    std::optional<Approve> approve;
};

struct Emit {
    Name type;  ///< begins with "hub."
    ValueTree with;
};

struct Drop {
    Scalar reason;
};

struct Branch {
    std::string name;            ///< empty: the steps are named as if they stood in `choose` itself; "else"
    std::optional<Scalar> when;  ///< an expression; absent: `else`
    Place place{};
    Steps steps;
};

/// The first branch that is true is taken; `else` stands last.
struct Choose {
    std::vector<Branch> branches;  ///< at least one
};

/// The steps once for every item of a list, one after the other.
struct Each {
    Scalar list;  ///< an expression
    std::string as;
    Place as_place{};
    std::optional<Scalar> key;  ///< an expression that sees the item; absent: the items are their own keys
    Steps steps;
};

/// The run waits here; then the steps, unless `unless` holds.
struct Timer {
    Name name;
    Millis after{0};
    std::optional<Scalar> unless;  ///< an expression
    Steps steps;
};

using Action = std::variant<Let, Use, Do, Match, Conversation, Call, Answer, Emit, Drop, Choose, Each, Timer>;

/// What happens when the step fails for good. No steps: `on_error: continue`.
struct Handler {
    Place place{};
    Steps steps;  ///< run in place of what failed; then the run goes on
};

struct Step {
    /// Unique in its list, and kept when other steps come or go: it is part of the idempotency key. Given by
    /// `name:`, else made of kind and target ("call crm.upsert"; the second one in the list "call crm.upsert
    /// 2"). The full name of a step inside `on_error` is "<step>/<class>/<step>", inside a block, a timer or
    /// a loop "<that step>/<step>", inside a choice "<choose>/<branch>/<step>", without the branch where it
    /// has no name; `name` is its last part.
    std::string name;
    bool name_is_given = false;
    std::string kind;            ///< the key that made it this kind: "let", "use", "do", "match", …
    Place place{};               ///< of that key
    std::optional<Scalar> when;  ///< an expression
    Action action;
    /// By class of failure: "rejected", "conflict", "auth", "unsupported", "internal", "retry" (tried until
    /// `retry.for` was over), "refused" (by the person who was to release it) or "any", which takes what no
    /// other class does.
    std::map<std::string, Handler> on_error;
};

}  // namespace maillon::config
