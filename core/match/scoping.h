#pragma once

#include "core/match/person.h"

#include <optional>
#include <string>
#include <vector>

namespace maillon::match {

/// One name for one person, though a connector gave their id without its scope once.
///
/// An id without a scope and one with it are the same person when one connector told both, and, where nobody
/// knows any more who told of the one without, when no other scope has taken it up. An id of another page is
/// never the same person (ADR 0025).
class Scoping {
public:
    struct Asked {
        const store::Identity& who;
        std::string connector{};  ///< that tells of them; empty or "hub": not known
    };
    Scoping(db::Session& session, std::string directory)
        : session_(session), directory_(std::move(directory)) {}

    /// The other name under which the directory knows somebody of whom it knows nothing under this one.
    Result<std::optional<store::Identity>> other_name(const Asked& asked) const;

private:
    Result<bool> may_be(const store::Identity& known, const std::string& connector) const;
    Result<std::optional<store::Identity>> with_scope(const Asked& asked) const;

    db::Session& session_;
    std::string directory_;
};

/// Brings what is kept of somebody under the name with the scope. The person under that name; nothing when
/// they have one name already.
Result<std::optional<Person>> under_one_name(db::Unit& unit, const std::string& directory,
                                             const Person& person, const std::string& connector);

}  // namespace maillon::match
