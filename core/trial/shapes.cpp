#include "core/trial/shapes.h"

#include "core/base/assert.h"

namespace maillon::trial {
namespace {

using config::Key;
using config::Shape;

constexpr std::int64_t kMostTimes = 1'000'000;

constexpr std::array<Key, 4> kFile{{
    {"config", "path", "The configuration that the tests are about.", {}, R"(["maillon.yaml"])", true},
    {"environment", "values", "What `${env.…}` in it stands for; the process' own is not looked at."},
    {"bodies", "values", "By event: what the body says unless a test says otherwise."},
    {"tests", "tests", "The tests.", {}, {}, true},
}};
constexpr std::array<Key, 6> kCase{{
    {"name", "text", "A sentence about behaviour.", {}, {}, true},
    {"now", "moment", "When it begins.", R"("2026-01-01T10:00:00Z")"},
    {"records", "records", "By directory: the records that it holds before."},
    {"given", "given", "What happens, one thing after the other.", {}, {}, true},
    {"answers", "answers",
     "What connectors and processors say; the first that fits, while it has turns left."},
    {"expect", "expect", "What must have come of it.", {}, {}, true},
}};
constexpr Key kReason{"reason", "text", "Why."};
constexpr std::array<Key, 6> kEvent{{
    {"event", "event", "A connector brings an event.", {}, R"(["x.message.received"])", true},
    {"body", "values", "Its body; laid over `file` and over the `bodies` of the file."},
    {"file", "path", "A file beside the tests that holds the body: JSON or YAML."},
    {"id", "text", "Of the envelope; the same one twice is a double."},
    {"key", "text", "What orders runs. Default: the body's thread, else its id."},
    {"time", "moment", "When it happened. Default: now."},
}};
constexpr std::array<Key, 1> kAfter{{{"after", "span", "Time passes.", {}, R"(["2h"])", true}}};
constexpr std::array<Key, 1> kApproved{
    {{"approve", "role", "The oldest call that waits for this role is released.", {}, {}, true}}};
constexpr std::array<Key, 2> kRefused{
    {{"refuse", "role", "The oldest call that waits for this role is refused.", {}, {}, true}, kReason}};

constexpr Key kWith{"with", "values", "Only for calls whose arguments contain this."};
constexpr Key kReturns{"returns", "values", "The result; checked against the operation's schema."};
constexpr Key kFailing{"fails", "fails", "A class of failure, or more about it.", {}, R"(["rejected"])"};
constexpr Key kTimes{
    "times", {}, "For so many tries; then the next answer that fits.", {}, {}, false, {}, 1, kMostTimes};
constexpr std::array<Key, 5> kAnswer{
    {{"call", "target", "An operation of a connector.", {}, R"(["crm.upsert"])", true},
     kWith,
     kReturns,
     kFailing,
     kTimes}};
constexpr std::array<Key, 5> kProcessorAnswer{
    {{"use", "reference", "A processor.", {}, {}, true}, kWith, kReturns, kFailing, kTimes}};
constexpr std::array<Key, 4> kFails{{
    {"class", "failure_class", "As `on_error:` and `maillon why` call it.", {}, R"(["rate_limited"])", true},
    {"message", "text", "The remote's words."},
    {"retry_after", "span", "How long the remote asks to be left alone."},
    {"arrived",
     {},
     "Of in_doubt: what the remote says when asked; absent: it cannot tell.",
     {},
     {},
     false,
     kNoOrYes},
}};
constexpr std::array<Key, 8> kExpect{{
    {"calls", "calls", "Calls with a part of their arguments; of one key in this order."},
    {"only", {}, "Nothing else but what is listed.", "false", {}, false, kNoOrYes},
    {"events", "list", "What routes emitted."},
    {"dead_letters", "list", "Runs that failed for good; absent: none.", "[]"},
    {"runs", "list", "Runs and where they stand."},
    {"conversations", "list", "Conversations, the oldest first."},
    {"approvals", "list", "Calls that were put before a person."},
    {"records", "records", "By directory: records that it holds now."},
}};
constexpr std::array<Key, 1> kExpectedCall{
    {{"tries", {}, "How often it was tried.", {}, {}, false, {}, 1, kMostTimes}}};

constexpr std::array<Key, 5> kEvents{{{"type", "text", "Without a connector: hub.case.escalated."},
                                      {"body", "values", "A part of it."},
                                      {"key", "text", "Of the event behind it."},
                                      {"subject", "text", "Of the event behind it."},
                                      {"hops", "whole_number", "How many emitting routes lie behind it."}}};
constexpr std::array<Key, 6> kLetters{{{"route", "reference", "Its route."},
                                       {"step", "text", "The full name of the step that failed."},
                                       {"class", "failure_class", "The class of failure."},
                                       kReason,
                                       {"instance", "reference", "The connector that failed."},
                                       {"attempts", "whole_number", "How often it was tried."}}};
constexpr std::array<Key, 5> kRuns{{{"route", "reference", "Its route."},
                                    {"state", "text", "finished, waiting, dropped, dead_lettered, …"},
                                    kReason,
                                    {"key", "text", "What orders it."},
                                    {"event", "text", "x.message.received"}}};
constexpr std::array<Key, 6> kTalks{{{"name", "reference", "As the configuration calls it."},
                                     {"channel", "reference", "The connector."},
                                     {"thread", "text", "The service's own."},
                                     {"closed", "flag", "Whether it is closed."},
                                     {"answered", "flag", "Whether it was answered."},
                                     {"refs", "values", "What is tied to it, by kind."}}};
constexpr std::array<Key, 7> kApprovals{{{"role", "text", "Who decides."},
                                         {"state", "text", "open, released, refused or lapsed."},
                                         {"route", "reference", "Its route."},
                                         {"step", "text", "Its step."},
                                         {"call", "target", "The call."},
                                         {"arguments", "values", "A part of what is sent."},
                                         kReason}};

constexpr std::array<Shape, 5> kListedShapes{{{"events", "An emitted event.", kEvents},
                                              {"dead_letters", "A dead letter.", kLetters},
                                              {"runs", "A run.", kRuns},
                                              {"conversations", "A conversation.", kTalks},
                                              {"approvals", "An approval.", kApprovals}}};

}  // namespace

const Shape kFileShape{"file", "A file of tests.", kFile};
const Shape kCaseShape{"test", "A test.", kCase};
const Shape kEventShape{"event", "An event comes.", kEvent};
const Shape kAfterShape{"after", "Time passes.", kAfter};
const Shape kApprovedShape{"approve", "A person releases a call.", kApproved};
const Shape kRefusedShape{"refuse", "A person refuses a call.", kRefused};
const Shape kAnswerShape{"answer", "What a connector says.", kAnswer};
const Shape kProcessorAnswerShape{"processor_answer", "What a processor says.", kProcessorAnswer};
const Shape kFailsShape{"fails", "How a call fails.", kFails};
const Shape kExpectShape{"expect", "What must have come of it.", kExpect};
const Shape kExpectedCallShape{"call", "A call, by its name.", kExpectedCall};

const Shape& shape_of_listed(std::string_view kind) {
    for (const auto& shape : kListedShapes) {
        if (shape.name == kind) return shape;
    }
    MAILLON_ASSERT(false, "every kind of kListed has a shape");
    return kListedShapes.front();
}

}  // namespace maillon::trial
