#pragma once

#include "core/net/http_client.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace maillon::testing {

/// An HttpClient for tests: a remote that answers from a script and fails on demand. Thread-safe.
///
/// Rules are tried in the order in which they were made; the first that fits and is not used up answers. A
/// request that no rule fits is `rejected`, and `unexpected()` lists it.
///
/// *Failures at every step.* Each request has two steps: 0, before it reaches the remote (fault `retry`, the
/// rule is not used up), and 1, after the remote has acted and before the answer is back (`in_doubt`).
/// `fail_at(n)` fails the n-th step of all, once. A test runs its scenario with n = 0, 1, 2 … until
/// `has_failed()` stays false:
///
///     for (int step = 0;; ++step) {
///         ScriptedClient http;
///         http.on("POST", "https://crm.test/v1/cases").reply(201);
///         http.fail_at(step);
///         run(http);                                   // must end well, and
///         EXPECT_EQ(http.arrived().size(), 1u);        // nothing lost, nothing twice
///         if (!http.has_failed()) break;
///     }
class ScriptedClient final : public HttpClient {
public:
    using Answer = std::function<Result<HttpReply>(const ClientRequest&)>;

    /// What to answer to requests of one kind. Unlimited unless `times` says otherwise.
    class Rule {
    public:
        Rule& reply(int status, std::string body = "", HeaderList headers = {});
        /// Only with `in_doubt` does the request count as arrived.
        Rule& fault(Fault fault);
        Rule& answer(Answer answer);
        /// For `open`: the body arrives in these pieces.
        Rule& stream(int status, std::vector<std::string> chunks, HeaderList headers = {});
        Rule& with_body(std::string exact);
        Rule& with_header(std::string name, std::string value);
        Rule& times(int count);

    private:
        friend class ScriptedClient;
        std::string method_;
        std::string url_;
        HeaderList headers_;
        std::optional<std::string> body_;
        Answer answer_;
        std::vector<std::string> chunks_;
        int left_ = -1;
        bool arrives_ = true;
    };

    /// `url` is exact, or a beginning when it ends in '*'. The rule lives as long as the client; finish it
    /// before calls.
    Rule& on(std::string method, std::string url);
    void fail_at(int step);
    bool has_failed() const;

    /// Requests on which the remote has acted, in order.
    std::vector<ClientRequest> arrived() const;
    /// Requests that no rule fitted, as "METHOD url".
    std::vector<std::string> unexpected() const;
    /// Limited rules that were not used up, as "METHOD url".
    std::vector<std::string> missing() const;

    Result<HttpReply> send(const ClientRequest& request, SteadyPoint deadline, const Cancel& cancel) override;
    Result<StreamEnd> open(const ClientRequest& request, SteadyPoint deadline, const Cancel& cancel,
                           const OnHead& on_head, const OnChunk& on_chunk) override;

private:
    struct Found {
        Answer answer;
        std::vector<std::string> chunks;
        bool fail_after = false;
    };
    Result<Found> take(const ClientRequest& request, const Cancel& cancel);
    static bool answers(const Rule& rule, const ClientRequest& request);
    bool fails_now();

    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<Rule>> rules_;
    std::vector<ClientRequest> arrived_;
    std::vector<std::string> unexpected_;
    int step_ = 0;
    int fail_at_ = -1;
    bool has_failed_ = false;
};

}  // namespace maillon::testing
