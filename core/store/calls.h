#pragma once

#include "core/db/session.h"

#include <span>

namespace maillon::store {

enum class CallState {
    pending,  ///< to be tried, not before `not_before`
    trying,   ///< handed to the connector; found at start-up, it is in doubt
    done,
    failed,    ///< given up
    in_doubt,  ///< sent, outcome unknown: reconcile, or a person decides
};

/// One call to a connector's operation.
struct CallRow {
    CallId id{};
    RunId run{};
    std::string step{};
    std::string instance{}, operation{};
    std::string idempotency_key{};  ///< unique
    std::string target_key{};       ///< at most one call of a (key, target) in a batch
    std::string args{};             ///< JSON
    CallState state = CallState::pending;
    int attempts = 0;
    bool outbound = false;  ///< reaches a person
    TimePoint created{}, not_before{};
    std::optional<TimePoint> first_tried{}, finished{};
    std::optional<TimePoint> expires{};  ///< not to be tried after this (max_age)
    std::string result{};                ///< JSON
    std::string remote_id{}, remote_revision{};
    std::optional<FaultKind> fault{};
    std::string detail{};
};

/// What a connector reported.
struct CallOutcome {
    CallState state = CallState::done;  ///< done, failed or in_doubt
    std::string result{}, remote_id{}, remote_revision{};
    std::optional<FaultKind> fault{};
    std::string detail{};
};

struct Calls {
    struct Inserted {
        CallRow row;          ///< as it stands in the store
        bool is_new = false;  ///< false: a call with this idempotency key was there already
    };
    /// Records a call before it is tried. A second one with the same idempotency key is the first one again.
    static Result<Inserted> insert(db::Unit& unit, const CallRow& row);

    /// pending → trying, attempts + 1. A call that is not pending is a Fault.
    static Result<void> mark_trying(db::Unit& unit, std::span<const CallId> ids, TimePoint now);
    /// → done, failed or in_doubt. A call that is done or failed already is a Fault.
    static Result<void> settle(db::Unit& unit, CallId id, const CallOutcome& outcome, TimePoint now);
    /// → pending again, not before a moment. Takes also calls in doubt, once reconcile has said "did not
    /// arrive".
    static Result<void> reschedule(db::Unit& unit, CallId id, TimePoint not_before, FaultKind fault,
                                   std::string_view detail);
    /// Open as it is, but not to be tried before a moment.
    static Result<void> postpone(db::Unit& unit, CallId id, TimePoint not_before);
    /// A failed call is made for the run of `anew`, mostly one that replays its event: failed → pending, with
    /// the connector, the operation and the arguments of `anew` and the time for retries counted anew. So is
    /// one that the run has waiting already since a person took it out of doubt; that one does not expire.
    static Result<void> reopen(db::Unit& unit, CallId id, const CallRow& anew, TimePoint now);
    /// A call that may have arrived, failed or in doubt → in doubt, for this run. It stays what it was, and
    /// where: the connector is asked about it in these words.
    static Result<void> ask_about(db::Unit& unit, CallId id, RunId run, TimePoint now);
    /// trying → in_doubt since `now` (not_before) for all that were being tried when the process ended; how
    /// many. For start-up.
    static Result<std::int64_t> doubt_interrupted(db::Unit& unit, TimePoint now);

    /// pending, trying and in doubt, by id, after `after`. An empty instance means all.
    static Result<std::vector<CallRow>> open(db::Session& session, std::string_view instance, CallId after,
                                             std::size_t limit);
    /// What may be tried (or asked about) by now of runs that wait for it, of what reaches a person
    /// (`outbound`) or of the rest: first what is in doubt, so that nothing overtakes it that waits behind
    /// it, each the longest due first. Not what is being tried, nor what a person has to decide.
    static Result<std::vector<CallRow>> due(db::Session& session, std::string_view instance, TimePoint now,
                                            bool outbound, std::size_t limit);
    /// The instances that have calls which are not settled, of runs that are not over.
    static Result<std::vector<std::string>> open_instances(db::Session& session);
    static Result<std::vector<CallRow>> of_run(db::Session& session, RunId run);
    static Result<std::optional<CallRow>> by_id(db::Session& session, CallId id);
    static Result<std::optional<CallRow>> by_key(db::Session& session, std::string_view idempotency_key);
};

}  // namespace maillon::store

namespace maillon::db {
template <>
inline constexpr std::string_view kWords<store::CallState>[] = {"pending", "trying", "done", "failed",
                                                                "in_doubt"};

template <>
struct Field<FaultKind> {
    static constexpr Kind kind = Kind::text;
    static Param out(FaultKind value) { return Field<std::string_view>::out(name_of(value)); }
    static bool in(Cell& cell, FaultKind& value) {
        const auto known = fault_kind_from(cell.text);
        if (known) value = *known;
        return known.has_value();
    }
};
}  // namespace maillon::db
