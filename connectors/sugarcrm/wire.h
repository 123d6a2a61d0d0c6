#pragma once
#include "answer.h"
#include "session.h"

#include <atomic>
#include <span>

namespace maillon::sugarcrm {

/// One request below the API's address.
struct Ask {
    std::string method = "GET";
    std::string path{};  ///< "Contacts/filter", percent-encoded, with its query
    json::value body{};  ///< null: none
    Effect effect = Effect::none;
    std::string
        timestamp{};  ///< X-TIMESTAMP: the date_modified that was read; such a request never goes in bulk
};

/// Sends requests with a token, renews it once when Sugar refuses it, and says for each request what became
/// of it.
///
/// Thread-safe: both lanes use it. Never throws for what a remote does; a request that could not be sent at
/// all has a Reply like any other.
class Wire {
public:
    Wire(Host host, const Settings& settings, Session& session);  // both must outlive this

    Reply one(const Ask& ask, Deadline deadline);

    /// Answers in the order of `asks`, which is also the order in which Sugar does them. Where `bulk` is on
    /// they share requests; a bulk request that is too large is halved.
    std::vector<Reply> all(std::span<const Ask> asks, Deadline deadline);

private:
    using Asks = std::span<const Ask>;
    using Replies = std::span<Reply>;
    void bulk(Asks asks, Replies replies, Deadline deadline);
    void exchange_bulk(Asks asks, Replies replies, Session::Token& used, Deadline deadline);
    void repeat_refused(Asks asks, Replies replies, Session::Token& used, Deadline deadline);
    void singly(Asks asks, Replies replies, Deadline deadline);
    Session::Token fresh(const Session::Token& refused, Deadline deadline);
    Answer exchange(const Ask& ask, Session::Token& used, Deadline deadline);
    Answer attempt(const Ask& ask, const Session::Token& token, Deadline deadline);
    void scrub(Reply& reply) const;

    Host host_;
    const Settings& settings_;
    Session& session_;
    std::atomic<bool> may_bulk_;
};

/// Percent-encodes everything but unreserved characters.
std::string encoded(std::string_view text);

}  // namespace maillon::sugarcrm
