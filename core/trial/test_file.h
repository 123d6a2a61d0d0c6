#pragma once

#include "core/base/clock.h"
#include "core/base/fault.h"
#include "core/config/load.h"
#include "core/config/value.h"
#include "core/match/verdict.h"
#include "core/route/linking.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace maillon::trial {

/// `- event: x.message.received`: something that a connector brings.
struct GivenEvent {
    config::Name event;  ///< as it was written
    std::string connector, type;
    config::ValueTree body;     ///< a map, laid over what the file's `bodies:` say
    boost::json::object value;  ///< the body as its schema has it; see `check`
    std::string id, key;        ///< of the envelope; empty: made up as connectors do
    std::optional<TimePoint> time;
};
/// `- after: 2h`: time passes.
struct Passing {
    std::chrono::milliseconds by{0};
};
/// `- approve: team_lead`, `- refuse: team_lead`: the oldest call that waits for this role is decided.
struct Verdict {
    bool is_released = false;
    config::Name role;
    std::string reason;
};
/// `- accept: customers`, `- reject: customers`, `- new: customers`: the oldest question about the people of
/// this directory is answered, as by `maillon review`.
struct Answered {
    route::ReviewAnswer::Word word = route::ReviewAnswer::Word::accept;
    config::Name directory;
    std::string record;  ///< of accept; empty: the only candidate
};
struct Given {
    config::Place place{};
    std::variant<GivenEvent, Passing, Verdict, Answered> what;
};

/// How a scripted call fails.
struct Failing {
    FaultKind kind = FaultKind::rejected;
    std::string message;
    std::optional<std::chrono::milliseconds> retry_after;
    std::optional<bool>
        arrived;  ///< of a call in doubt: what the remote says when it is asked; absent: it cannot tell
};

/// What a directory's judge says of somebody of whom exact keys tell nothing.
struct ScriptedVerdict {
    match::Verdict::Kind kind = match::Verdict::Kind::none;
    std::vector<std::string> records;  ///< best first
    double probability = 0;            ///< of the first
    std::string evidence_class;
};

/// What a connector, a processor or a directory says to the calls that fit.
struct Answer {
    config::Place place{};
    config::Name target;  ///< "crm.upsert" or "language", as it was written
    std::string instance;
    std::string operation;                   ///< empty: a processor
    std::optional<ScriptedVerdict> verdict;  ///< then `instance` is a directory, and `with` part of a person
    config::ValueTree with;                  ///< a map that the arguments must contain; may be empty
    config::ValueTree returns;
    boost::json::object value;  ///< `returns` as the operation's schema has it; see `check`
    std::optional<Failing> fails;
    std::int64_t times = 0;  ///< 0: as often as it is asked
};

struct ExpectedCall {
    config::Place place{};
    config::Name target;
    std::string instance, operation;
    config::ValueTree arguments;
    std::optional<std::int64_t> tries;
    config::Place tries_place{};
};

/// What must have come of it. A list that is absent is not looked at (dead letters: there must be none); an
/// empty one means that there is nothing of the kind; `only` means nothing besides what is listed.
struct Expected {
    config::Place place{};
    bool only = false;
    config::Place calls_place{};
    std::optional<std::vector<ExpectedCall>> calls;
    std::map<std::string, config::Member> lists;    ///< by kind: "events", "runs", …
    std::map<std::string, config::Member> records;  ///< by directory
};

struct TestCase {
    config::Name name;
    TimePoint now{};
    std::map<std::string, config::Member> records;  ///< by directory: what it holds before
    std::vector<Given> given;
    std::vector<Answer> answers;
    Expected expected;
};

/// What the body of an event says unless a test says otherwise.
struct UsualBody {
    config::Name event;  ///< as it was written
    std::string connector, type;
    config::ValueTree body;
};

/// One file of tests, read; nothing in it has been held against a configuration yet.
struct TestFile {
    std::filesystem::path path;
    std::filesystem::path config;
    config::Place config_place{};
    config::Environment environment;
    std::vector<UsualBody> bodies;
    std::vector<TestCase> cases;
};

/// The kinds of things that `expect:` may list besides calls and records.
inline constexpr std::string_view kListed[] = {"events",    "dead_letters", "runs", "conversations",
                                               "approvals", "reviews",      "links"};

/// Reads a file of tests; reports every mistake at its place and gives nothing when there was one.
std::optional<TestFile> read_test_file(const std::filesystem::path& path, config::Sources& sources,
                                       config::Diagnostics& diagnostics);

}  // namespace maillon::trial
