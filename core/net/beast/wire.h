#pragma once

#include "core/net/http_client.h"
#include "core/net/proxy.h"
#include "core/net/url.h"

#include <optional>
#include <string>
#include <string_view>

namespace maillon::net {

/// A request that has been checked and put into bytes. Borrows the body.
struct WireRequest {
    Url url;
    std::optional<Proxy> proxy;
    std::string key;        ///< connections with the same key serve the same requests
    std::string head;       ///< request line and headers; a small body is already behind it
    std::string_view body;  ///< what is left of the body
    bool is_head = false;
    bool is_safe = false;        ///< changes nothing at the server
    bool is_idempotent = false;  ///< twice has the effect of once
    std::string name;            ///< "POST https://host", for sentences
};

/// Faults: `rejected` for a bad URL, method or header, `config` for bad proxy settings. The result must not
/// outlive `request`.
Result<WireRequest> put_into_bytes(const ClientRequest& request, const ProxySettings& proxies,
                                   std::string_view user_agent);

}  // namespace maillon::net
