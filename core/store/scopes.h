#pragma once

#include "core/db/session.h"
#include "core/store/identity.h"

#include <string>
#include <vector>

namespace maillon::store {

/// Ids that a connector gave without their scope once, and gives with it now. The rows under both names are
/// one person's, and there is one name for them: the one with the scope.
struct Scopes {
    /// Whether anything is said, asked or seen under this name: by the directory, or at all.
    static Result<bool> has(db::Session& session, std::string_view directory, const Identity& who);
    /// The scopes, none being none of them, in which something is said, asked or seen of an id. As many seeks
    /// as the network has scopes.
    static Result<std::vector<std::string>> of(db::Session& session, std::string_view directory,
                                               std::string_view network, std::string_view id);
    /// The connectors whose events brought about what is said and asked; events that are forgotten are not
    /// counted, nor those of the hub itself.
    static Result<std::vector<std::string>> tellers(db::Session& session, std::string_view directory,
                                                    const Identity& who);
    /// All that stands under `from` stands under `to` from now on: what the directory has said and asked, and
    /// what was seen and tied at all. The words themselves stay as they are, and in their order.
    static Result<void> move(db::Unit& unit, std::string_view directory, const Identity& from,
                             const Identity& to);
};

}  // namespace maillon::store
