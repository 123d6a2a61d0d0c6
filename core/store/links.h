#pragma once

#include "core/db/session.h"

namespace maillon::store {

/// An edge between an identity on a network and a record of a directory. Never changed: undoing adds an edge
/// with `linked` false, and the newest edge of (identity, directory, record) holds.
struct PersonLink {
    LinkId id{};
    std::string kind{}, value{};  ///< the identity: ("twitter", "4711"), ("email", "anne@example.com")
    std::string directory{}, record_id{};  ///< the person
    std::string how{};                     ///< which rule or who ("key:email", "score:0.98", "user:anne")
    bool linked = true;
    TimePoint at{};
};

struct Links {
    static Result<LinkId> append(db::Unit& unit, const PersonLink& link);
    /// The record ids to which an identity is linked now.
    static Result<std::vector<std::string>> persons(db::Session& session, std::string_view directory,
                                                    std::string_view kind, std::string_view value);
    /// The edges in force that lead to a record.
    static Result<std::vector<PersonLink>> identities(db::Session& session, std::string_view directory,
                                                      std::string_view record_id);
    /// True when the last word about the pair is "no": it is not to be linked again by a rule.
    static Result<bool> is_refused(db::Session& session, const PersonLink& pair);
    /// All edges of an identity, oldest first.
    static Result<std::vector<PersonLink>> history(db::Session& session, std::string_view kind,
                                                   std::string_view value);
};

}  // namespace maillon::store
