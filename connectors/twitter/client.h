#pragma once
#include "errors.h"

#include "maillon/sdk.hpp"

#include <atomic>
#include <map>
#include <mutex>

namespace maillon::twitter {

/// One request. `endpoint` is the name under which its rate limit is kept: "search".
struct Ask {
    std::string endpoint;
    Effect effect = Effect::reads;
    std::string method = "GET";
    std::string path;  ///< with its query, from "/2/…"
    std::string body{};
};

/// Speaks HTTP with X for one account: adds the token, reports rate limits to the host, and does not call an
/// endpoint again before the time that X gave. Thread-safe: both lanes share it.
class Client {
public:
    /// `url` without a closing slash; `token` is the name of the secret, which is read anew for each request.
    Client(Host host, std::string url, std::string token);

    /// Any whole answer, whatever its status. Throws Failure, rate_limited also without sending.
    Response send(const Ask& ask, Deadline deadline);

    /// The answer's object when it was a 2xx; else throws Failure.
    json::object call(const Ask& ask, Deadline deadline);

    /// The Failure that an answer other than 2xx stands for; a rate limit closes the endpoint until then.
    Failure refused(const Ask& ask, const Response& response);

    /// Whether requests say post.fields (specification 2.167) in place of tweet.fields. Which of them the
    /// service takes shows when it refuses the other.
    bool says_post() const { return says_post_; }
    void say_post(bool yes) { says_post_ = yes; }

private:
    void report_budget(const Ask& ask, const Response& response) const;
    void throw_if_closed(const Ask& ask);

    Host host_;
    std::string url_;
    std::string token_;
    std::atomic<bool> says_post_ = false;
    std::mutex mutex_;
    std::map<std::string, std::int64_t> closed_until_ms_;  // guarded by mutex_
};

}  // namespace maillon::twitter
