#pragma once

#include "core/base/fault.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace maillon {

/// The proxy settings of the environment, as text; empty = none.
struct ProxySettings {
    std::string http;      ///< "http://[user:password@]host[:port]", used for http URLs
    std::string https;     ///< the same, used for https URLs by CONNECT
    std::string no_proxy;  ///< "*", or hosts, domains (with or without leading dot), addresses, CIDR; each
                           ///< may have ":port"

    /// Reads http_proxy, https_proxy and no_proxy; where one is absent or empty, its upper-case form.
    static ProxySettings from_environment(const std::function<const char*(const char*)>& get_env);
};

/// Where to connect instead of the target.
struct Proxy {
    std::string host;
    std::uint16_t port = 0;
    std::string authorization;  ///< value of Proxy-Authorization, a secret; empty = none
};

/// The proxy for a target, or nothing when it is called directly. Loopback (localhost, 127.0.0.0/8, ::1)
/// never has a proxy. Fails with `config` when the setting that applies cannot be read. `host` is lower case,
/// IPv6 without brackets.
Result<std::optional<Proxy>> proxy_for(const ProxySettings& settings, bool tls, std::string_view host,
                                       std::uint16_t port);

}  // namespace maillon
