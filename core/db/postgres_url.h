#pragma once

#include "core/base/fault.h"

#include <string>
#include <string_view>

namespace maillon::db {

/// A store's URL, "postgresql://[user[:password]@][host[:port],…][/database][?option=value&…]", checked so
/// far that the client library will not have to quote it in a complaint.
struct PostgresUrl {
    /// Nothing of `text` stands in the Fault, since all of it may be a misplaced password.
    static Result<PostgresUrl> of(std::string_view text);

    /// With what we ask of every connection unless the URL says otherwise: time-outs that notice a dead
    /// server, and TLS where the way leaves this machine.
    std::string for_connecting() const;

    std::string text{};
    std::string place{};  ///< without password and options
    bool has_password = false;
};

}  // namespace maillon::db
