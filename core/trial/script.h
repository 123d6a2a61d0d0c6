#pragma once

#include "core/plugin/connector.h"
#include "core/trial/compare.h"
#include "core/trial/test_file.h"

#include <map>
#include <mutex>
#include <vector>

namespace maillon::trial {

/// A call as it came to an instance; tries of one call are one.
struct MadeCall {
    std::string instance, operation, key;  ///< key: the idempotency key
    bool is_processor = false;
    boost::json::object arguments;
    int tries = 0;
    std::string outcome;      ///< "returned {…}", "failed: rate_limited", … of the last try
    bool is_answered = true;  ///< false: no answer of the test fits
};

/// Plays the outside: answers each try of a call with the first answer of the test that fits and has turns
/// left, and remembers what was asked. Thread-safe.
class Script {
public:
    /// `answers` must outlive this.
    explicit Script(const std::vector<Answer>& answers);

    /// Nothing when no answer fits: of a processor its plug-in may be asked itself.
    std::optional<plugin::CallReport> answer(const std::string& instance, bool is_processor,
                                             const plugin::OutCall& call);
    /// What the directory's judge says of a person; nothing when no answer fits.
    std::optional<ScriptedVerdict> verdict(const std::string& directory, const Json& person);
    bool has_verdicts(const std::string& directory) const;
    /// What became of a call whose outcome was unknown.
    plugin::CallReport reconcile(const plugin::OutCall& call);
    /// What somebody else said to the last try.
    void note(const plugin::OutCall& call, const plugin::CallReport& report);

    std::vector<MadeCall> calls() const;
    /// Answers that were never given: most likely the test says something else than is meant.
    std::vector<const Answer*> unused() const;

private:
    MadeCall& made(const std::string& instance, bool is_processor, const plugin::OutCall& call);
    bool fits(const Answer& answer, const MadeCall& call) const;

    const std::vector<Answer>& answers_;
    mutable std::mutex mutex_;
    std::vector<std::int64_t> given_;  ///< how often, beside `answers_`
    std::vector<MadeCall> calls_;
    std::map<std::string, std::size_t, std::less<>> by_key_;    ///< into `calls_`
    std::map<std::string, const Answer*, std::less<>> doubts_;  ///< by key: the answer that left it in doubt
};

}  // namespace maillon::trial
