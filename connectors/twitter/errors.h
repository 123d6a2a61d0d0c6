#pragma once
#include "maillon/sdk.hpp"

namespace maillon::twitter {

/// What repeating a request would do.
enum class Effect {
    reads,       ///< nothing
    repeatable,  ///< nothing more than the first time
    once,        ///< a second post
};

/// What an answer other than 2xx says, whichever of X's shapes it has; all empty for a proxy's HTML page.
struct Problem {
    std::string kind;  ///< last segment of `type`: "usage-capped"; the host before it changes
    std::string title;
    std::string detail;                   ///< fit for a log: one line, shortened
    std::string period;                   ///< of a usage cap: "Monthly", "Daily"
    std::vector<std::string> parameters;  ///< names of the parameters that were refused

    /// True when the parameter was refused, or the texts name it.
    bool names(std::string_view parameter) const;
};
Problem problem_of(const Response& response);

/// True when the account's paid volume is used up: waiting a quarter of an hour does not help.
bool is_usage_cap(const Response& response, const Problem& problem);

/// True when X refused a post because the account has made the same before.
bool is_duplicate(const Response& response);

/// What the host has to do about an answer other than 2xx. `now_ms` is Unix time.
Failure failure_of(const Response& response, Effect effect, std::int64_t now_ms);

}  // namespace maillon::twitter
