#pragma once

#include "core/db/session.h"
#include "core/store/identity.h"

namespace maillon::store {

using ReviewId = RowId<struct ReviewTag>;

/// What a person is asked.
enum class ReviewKind {
    unsure,  ///< who is this?
    shared,  ///< a value that many have: whose is it?
    moved,   ///< an address or a number of one person has turned up with another
    full,    ///< a record would get more identities than a person has
    sample,  ///< an automatic link, looked at to measure how good they are
};

/// Superseded: what was asked has been answered otherwise, by a key that came later or by another decision.
enum class ReviewState { open, accepted, rejected, is_new, superseded };

/// One question. There is one open item about one thing, however many events ask it.
struct Review {
    ReviewId id{};
    std::string directory{};
    std::string about{};  ///< what makes it one: identity or value, and the candidates
    ReviewKind kind = ReviewKind::unsure;
    ReviewState state = ReviewState::open;
    Identity identity{};
    std::string person{};   ///< JSON, as it came last
    std::string verdict{};  ///< JSON
    std::string rule{}, evidence_class{};
    std::string candidates{};  ///< JSON list of record ids, the best first
    double probability = 0;    ///< of the first
    std::int64_t asked = 1;    ///< how often
    TimePoint created{}, updated{};
    EventSeq event{};  ///< the first that asked
    std::optional<TimePoint> decided{};
    std::string decided_by{}, record{}, note{};
};

struct ReviewFilter {
    std::string directory{};
    std::optional<ReviewKind> kind{};
    std::optional<ReviewState> state = ReviewState::open;
    std::size_t limit = 100;
    ReviewId after{};
};

struct Reviews {
    /// The open item about the same thing, brought up to date and counted once more; else a new one.
    struct Asked {
        ReviewId id{};
        bool is_new = false;
    };
    static Result<Asked> ask(db::Unit& unit, const Review& review);
    /// Open ones by directory, with when the oldest of them was asked.
    struct Backlog {
        std::string directory{};
        std::int64_t open = 0;
        TimePoint oldest{};
    };
    static Result<std::vector<Backlog>> backlog(db::Session& session);
    /// Those that a person has answered, the newest first: what they teach.
    static Result<std::vector<Review>> answered(db::Session& session, std::string_view directory,
                                                std::size_t limit);
    /// Whether the same question has been decided before, by anybody.
    static Result<std::optional<Review>> decided(db::Session& session, std::string_view directory,
                                                 std::string_view about);
    static Result<std::optional<Review>> by_id(db::Session& session, ReviewId id);
    /// Open ones about an identity.
    static Result<std::vector<Review>> open_of(db::Session& session, std::string_view directory,
                                               const Identity& who);
    /// By id.
    static Result<std::vector<Review>> list(db::Session& session, const ReviewFilter& filter);
    /// open → `state`; false when it is not open any more.
    static Result<bool> close(db::Unit& unit, const Review& decision);
    /// How many are open, by directory and kind.
    static Result<std::vector<std::tuple<std::string, ReviewKind, std::int64_t>>> count_open(
        db::Session& session);

    /// The run waits until the item is closed.
    static Result<void> wait(db::Unit& unit, ReviewId id, RunId run);
    static Result<std::vector<RunId>> waiting(db::Session& session, ReviewId id);
    static Result<void> wait_no_more(db::Unit& unit, RunId run);
};

/// What people made of the automatic links of one class of evidence.
struct ClassRecord {
    std::string directory{}, name{};
    std::int64_t right = 0, wrong = 0;
    std::optional<TimePoint> suspended{};
};
struct Classes {
    static Result<ClassRecord> get(db::Session& session, std::string_view directory, std::string_view name);
    static Result<void> put(db::Unit& unit, const ClassRecord& record);
    static Result<std::vector<ClassRecord>> list(db::Session& session);
};

}  // namespace maillon::store

namespace maillon::db {
template <>
inline constexpr std::string_view kWords<store::ReviewKind>[] = {"unsure", "shared", "moved", "full",
                                                                 "sample"};
template <>
inline constexpr std::string_view kWords<store::ReviewState>[] = {"open", "accepted", "rejected", "new",
                                                                  "superseded"};
}  // namespace maillon::db
