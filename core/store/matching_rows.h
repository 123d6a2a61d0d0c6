#pragma once

#include "core/db/session.h"
#include "core/store/directory.h"
#include "core/store/links.h"
#include "core/store/reviews.h"

namespace maillon::store {

/// What the store remembers of who is who, found by what somebody is known by: ("id_x", "4711"),
/// ("id_facebook/1001", "7"), ("handle_x", "anne"), ("email", …), ("phone", …), or ("record_customers",
/// "8f3…") for a record of a directory. An id is looked for in its own scope, a name on a network in all. For
/// exports and erasures.
struct MatchingRows {
    /// The same by its other name; of a record there is none.
    static Identity identity_of(const RecordKey& known);
    static RecordKey key_of(const Identity& who);

    /// Records to which it is linked now, as ("record_<directory>", id).
    static Result<std::vector<RecordKey>> records_of(db::Session& session, const RecordKey& known);
    /// What is linked to a record now, in the same form.
    static Result<std::vector<RecordKey>> linked_to(db::Session& session, const RecordKey& record);
    /// Every word that was ever said about it, oldest first.
    static Result<std::vector<LinkEvent>> history(db::Session& session, const RecordKey& known);

    /// What was noted of somebody besides links. Events go when their time is over; this stays.
    struct Noted {
        bool is_known = false;         ///< a question, a sighting or a word about a link is there
        std::vector<RecordKey> own{};  ///< how else they are known, as far as nobody else is known so
        std::vector<RecordKey>
            users{};  ///< of a name, an address or a number: the accounts that it was seen with
    };
    static Result<Noted> noted(db::Session& session, const RecordKey& known);
    /// Every question about it, whatever became of it, oldest first.
    static Result<std::vector<ReviewId>> questions(db::Session& session, const RecordKey& known);

    /// Links with their history, sightings, names and questions.
    struct Removed {
        std::int64_t links = 0, sightings = 0, reviews = 0;
    };
    static Result<Removed> remove(db::Unit& unit, const RecordKey& known);
};

}  // namespace maillon::store
