#pragma once

#include "core/db/session.h"

namespace maillon::store {

/// Lapsed: nobody decided in time.
enum class ApprovalState { open, released, refused, lapsed };

/// A call that a person is to release before it is made. What the person sees here is what is sent.
struct ApprovalRow {
    ApprovalId id{};
    RunId run{};
    EventSeq event{};
    std::string route{}, step{};
    std::string role{};  ///< who is to decide
    std::string instance{}, operation{};
    std::string args{};  ///< JSON
    TimePoint created{};
    std::optional<TimePoint> due{};  ///< lapses then
    ApprovalState state = ApprovalState::open;
    std::optional<TimePoint> decided{};
    std::string decided_by{}, reason{};
};

/// Empty members do not filter.
struct ApprovalFilter {
    std::string role{}, route{};
    std::optional<ApprovalState> state = ApprovalState::open;
    std::size_t limit = 100;
};

struct Approvals {
    /// One (run, step) asks once.
    static Result<ApprovalId> insert(db::Unit& unit, const ApprovalRow& row);
    static Result<std::optional<ApprovalRow>> by_id(db::Session& session, ApprovalId id);
    static Result<std::optional<ApprovalRow>> of_step(db::Session& session, RunId run, std::string_view step);
    static Result<std::vector<ApprovalRow>> of_run(db::Session& session, RunId run);
    /// By id, the oldest first.
    static Result<std::vector<ApprovalRow>> list(db::Session& session, const ApprovalFilter& filter);
    /// open → `state`. One that is not open any more is a Fault of kind conflict: two people decided at once.
    static Result<void> decide(db::Unit& unit, ApprovalId id, ApprovalState state, std::string_view by,
                               std::string_view reason, TimePoint now);
    static Result<std::int64_t> count_open(db::Session& session);
};

}  // namespace maillon::store

namespace maillon::db {
template <>
inline constexpr std::string_view kWords<store::ApprovalState>[] = {"open", "released", "refused", "lapsed"};
}  // namespace maillon::db
