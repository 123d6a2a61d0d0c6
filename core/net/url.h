#pragma once

#include "core/base/fault.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace maillon {

/// The parts of an http or https URL that a client needs.
struct Url {
    bool tls = false;
    std::string host;  ///< lower case; IPv6 without brackets
    std::uint16_t port = 0;
    std::string target;  ///< path and query as written, at least "/"
    bool is_ipv6 = false;

    /// "host" or "host:port" when the port is not the scheme's own; IPv6 in brackets.
    std::string authority() const;
    std::string_view scheme() const { return tls ? "https" : "http"; }
};

/// `rejected` for anything else: other schemes, relative references, a user or password, characters that must
/// be percent-encoded. The sentence does not repeat the query, which may hold a secret.
Result<Url> parse_url(std::string_view text);

}  // namespace maillon
