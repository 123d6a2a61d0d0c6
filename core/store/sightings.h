#pragma once

#include "core/db/session.h"
#include "core/store/directory.h"
#include "core/store/identity.h"

namespace maillon::store {

/// Who was seen with which address or number, and under which name on a network, and when. Tells what many
/// share, what has changed hands, and what nobody has used for long.
struct Sightings {
    /// Notes that the person has this value. What was noted within the last hour is not written again, and
    /// of a value that more than `most` people have no further ones are kept.
    static Result<void> value(db::Unit& unit, const Identity& who, const RecordKey& value, TimePoint now,
                              std::size_t most);
    /// How many people besides this one have been seen with a value, but no more than `limit`.
    static Result<std::int64_t> others(db::Session& session, const Identity& who, const RecordKey& value,
                                       std::size_t limit);
    /// What a person has been seen with.
    static Result<std::vector<RecordKey>> values(db::Session& session, const Identity& who);
    /// When anybody was last seen with it.
    static Result<std::optional<TimePoint>> last_seen(db::Session& session, const RecordKey& value);

    /// Notes the name that the person goes by, from now on.
    static Result<void> name(db::Unit& unit, const Identity& who, std::string_view name, TimePoint now);
    struct Named {
        Identity identity{};
        std::string name{};
        TimePoint since{};
        std::optional<TimePoint> until{};  ///< the first time that another one was seen
    };
    /// The names of a person, the oldest first.
    static Result<std::vector<Named>> names(db::Session& session, const Identity& who);
    /// Everybody who ever went by a name on a network, the first one first, no more than `limit`.
    static Result<std::vector<Named>> holders(db::Session& session, std::string_view network,
                                              std::string_view name, std::size_t limit);
};

}  // namespace maillon::store
