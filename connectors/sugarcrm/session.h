#pragma once
#include "settings.h"

#include <mutex>

namespace maillon::sugarcrm {

/// The signed-in state of one instance: who holds which token, and its renewal.
///
/// Thread-safe. Both lanes use it at the same time; a renewal happens under the lock, so that the second lane
/// waits for the first one's token instead of fetching its own. A refresh token is used once and replaced by
/// the one that comes with the answer. When Sugar refuses the user's password, nothing is sent again before
/// `reset`: repeated attempts lock accounts.
class Session {
public:
    Session(Host host, const Settings& settings);  // `settings` must outlive this

    struct Token {
        std::string text;
        std::uint64_t generation = 0;
    };

    /// A token that is good as far as known; signs in when there is none. Throws Failure: auth = refused.
    Token token(Deadline deadline);

    /// Another one after Sugar refused `refused`; no request when the other lane has renewed it meanwhile.
    Token renewed(const Token& refused, Deadline deadline);

    /// Forgets tokens and an earlier refusal: a person has asked for a new attempt.
    void reset();

    /// `text` without any token in it.
    std::string scrubbed(std::string text) const;

private:
    void renew(Deadline deadline);
    bool refresh(Deadline deadline);
    void log_in(Deadline deadline);
    Response ask(const json::object& grant, Deadline deadline) const;
    void accept(const Response& response);
    [[noreturn]] void give_up(const Response& response) const;

    Host host_;
    const Settings& settings_;
    mutable std::mutex mutex_;
    std::string access_{};
    std::string refresh_{};
    std::uint64_t good_until_ms_ = 0;  ///< monotonic
    std::uint64_t generation_ = 0;
    bool is_refused_ = false;
};

}  // namespace maillon::sugarcrm
