#pragma once

#include "core/db/session.h"
#include "core/store/calls.h"
#include "core/store/runs.h"

#include <span>

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
    std::string note{};         ///< why it was dropped, or what was said when it was replayed
    std::string key{};          ///< of the run; letters of one (route, key) are replayed in order
    std::string config_hash{};  ///< the configuration under which it failed
    std::string frame{};        ///< JSON: the run's frame when it failed, with the values of its names
    DeadLetterId previous{};    ///< the letter whose replay failed and became this one
    ReplayId replay{};          ///< the replay that has it on its list
    RunId run_again{};          ///< the run that its replay started
    std::optional<TimePoint> closed{};
    std::string who{};  ///< closed it
};

/// Empty members do not filter.
struct DeadLetterFilter {
    std::string route{}, instance{};
    std::optional<LetterState> state = LetterState::open;
    std::optional<TimePoint> since{};
    DeadLetterId after{};  ///< for paging: only later ids
    std::size_t limit = 100;
    std::optional<FaultKind> kind{};
    std::string key{};
    std::optional<TimePoint> until{};  ///< before this moment
};

/// How a letter is closed.
struct LetterClosing {
    LetterState state = LetterState::dropped;  ///< replayed or dropped
    std::string note{}, who{};
    TimePoint at{};
    RunId run_again{};
};

/// What a person put in the place of the event's body or of the failed call's arguments. The original stays
/// where it is; the last edit of its kind counts.
struct LetterEdit {
    enum class What { event, arguments };
    DeadLetterId letter{};
    What what = What::event;
    std::string value{};  ///< JSON
    std::string who{}, note{};
    TimePoint at{};
};

struct DeadLetters {
    static Result<DeadLetterId> insert(db::Unit& unit, const DeadLetterRow& row);
    /// By id, the oldest first. Each filter that is given alone is answered from an index over open letters.
    static Result<std::vector<DeadLetterRow>> list(db::Session& session, const DeadLetterFilter& filter);
    static Result<std::optional<DeadLetterRow>> by_id(db::Session& session, DeadLetterId id);
    static Result<std::optional<DeadLetterRow>> of_run(db::Session& session, RunId run);
    /// The letters whose replays led to this one, the first failure first; at most `limit`.
    static Result<std::vector<DeadLetterRow>> before(db::Session& session, const DeadLetterRow& letter,
                                                     std::size_t limit);
    static Result<std::int64_t> count_open(db::Session& session);
    /// The first open letter of the same route and key whose event is older: it must go first.
    static Result<std::optional<DeadLetterId>> in_the_way(db::Session& session, const DeadLetterRow& letter);

    /// open → replayed or dropped. A letter that is not open is a Fault: two people decided at once.
    static Result<void> close(db::Unit& unit, DeadLetterId id, const LetterClosing& closing);
    /// Removes up to `limit` letters that were closed before `before`, with their edits; how many.
    static Result<std::int64_t> forget(db::Unit& unit, TimePoint before, std::size_t limit);

    static Result<void> edit(db::Unit& unit, const LetterEdit& edit);
    /// In the order in which they were made.
    static Result<std::vector<LetterEdit>> edits(db::Session& session, DeadLetterId letter);

    // The list of a replay: letters that it has taken and not started yet.

    /// Puts open letters that are on no list on this one; how many were.
    static Result<std::int64_t> take(db::Unit& unit, std::span<const DeadLetterId> ids, ReplayId replay);
    /// In the order of their events, from behind (event, id).
    static Result<std::vector<DeadLetterRow>> taken(db::Session& session, ReplayId replay, EventSeq event,
                                                    DeadLetterId after, std::size_t limit);
    /// The first of a route and key.
    static Result<std::optional<DeadLetterRow>> first_taken(db::Session& session, ReplayId replay,
                                                            std::string_view route, std::string_view key);
    static Result<std::int64_t> count_taken(db::Session& session, ReplayId replay);
    /// This one is on no list again.
    static Result<void> give_back(db::Unit& unit, DeadLetterId id);
    /// Up to `limit` letters are on no list again; how many.
    static Result<std::int64_t> give_back(db::Unit& unit, ReplayId replay, std::size_t limit);
};

}  // namespace maillon::store

namespace maillon::db {
template <>
inline constexpr std::string_view kWords<store::LetterState>[] = {"open", "replayed", "dropped"};
template <>
inline constexpr std::string_view kWords<store::LetterEdit::What>[] = {"event", "arguments"};
}  // namespace maillon::db
