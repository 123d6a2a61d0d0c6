#include "core/config/shape.h"

#include <array>

namespace maillon::config {
namespace {

constexpr std::array<std::string_view, 3> kUnsure{"go_on", "skip", "wait"};

constexpr Key kWith{"with", "templates",
                    "What it is given. `\"${…}\"` is an expression; alone it keeps its type."};
constexpr Key kApprove{"approve",
                       "approve",
                       "A person of this role releases it first: `maillon approvals`.",
                       {},
                       R"(["team_lead", { "role": "team_lead", "within": "8h" }])"};
constexpr Key kInner{"steps", "steps", "What is done, one step after the other.", {}, {}, true};

constexpr std::array<Key, 3> kStep{{
    {"when",
     "expression",
     "False: the step is skipped, and the trace says so.",
     {},
     R"(["event.text != ''"])"},
    {"name", "step_name",
     "What its calls are remembered by, so that nothing is done twice. Default: kind and target, `call "
     "crm.create`."},
    {"on_error",
     "on_error",
     "What is done when it has failed for good, by class of failure: `continue`, or steps that are run "
     "instead.",
     {},
     R"(["continue"])"},
}};

constexpr std::array<Key, 1> kLet{{{"let",
                                    "values",
                                    "Gives values names; each sees those before it.",
                                    {},
                                    R"([{ "short": "${event.text.truncate(60)}" }])",
                                    true}}};
constexpr std::array<Key, 3> kUse{{
    {"use", "reference", "Runs a processor.", {}, {}, true},
    {"as", "identifier", "The name of its result. Default: the processor's name."},
    kWith,
}};
constexpr std::array<Key, 1> kDo{{{"do", "reference", "Runs a block.", {}, {}, true}}};
constexpr std::array<Key, 6> kMatch{{
    {"match", "reference", "Finds who it is in a directory.", {}, {}, true},
    {"who", "expression", "An expression: the person as the event has it.", {}, R"(["event.author"])", true},
    {"none", "none", "When nobody is found: `skip`, or the record that is made.", R"("skip")",
     R"([{ "create": "crm.Contacts", "fields": { "last_name": "${event.author.name}" } }])"},
    {"unsure",
     {},
     "When a person is to decide who it is (`maillon review`): `go_on` without the person, whom "
     "`hub.link.added` brings later on; `wait` for the decision; or `skip` the event.",
     R"("go_on")",
     {},
     false,
     kUnsure},
    {"within", "wait_span", "Of `unsure: wait`: goes on without the person when nobody has decided by then.",
     R"("1d")", R"(["8h"])"},
    {"as", "identifier", "The name of the person.", R"("person")"},
}};
constexpr std::array<Key, 3> kTalk{{
    {"conversation", "reference", "Finds or opens the conversation that the event belongs to.", {}, {}, true},
    {"as", "identifier", "Its name: `talk.thread`, `talk.answered`, …", R"("talk")"},
    {"of", "templates", "How to find it when the event is not of its thread: a link and the id behind it."},
}};
constexpr std::array<Key, 4> kCall{{
    {"call", "target", "Calls an operation of a connector.", {}, {}, true},
    {"as", "identifier", "The name of the result."},
    kWith,
    kApprove,
}};
constexpr std::array<Key, 3> kAnswer{{
    {"answer", "reference", "Answers on the channel and thread where the conversation is.", {}, {}, true},
    {"text", "template_text", "What is said.", {}, R"(["Thank you, we are looking into it."])", true},
    kApprove,
}};
constexpr std::array<Key, 2> kEmit{{
    {"emit",
     "emitted",
     "Makes an event for other routes; its type begins with `hub.`",
     {},
     R"(["hub.case.escalated"])",
     true},
    kWith,
}};
constexpr std::array<Key, 1> kDrop{{{"drop",
                                     "template_text",
                                     "Ends the run; the reason is counted and shown.",
                                     {},
                                     R"(["a repost"])",
                                     true}}};
constexpr std::array<Key, 1> kChoose{
    {{"choose", "branches", "The first branch whose `when` is true is taken.", {}, {}, true}}};
constexpr std::array<Key, 4> kEach{{
    {"each", "expression", "An expression: a list, or a map whose keys are the items.", {}, {}, true},
    {"as", "identifier", "The name of the item.", {}, R"(["item"])", true},
    {"key", "expression",
     "An expression that tells the items apart; rounds are remembered by it. May be left out for texts and "
     "whole numbers."},
    kInner,
}};
constexpr std::array<Key, 4> kTimer{{
    {"timer", "name", "The run waits here; restarts do not matter.", {}, {}, true},
    {"after", "wait_span", "How long.", {}, R"(["2h"])", true},
    {"unless",
     "expression",
     "Looked at when the time is up, or when a conversation that the run knows changes: true, and the steps "
     "are "
     "needless.",
     {},
     R"(["talk.answered"])"},
    kInner,
}};

constexpr std::array<Key, 2> kCreate{{
    {"create",
     "create_target",
     "A connector and the module of the record that is made.",
     {},
     R"(["crm.Contacts"])",
     true},
    {"fields", "templates", "The fields of the record.", {}, {}, true},
}};
constexpr std::array<Key, 2> kApproveKeys{{
    {"role", "name", "Who is to decide.", {}, R"(["team_lead"])", true},
    {"within", "wait_span", "Nobody decided in time: that is a refusal.", {}, R"(["8h"])"},
}};
constexpr std::array<Key, 3> kBranch{{
    {"when", "expression", "The branch is taken when this is true and no earlier one was.", {}, {}, true},
    {"name", "name", "Needed only where two branches hold steps of the same name."},
    kInner,
}};
constexpr std::array<Key, 1> kElse{
    {{"else", "steps", "What is done when no branch is taken; stands last.", {}, {}, true}}};

}  // namespace

constinit const Shape kStepShape{"step", "One thing that is done.", kStep};
constinit const Shape kLetShape{"step_let", "Gives values names.", kLet};
constinit const Shape kUseShape{"step_use", "Runs a processor.", kUse};
constinit const Shape kDoShape{"step_do", "Runs a block of steps.", kDo};
constinit const Shape kMatchShape{"step_match", "Finds who it is.", kMatch};
constinit const Shape kTalkShape{"step_conversation", "Finds the conversation that the event belongs to.",
                                 kTalk};
constinit const Shape kCallShape{"step_call", "Calls an operation of a connector.", kCall};
constinit const Shape kAnswerShape{"step_answer", "Answers where the conversation is.", kAnswer};
constinit const Shape kEmitShape{"step_emit", "Makes an event for other routes.", kEmit};
constinit const Shape kDropShape{"step_drop", "Ends the run with a reason.", kDrop};
constinit const Shape kChooseShape{"step_choose", "Takes one of several branches.", kChoose};
constinit const Shape kEachShape{"step_each", "Runs steps once for every item of a list.", kEach};
constinit const Shape kTimerShape{"step_timer", "Waits, then runs steps unless that has become needless.",
                                  kTimer};
constinit const Shape kCreateShape{"create", "The record that is made of a person whom nobody knows.",
                                   kCreate};
constinit const Shape kApproveShape{"approve_within", "Who releases it, and by when.", kApproveKeys};
constinit const Shape kBranchShape{"branch", "One of the branches.", kBranch};
constinit const Shape kElseShape{"branch_else", "The last branch.", kElse};

}  // namespace maillon::config
