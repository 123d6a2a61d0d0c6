#pragma once

#include "core/base/fault.h"
#include "core/web/message.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace maillon {
inline namespace web {

/// The right and the duty to answer one request.
///
/// Copies share that duty; the first answer counts and later ones are ignored. When the last copy goes
/// without an answer, the server answers 500. Thread-safe; may outlive the server (the answer then goes
/// nowhere).
class Responder {
public:
    struct Slot;  ///< the server's side of it
    explicit Responder(std::shared_ptr<Slot> slot) : slot_(std::move(slot)) {}

    /// False when there was an answer already.
    bool answer(HttpResponse response) const;

private:
    std::shared_ptr<Slot> slot_;  // shared by the copies that the handler makes, nobody else
};

/// While one lives, answers that its thread gives wait for its end and go over to their server together: a
/// server that woke up for each would take the processor from those behind it. One at a time on a thread.
class AnswersTogether {
public:
    AnswersTogether();
    ~AnswersTogether();
    AnswersTogether(const AnswersTogether&) = delete;
    AnswersTogether& operator=(const AnswersTogether&) = delete;
};

/// Called on the server's thread, one request of a connection at a time. Must be quick: hand long work over
/// with the Responder. What it throws becomes a 500.
using HttpHandler = std::function<void(HttpRequest, Responder)>;

struct HttpLimits {
    std::size_t max_body =
        16U << 20U;  ///< 413; by Content-Length before the body is read, else while reading
    /// What bodies that are being read take together, at least `max_body`; whose would take more gets 503
    /// with Retry-After and is closed, the others go on. A request without a body is never refused for it.
    std::size_t max_bodies = 64U << 20U;
    std::size_t max_header = 64U << 10U;  ///< request line and fields together; 431
    std::size_t max_connections = 1024;   ///< 503 with Retry-After, and closed
    std::chrono::milliseconds header_timeout{
        10'000};  ///< from the first byte to the end of the fields, else 408 and closed
    std::chrono::milliseconds body_timeout{60'000};  ///< for the whole body, else 408 and closed
    std::chrono::milliseconds idle_timeout{75'000};  ///< between requests of a kept-alive connection
    /// Where there are too many, the connection that has brought no whole request for longest, and for so
    /// long, is closed in favour of a new one.
    std::chrono::milliseconds gives_way_after{1'000};
    std::chrono::milliseconds write_timeout{60'000};  ///< for one whole answer, else closed
};

/// Counters since the start, and what there is at present. Names are those of the metrics in
/// README.md.
struct HttpServerStats {
    std::uint64_t connections = 0;
    std::uint64_t connections_open = 0;
    std::uint64_t connections_refused = 0;  ///< 503 for max_connections
    std::uint64_t requests = 0;             ///< handed to a handler
    std::uint64_t bad_requests = 0;         ///< refused before a handler saw them: 400, 413, 431
    std::uint64_t bodies_refused = 0;       ///< 503 for max_bodies
    std::uint64_t body_bytes = 0;           ///< that bodies take that are being read now
    std::uint64_t timeouts = 0;             ///< requests that came (408) or answers that went too slowly
};

/// A plain HTTP/1.1 server: several listeners, keep-alive, pipelined requests answered in order.
///
/// One thread of its own does all of it.
///
/// Life: construct, listen_*, start, stop (the destructor stops with no patience). Nothing is accepted before
/// start. listen_*, start and stop belong to one thread; stats may be asked from any.
class HttpServer {
public:
    explicit HttpServer(HttpLimits limits = {});
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Binds "127.0.0.1:8080", "[::1]:0" or "localhost:0" (names other than localhost are not looked up) and
    /// tells the port, which is the system's choice for port 0. Fault `config` when the address is bad or
    /// taken.
    Result<std::uint16_t> listen_tcp(std::string_view address, HttpHandler handler);

    /// Binds a unix socket that only this user may open (mode 0600; it cannot be connected to before the mode
    /// is set). Removes a stale socket, never another kind of file, and refuses when somebody answers there.
    /// The file is removed at the stop.
    Result<void> listen_unix(const std::string& path, HttpHandler handler);

    /// `call` is made on the server's thread when all requests that had come were handed to their handlers:
    /// what these would do for each (waking another thread, say) they can leave to it. Before start.
    void on_handed_out(std::function<void()> call);

    void start();

    /// Stops accepting, closes connections that wait or are still sending a request, lets requests that a
    /// handler has taken be answered until `patience` is over, then closes the rest. Returns when no handler
    /// runs any more.
    void stop(std::chrono::milliseconds patience);

    HttpServerStats stats() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace web
}  // namespace maillon
