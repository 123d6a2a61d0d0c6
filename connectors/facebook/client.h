#pragma once
#include "errors.h"

#include "maillon/sdk.hpp"

#include <map>
#include <mutex>

namespace maillon::facebook {

/// One request to Graph.
struct Ask {
    Effect effect = Effect::reads;
    std::string method = "GET";
    std::string path;                                           ///< "/104_555/comments"
    std::vector<std::pair<std::string, std::string>> fields{};  ///< query of a GET or DELETE, form of a POST
    std::string json{};                                         ///< body of a POST in place of a form
    std::string use_case = "pages";  ///< "pages" or "messenger": what a limit applies to
};

/// Speaks HTTP with Graph for one page: version, token and its proof, usage headers to the host, and silence
/// while Meta throttles, for calls made then make it longer. Thread-safe: both lanes share it.
class Client {
public:
    struct Settings {
        std::string url, version;
        std::string token, app_secret;  ///< names of secrets
    };
    Client(Host host, Settings settings);

    /// The answer of a success: an object, or `true`. Throws Refusal when Graph refused, Failure otherwise.
    json::value call(const Ask& ask, Deadline deadline);

private:
    Request request_of(const Ask& ask) const;
    void throw_if_closed(const std::string& use_case);
    void note_usage(const Response& response);
    Refusal refused(const Ask& ask, const Response& response);
    std::uint64_t close_after(const Ask& ask, const GraphError& error, std::uint64_t asked_ms);
    void close(const std::string& scope, std::uint64_t ms);  // mutex_ held

    Host host_;
    Settings settings_;
    std::mutex mutex_;
    std::map<std::string, std::int64_t> closed_until_ms_;  // by use case, "app" = all; guarded by mutex_
    std::map<std::string, unsigned> throttled_;            // how often in a row; guarded by mutex_
};

}  // namespace maillon::facebook
