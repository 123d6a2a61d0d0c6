#pragma once

#include "core/web/http_server.h"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace maillon {
inline namespace web {

class ServerCore;

/// Of any kind. The executor has a type of its own: what can be any executor is copied at every turn.
using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol,
                                                boost::asio::io_context::executor_type>;

/// One accepted connection. The work happens on the server's thread.
class Connection {
public:
    virtual ~Connection() = default;
    /// On the server's thread.
    virtual void start() = 0;
    /// Close now unless a handler has taken a request; then after its answer. From any thread.
    virtual void wind_down() = 0;
    /// The answer to the request that the handler has. From any thread.
    virtual void answer(HttpResponse response) = 0;
    /// The same on the server's thread.
    virtual void take(HttpResponse response) = 0;
    /// Since when it has brought no whole request; nothing while one is handled or answered. On the server's
    /// thread, as the next.
    virtual std::optional<std::chrono::steady_clock::time_point> waits_since() const = 0;
    /// Closes in favour of another.
    virtual void give_way() = 0;
    /// Closes the socket at once, whatever goes on. Only when no thread runs the server.
    virtual void abort() = 0;
};

/// `core` outlives the connection, as its io_context owns the work. A connection that is `refused` answers
/// 503 and closes.
std::shared_ptr<Connection> make_connection(ServerCore& core, Socket socket,
                                            std::shared_ptr<const HttpHandler> handler, std::string peer,
                                            bool refused);

/// The server's side of a Responder.
struct Responder::Slot {
    Slot(std::shared_ptr<ServerCore> c, std::weak_ptr<Connection> to)
        : core(std::move(c)), connection(std::move(to)) {}
    ~Slot();
    bool answer(HttpResponse response);

    std::shared_ptr<ServerCore> core;  // declared first: must outlive a connection locked below
    std::weak_ptr<Connection> connection;
    std::atomic<bool> answered{false};
};

}  // namespace web
}  // namespace maillon
