#pragma once
#include "maillon/sdk.hpp"

namespace maillon::facebook {

/// What repeating a request would do.
enum class Effect {
    reads,       ///< nothing
    repeatable,  ///< nothing more than the first time
    once,        ///< a second comment or message
};

/// Graph's error object; `code` 0 when the answer holds none.
struct GraphError {
    std::int64_t code = 0;
    std::int64_t subcode = 0;
    std::string type;
    std::string message;  ///< fit for a log: one line, shortened
    bool transient = false;
    bool present = false;

    bool is_gone() const { return code == 100 && subcode == 33; }
};
GraphError error_of(const Response& response);

/// What Graph refused, with its error for callers that make something of it.
class Refusal : public Failure {
public:
    Refusal(const Failure& failure, GraphError error) : Failure(failure), error_(std::move(error)) {}
    const GraphError& error() const { return error_; }

private:
    GraphError error_;
};

/// True for the codes with which Meta asks for fewer calls, or none for a while.
bool is_throttle(const GraphError& error);

/// What the host has to do about an answer that is no success. Decided by code and subcode: the HTTP status
/// has no fixed meaning (but that a 5xx rejects nothing), and "OAuthException" comes with throttling too.
/// Throttling has no time in it: the client adds it.
Failure failure_of(const Response& response, Effect effect);

}  // namespace maillon::facebook
