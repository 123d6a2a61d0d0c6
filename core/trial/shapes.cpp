#include "core/trial/shapes.h"

#include "core/base/assert.h"
#include "core/store/approvals.h"
#include "core/store/reviews.h"
#include "core/store/runs.h"

namespace maillon::trial {
namespace {

using config::Key;
using config::Shape;

constexpr std::int64_t kMostTimes = 1'000'000;

constexpr std::array<Key, 4> kFile{{
    {"config", "path", "The configuration that the tests are about.", {}, R"(["maillon.yaml"])", true},
    {"environment", "environment", "What `${env.…}` in it stands for; the process' own is not looked at."},
    {"bodies", "bodies", "By event: what the body says unless a test says otherwise."},
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

constexpr std::array<Key, 2> kAccepted{
    {{"accept",
      "reference",
      "The oldest question about this directory's people: it is the record.",
      {},
      {},
      true},
     {"record", "text", "Which; may be left out where there is one candidate."}}};
constexpr std::array<Key, 1> kRejected{
    {{"reject",
      "reference",
      "The oldest question about this directory's people: it is none of the records.",
      {},
      {},
      true}}};
constexpr std::array<Key, 1> kNew{{{"new",
                                    "reference",
                                    "The oldest question about this directory's people: it is somebody new.",
                                    {},
                                    {},
                                    true}}};

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
constexpr std::array<Key, 4> kMatchAnswer{
    {{"match", "reference", "A directory, of somebody whom its exact keys do not know.", {}, {}, true},
     {"with", "values", "Only for people of whom this is a part."},
     {"returns", "verdict", "What a model would say.", {}, {}, true},
     kTimes}};
constexpr std::array<Key, 4> kVerdict{
    {{"verdict", {}, "What is to be done.", {}, {}, true, kVerdicts},
     {"records", "record_ids", "The candidates, the best first."},
     {"probability", "share", "Of the best. Default: 0.999 of a link, else 0.5."},
     {"class", "text", "On what it rests.", R"("scripted")"}}};
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
constexpr std::array<Key, 10> kExpect{{
    {"calls", "calls", "Calls with a part of their arguments; of one key in this order."},
    {"only", {}, "Nothing else but what is listed.", "false", {}, false, kNoOrYes},
    {"events", "events", "What routes emitted."},
    {"dead_letters", "dead_letters", "Runs that failed for good; absent: none.", "[]"},
    {"runs", "runs", "Runs and where they stand."},
    {"conversations", "conversations", "Conversations, the oldest first."},
    {"approvals", "approvals", "Calls that were put before a person."},
    {"reviews", "reviews", "Questions about who somebody is, the oldest first."},
    {"links", "links", "Who is linked with which record now."},
    {"records", "records", "By directory: records that it holds now."},
}};
constexpr std::array<Key, 1> kExpectedCall{
    {{"tries", {}, "How often it was tried.", {}, {}, false, {}, 1, kMostTimes}}};

// What an entry says of one thing: its value, or `~` where there is none.
constexpr Key kEntryReason{"reason", "said", "Why."};
constexpr Key kRoute{"route", "said", "Its route."};

constexpr std::array<Key, 5> kEvents{{{"type", "said", "Without a connector: hub.case.escalated."},
                                      {"body", "some_values", "A part of it."},
                                      {"key", "said", "Of the event behind it."},
                                      {"subject", "said", "Of the event behind it."},
                                      {"hops", "count", "How many emitting routes lie behind it."}}};
constexpr std::array<Key, 6> kLetters{{kRoute,
                                       {"step", "said", "The full name of the step that failed."},
                                       {"class", "failure_class", "The class of failure."},
                                       kEntryReason,
                                       {"instance", "said", "The connector that failed."},
                                       {"attempts", "count", "How often it was tried."}}};
constexpr std::array<Key, 5> kRuns{
    {kRoute,
     {"state", {}, "Where it stands.", {}, {}, false, db::kWords<store::RunState>},
     kEntryReason,
     {"key", "said", "What orders it."},
     {"event", "said", "x.message.received"}}};
constexpr std::array<Key, 6> kTalks{{{"name", "said", "As the configuration calls it."},
                                     {"channel", "said", "The connector."},
                                     {"thread", "said", "The service's own."},
                                     {"closed", {}, "Whether it is closed.", {}, {}, false, kNoOrYes},
                                     {"answered", {}, "Whether it was answered.", {}, {}, false, kNoOrYes},
                                     {"refs", "some_values", "What is tied to it, by kind."}}};
constexpr std::array<Key, 7> kApprovals{
    {{"role", "said", "Who decides."},
     {"state", {}, "What became of it.", {}, {}, false, db::kWords<store::ApprovalState>},
     kRoute,
     {"step", "said", "Its step."},
     {"call", "said", "The call."},
     {"arguments", "some_values", "A part of what is sent."},
     kEntryReason}};

constexpr Key kDirectory{"directory", "said", "Its directory."};
constexpr Key kProfile{"profile", "said", "Whom it is about: x:4711, email:anne@example.com."};
constexpr Key kClass{"class", "said", "The kind of evidence that it rests on."};

constexpr std::array<Key, 9> kReviews{
    {kDirectory,
     {"kind", {}, "What is asked.", {}, {}, false, db::kWords<store::ReviewKind>},
     {"state", {}, "What became of it.", {}, {}, false, db::kWords<store::ReviewState>},
     kProfile,
     {"rule", "said", "Why it is asked."},
     kClass,
     {"candidates", "texts", "The records that it may be, the best first."},
     {"record", "said", "Which it was said to be."},
     {"asked", "count", "How often it came up."}}};
constexpr std::array<Key, 6> kLinks{{kDirectory,
                                     kProfile,
                                     {"record", "said", "The record."},
                                     {"rule", "said", "Why: key:email, score, person, …"},
                                     kClass,
                                     {"by", "said", "The person who said it; absent: a rule."}}};

constexpr std::array<Shape, 7> kListedShapes{{{"events", "An emitted event.", kEvents},
                                              {"dead_letters", "A dead letter.", kLetters},
                                              {"runs", "A run.", kRuns},
                                              {"conversations", "A conversation.", kTalks},
                                              {"approvals", "An approval.", kApprovals},
                                              {"reviews", "A question about who somebody is.", kReviews},
                                              {"links", "Somebody and their record.", kLinks}}};

}  // namespace

const Shape kFileShape{"file", "A file of tests.", kFile};
const Shape kCaseShape{"test", "A test.", kCase};
const Shape kEventShape{"event", "An event comes.", kEvent};
const Shape kAfterShape{"after", "Time passes.", kAfter};
const Shape kApprovedShape{"approve", "A person releases a call.", kApproved};
const Shape kRefusedShape{"refuse", "A person refuses a call.", kRefused};
const Shape kAcceptedShape{"accept", "A person says which record somebody is.", kAccepted};
const Shape kRejectedShape{"reject", "A person says that it is none of the records.", kRejected};
const Shape kNewShape{"new", "A person says that it is somebody new.", kNew};
const Shape kMatchAnswerShape{"match_answer", "What a directory's model says.", kMatchAnswer};
const Shape kVerdictShape{"verdict", "A verdict.", kVerdict};
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
