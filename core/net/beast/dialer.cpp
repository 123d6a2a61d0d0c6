#include "core/net/beast/dialer.h"

#include "core/net/beast/connect.h"
#include "core/net/beast/exchange.h"

#include <utility>

namespace maillon::net {
namespace {

/// Of a proxy's answer to CONNECT only the status matters.
class IgnoreSink final : public ReplySink {
public:
    HttpFlow on_head(HttpHead&&) override { return HttpFlow::go_on; }
    HttpFlow on_body(std::string_view) override { return HttpFlow::go_on; }
};

std::string tunnel_head(const WireRequest& request, const std::string& user_agent) {
    // CONNECT always names the port.
    const auto host = request.url.is_ipv6 ? "[" + request.url.host + "]" : request.url.host;
    const auto target = host + ":" + std::to_string(request.url.port);
    std::string out =
        "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\nUser-Agent: " + user_agent + "\r\n";
    if (!request.proxy->authorization.empty()) {
        out += "Proxy-Authorization: " + request.proxy->authorization + "\r\n";
    }
    return out + "\r\n";
}

}  // namespace

Dialer::Dialer(const BeastClient::Options& options, std::unique_ptr<Tls> tls, ClientMetrics& metrics)
    : limits_(options.limits),
      user_agent_(options.user_agent),
      metrics_(metrics),
      tls_(std::move(tls)),
      resolver_(options.resolve) {}

Result<std::unique_ptr<Connection>> Dialer::dial(const WireRequest& request, const Patience& patience) {
    const auto& proxy = request.proxy;
    auto socket =
        connect(proxy ? proxy->host : request.url.host, proxy ? proxy->port : request.url.port, patience);
    if (!socket) return proxy ? socket.error().in("the proxy " + proxy->host) : socket.error();
    std::unique_ptr<Transport> transport;
    if (request.url.tls) {
        if (proxy) {
            if (const auto opened = open_tunnel(*socket, request, patience); !opened) return opened.error();
        }
        auto secured = tls_->shake_hands(*std::move(socket), request.url.host, patience, limits_.tls);
        if (!secured) return secured.error();
        transport = *std::move(secured);
    } else {
        transport = std::make_unique<Socket>(*std::move(socket));
    }
    metrics_.connected.add();
    return std::make_unique<Connection>(std::move(transport), metrics_.open);
}

Result<Socket> Dialer::connect(const std::string& host, std::uint16_t port, const Patience& patience) {
    const auto addresses = resolver_.find(host, patience, patience.phase(limits_.connect));
    if (!addresses) return addresses.error();
    return connect_to(*addresses, port, patience, limits_.connect);
}

Result<void> Dialer::open_tunnel(Socket& socket, const WireRequest& request, const Patience& patience) const {
    const auto name = "the proxy " + request.proxy->host;
    const auto head = tunnel_head(request, user_agent_);
    std::vector<char> buffer(4096);
    IgnoreSink sink;
    auto limits = limits_;
    limits.first_byte = limits_.connect;
    const auto outcome = Exchange(socket, buffer, patience, limits, 0, sink).run({head, {}, true});
    switch (outcome.end) {
        case Outcome::End::cancelled: return Fault{FaultKind::cancelled, name + ": cancelled"};
        case Outcome::End::late: return retry(name + " did not answer in time");
        case Outcome::End::finished: break;
        default: return retry(name + " gave no whole answer: " + outcome.why);
    }
    if (outcome.status / 100 == 2) return {};
    if (outcome.status == 407) return config_fault(name + " wants other credentials (407)");
    return retry(name + " refused the connection: status " + std::to_string(outcome.status));
}

}  // namespace maillon::net
