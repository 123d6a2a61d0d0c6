#pragma once

#include "core/match/directory_keys.h"
#include "core/store/identity.h"

#include <string>
#include <vector>

namespace maillon::match {

/// Somebody as a channel gives them (maillon/kinds.hpp), in the forms in which a directory asks.
struct Person {
    Json json{};
    /// Who it is on the outside: the network's own id first, then e-mail and phone. A name on a network
    /// stands for somebody only where nothing else is known.
    std::vector<store::Identity> identities{};
    std::vector<store::RecordKey> keys{};  ///< of this directory, strongest first
    std::string network{}, name{}, handle{};

    bool is_known_by_anything() const { return !identities.empty(); }
};

Person person_of(const Json& json, const DirectoryKeys& keys);

/// A person of whom nothing is known but an identity.
Json person_behind(const store::Identity& who);

/// Addresses of an office and not of a person: info@, contact@, noreply@ …
bool is_role_mailbox(std::string_view address);
/// What stands in a field because it must not be empty: 0000000000, test@test.com, "unknown".
bool is_placeholder(std::string_view field, std::string_view value);

}  // namespace maillon::match
