#pragma once

#include "core/web/http_server.h"

#include <boost/asio/generic/stream_protocol.hpp>

#include <atomic>
#include <memory>
#include <string>

namespace maillon {
inline namespace web {

class ServerCore;

/// One accepted connection. Functions may be called from any thread; the work happens on the connection's
/// strand.
class Connection {
public:
    virtual ~Connection() = default;
    virtual void start() = 0;
    /// Close now unless a handler has taken a request; then after its answer.
    virtual void wind_down() = 0;
    /// The answer to the request that the handler has.
    virtual void answer(HttpResponse response) = 0;
    /// Closes the socket at once, whatever goes on. Only when no thread runs the server.
    virtual void abort() = 0;
};

/// `socket` must run on a strand of `core.io`; `core` outlives the connection, as its io_context owns the
/// work. A connection that is `refused` answers 503 and closes.
std::shared_ptr<Connection> make_connection(ServerCore& core,
                                            boost::asio::generic::stream_protocol::socket socket,
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
