#pragma once

#include "core/net/http_client.h"
#include "core/net/proxy.h"
#include "core/observe/metrics.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace maillon {

/// Numeric addresses of a host, best first. May block; is called in a thread of the client.
using Resolve = std::function<Result<std::vector<std::string>>(const std::string& host)>;
/// The system's resolver (getaddrinfo).
Resolve system_resolve();

/// The HTTP client of the running hub: Boost.Beast's parser over non-blocking sockets and OpenSSL, which the
/// calling thread itself waits for; no hop to another thread except to look up a name.
///
/// Connections are kept per (scheme, host, port, proxy) and shared by all threads. One that has been idle for
/// `Limits::idle`, that the server has closed or on which it has said something unasked is not used again. If
/// a kept connection still turns out dead, the request goes once over a fresh one, but only if no byte of it
/// was written or its method is idempotent (RFC 9110) and no byte of an answer came.
class BeastClient final : public HttpClient {
public:
    struct Limits {
        std::chrono::milliseconds connect{10'000};
        std::chrono::milliseconds tls{10'000};
        std::chrono::milliseconds first_byte{100'000};  ///< from the request's end; long polls stay below it
        std::chrono::milliseconds quiet{90'000};  ///< longest silence within an answer or an unread request
        std::chrono::milliseconds idle{15'000};   ///< a server's `Keep-Alive: timeout` may shorten it
        std::size_t header_bytes = 64 * 1024;
        std::size_t body_bytes = 64 * 1024 * 1024;  ///< of `send`; a stream may be endless
        std::size_t idle_per_host = 32;
    };
    struct Options {
        Limits limits{};
        ProxySettings proxy{};
        std::string ca_file{};     ///< PEM; empty = the system's store
        std::string user_agent{};  ///< "maillon/<version>"
        Resolve resolve{};         ///< empty = `system_resolve()`
    };

    /// Fails (`config`) when `ca_file` cannot be read. `clock` and `metrics` must outlive the client; `clock`
    /// runs in real time, a test may let it jump ahead.
    static Result<std::unique_ptr<BeastClient>> make(Options options, const Clock& clock, Metrics& metrics);
    /// No call may be running.
    ~BeastClient() override;

    Result<HttpReply> send(const ClientRequest& request, SteadyPoint deadline, const Cancel& cancel) override;
    Result<StreamEnd> open(const ClientRequest& request, SteadyPoint deadline, const Cancel& cancel,
                           const OnHead& on_head, const OnChunk& on_chunk) override;

    /// Closes kept connections that are past their time; also done on the way by every call.
    void close_idle();

private:
    class Core;
    explicit BeastClient(std::unique_ptr<Core> core);
    std::unique_ptr<Core> core_;
};

}  // namespace maillon
