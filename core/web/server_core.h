#pragma once

#include "core/web/body_room.h"
#include "core/web/connection.h"
#include "core/web/http_server.h"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <utility>
#include <vector>

namespace maillon {
inline namespace web {

/// What the listeners and connections of one server share. Thread-safe.
///
/// Owned by the server and by unanswered Responders, so that an answer that comes after the server has gone
/// still finds an io_context that exists.
class ServerCore : public std::enable_shared_from_this<ServerCore> {
public:
    explicit ServerCore(HttpLimits given) : limits(given), io(1) {}

    enum class Room { yes, full, closed };
    /// Takes part in the ownership of a connection until `remove`. `refused` ones do not count against the
    /// limit, but have a small one of their own.
    Room add(const std::shared_ptr<Connection>& connection, bool refused);
    void remove(const std::shared_ptr<Connection>& connection);
    bool is_full() const;
    /// Closes the connection that has brought nothing for longest. False when none has for long enough. On
    /// the server's thread.
    bool make_room();
    std::size_t size() const;

    /// Brings an answer to its connection on the server's thread; what comes together goes over together.
    void pass_on(std::shared_ptr<Connection> to, HttpResponse response);
    using Answer = std::pair<std::shared_ptr<Connection>, HttpResponse>;
    void pass_on(std::vector<Answer> answers);

    /// A handler has got a request. On the server's thread.
    void handed_out();

    /// No connection is taken from now on; each one that is there is told to wind down.
    void wind_down();
    /// False when some were still there after `patience`.
    bool wait_until_empty(std::chrono::milliseconds patience);
    /// Aborts what is left. Only when no thread runs `io`.
    void abort_all();

    const HttpLimits limits;
    const std::chrono::milliseconds shortest_patience =
        std::min({limits.header_timeout, limits.body_timeout, limits.idle_timeout, limits.write_timeout});
    /// Declared before `io`, whose last connections give back at its end.
    BodyRoom bodies{std::max(limits.max_bodies, limits.max_body)};
    boost::asio::io_context io;
    std::function<void()> on_handed_out;  ///< see HttpServer; set before the thread runs

    /// The server stops: no request is taken after the one under way. Known to all before the first is told.
    std::atomic<bool> stops{false};
    std::atomic<std::uint64_t> connections{0};
    std::atomic<std::uint64_t> refused{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> bad_requests{0};
    std::atomic<std::uint64_t> bodies_refused{0};
    std::atomic<std::uint64_t> timeouts{0};

private:
    mutable std::mutex mutex_;
    std::condition_variable emptied_;
    bool closed_ = false;
    std::unordered_set<std::shared_ptr<Connection>> open_;

    void hand_over();
    bool tells_handed_out_ = false;  ///< of the server's thread
    std::mutex answers_mutex_;
    std::vector<Answer> answers_;
};

}  // namespace web
}  // namespace maillon
