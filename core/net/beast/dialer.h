#pragma once

#include "core/net/beast/client_metrics.h"
#include "core/net/beast/patience.h"
#include "core/net/beast/pool.h"
#include "core/net/beast/resolver.h"
#include "core/net/beast/socket.h"
#include "core/net/beast/tls.h"
#include "core/net/beast/wire.h"

#include <memory>
#include <string>

namespace maillon::net {

/// Makes connections ready for a request: address, TCP, the proxy's tunnel, TLS. Whatever fails here, nothing
/// of the request has been sent. Thread-safe.
class Dialer {
public:
    Dialer(const BeastClient::Options& options, std::unique_ptr<Tls> tls, ClientMetrics& metrics);

    /// Faults: `retry`, `cancelled`, `config`.
    Result<std::unique_ptr<Connection>> dial(const WireRequest& request, const Patience& patience);

private:
    Result<Socket> connect(const std::string& host, std::uint16_t port, const Patience& patience);
    Result<void> open_tunnel(Socket& socket, const WireRequest& request, const Patience& patience) const;

    const BeastClient::Limits limits_;
    const std::string user_agent_;
    ClientMetrics& metrics_;
    std::unique_ptr<Tls> tls_;
    Resolver resolver_;
};

}  // namespace maillon::net
