#pragma once

#include "core/db/session.h"
#include "core/store/calls.h"

namespace maillon::store {

enum class LetterState { open, replayed, dropped };

/// A run that failed for good, kept for a person. `run` is unset when the event never became one.
struct DeadLetterRow {
    DeadLetterId id{};
    RunId run{};
    EventSeq event{};
    std::string route{}, instance{}, step{};
    FaultKind kind = FaultKind::internal;
    std::string reason{};
    int attempts = 0;
    TimePoint at{};
    LetterState state = LetterState::open;
    std::string note{};  ///< why it was dropped, or who replayed it
};

/// Empty members do not filter.
struct DeadLetterFilter {
    std::string route{}, instance{};
    std::optional<LetterState> state = LetterState::open;
    std::optional<TimePoint> since{};
    DeadLetterId after{};  ///< for paging: only later ids
    std::size_t limit = 100;
};

struct DeadLetters {
    static Result<DeadLetterId> insert(db::Unit& unit, const DeadLetterRow& row);
    /// By id, the oldest first: the order in which they are replayed.
    static Result<std::vector<DeadLetterRow>> list(db::Session& session, const DeadLetterFilter& filter);
    static Result<std::optional<DeadLetterRow>> by_id(db::Session& session, DeadLetterId id);
    static Result<std::int64_t> count_open(db::Session& session);
    /// open → replayed or dropped. A letter that is not open is a Fault: two people decided at once.
    static Result<void> close(db::Unit& unit, DeadLetterId id, LetterState state, std::string_view note);
    /// Removes up to `limit` letters that are not open and older than `before`; how many.
    static Result<std::int64_t> forget(db::Unit& unit, TimePoint before, std::size_t limit);
};

}  // namespace maillon::store

namespace maillon::db {
template <>
inline constexpr std::string_view kWords<store::LetterState>[] = {"open", "replayed", "dropped"};
}  // namespace maillon::db
