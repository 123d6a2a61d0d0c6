#pragma once

#include "core/store/calls.h"
#include "core/store/runs.h"

namespace maillon::store {

/// A call of which nobody can tell whether it arrived; its run waits for a person.
struct DoubtRow {
    CallId id{};
    RunId run{};
    EventSeq event{};
    std::string route{}, key{}, step{};
    std::string instance{}, operation{};
    std::string idempotency_key{};
    std::string args{};  ///< JSON
    int attempts = 0;
    bool outbound = false;  ///< reaches a person
    TimePoint created{};
    std::optional<TimePoint> first_tried{};
    std::string detail{};  ///< why it is in doubt
};

/// Empty members do not filter.
struct DoubtFilter {
    std::string route{}, instance{};
    std::size_t limit = 100;
};

/// What a person found out, or wants done.
struct Verdict {
    enum class Kind {
        done,    ///< it arrived: never made again
        again,   ///< make it, whether it arrived or not
        failed,  ///< it did not arrive, and is not to be made
    };
    Kind kind = Kind::done;
    std::string remote_id{};  ///< done: what the remote calls it
    std::string result{};     ///< done: the call's result, a JSON object; empty: {"id": remote_id}
    std::string by{}, note{};
};

struct Doubts {
    /// By id, the oldest first.
    static Result<std::vector<DoubtRow>> list(db::Session& session, const DoubtFilter& filter);
    static Result<std::optional<DoubtRow>> by_id(db::Session& session, CallId id);
    static Result<std::int64_t> count(db::Session& session);
    /// Takes the call out of doubt and makes its run ready: it comes to the call once more and finds what was
    /// decided. A call that is not in doubt any more is a Fault of kind conflict: two people decided at once.
    static Result<RunRow> decide(db::Unit& unit, CallId id, const Verdict& verdict, TimePoint now);
};

}  // namespace maillon::store
