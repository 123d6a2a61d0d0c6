#pragma once

#include "core/db/session.h"

#include <span>
#include <string>
#include <vector>

namespace maillon::store {

using ErasureId = RowId<struct ErasureTag>;

/// `removing`: what the store holds of the person is looked for and taken out. `compacting`: the database is
/// to give up the bytes as well.
enum class ErasureState { removing, compacting, done };

/// The erasure of one person, worked off in small units; what was done is counted in the unit in which it was
/// done, so it goes on after a crash.
struct ErasureRow {
    ErasureId id{};
    ErasureState state = ErasureState::removing;
    std::string person{};  ///< JSON: whom to look for; empty as soon as it is done
    std::string report{};  ///< JSON: what was removed where, in numbers; names nobody
    std::string who{}, reason{};
    TimePoint created{}, updated{};
    std::optional<TimePoint> finished{};
    /// What came for them since, and was kept out.
    std::int64_t events_refused = 0, events_masked = 0, records_refused = 0;
    std::optional<TimePoint> last_kept_out{};
};

/// What was kept out, by erasure.
struct KeptOut {
    std::int64_t events_refused = 0, events_masked = 0, records_refused = 0;
};

struct Erasures {
    static Result<ErasureId> insert(db::Unit& unit, const ErasureRow& row);
    /// State, person, report and times. A Fault when it is done already.
    static Result<void> update(db::Unit& unit, const ErasureRow& row);
    static Result<std::optional<ErasureRow>> by_id(db::Session& session, ErasureId id);
    /// Those that are not done, the oldest first.
    static Result<std::vector<ErasureRow>> open(db::Session& session);
    /// The newest first.
    static Result<std::vector<ErasureRow>> list(db::Session& session, std::size_t limit);
    static Result<void> note_kept_out(db::Unit& unit, ErasureId id, const KeptOut& more, TimePoint now);
};

/// By what an erased person is known again: a keyed digest of an identity, from which nobody finds the
/// identity without the salt, which is not in the store.
struct Tombstone {
    std::string digest{};
    ErasureId erasure{};
    /// A name that passes to others (a handle), of somebody whose lasting id is known as well: it counts only
    /// where no id is told.
    bool is_weak = false;
};

struct Tombstones {
    /// One that is there already stays.
    static Result<void> put(db::Unit& unit, std::span<const Tombstone> tombstones);
    static Result<std::vector<Tombstone>> all(db::Session& session);
    static Result<std::int64_t> remove(db::Unit& unit, std::string_view digest);
};

}  // namespace maillon::store

namespace maillon::db {
template <>
inline constexpr std::string_view kWords<store::ErasureState>[] = {"removing", "compacting", "done"};
}  // namespace maillon::db
