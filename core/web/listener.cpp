#include "core/web/listener.h"

#include "core/web/connection.h"
#include "core/web/server_core.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <sys/stat.h>
#include <unistd.h>
#include <charconv>

namespace asio = boost::asio;
using boost::system::error_code;

namespace maillon {
inline namespace web {
namespace {

using Tcp = asio::ip::tcp;
using Local = asio::local::stream_protocol;

template <class Protocol>
using SocketOf = asio::basic_stream_socket<Protocol, asio::io_context::executor_type>;

void prepare(SocketOf<Tcp>& socket) {
    error_code ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
}
void prepare(SocketOf<Local>&) {}

std::string peer_of(const SocketOf<Tcp>& socket) {
    error_code failure;
    const auto end = socket.remote_endpoint(failure);
    if (failure) return "gone";
    const std::string host = end.address().to_string();
    return (end.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(end.port());
}
std::string peer_of(const SocketOf<Local>&) {
    return "unix";
}

/// The accept loop, the same for both kinds of socket.
template <class Protocol>
class AcceptLoop : public Listener, public std::enable_shared_from_this<AcceptLoop<Protocol>> {
public:
    using Acceptor = typename Protocol::acceptor;
    using Accepted = SocketOf<Protocol>;

    AcceptLoop(ServerCore& core, HttpHandler handler)
        : core_(core),
          handler_(std::make_shared<const HttpHandler>(std::move(handler))),
          acceptor_(core_.io),
          pause_(acceptor_.get_executor()) {}

    Acceptor& acceptor() { return acceptor_; }

    void start() override {
        asio::post(acceptor_.get_executor(), [self = this->shared_from_this()] { self->accept(); });
    }

    void close() override {
        asio::post(acceptor_.get_executor(), [self = this->shared_from_this()] {
            error_code ignored;
            self->acceptor_.close(ignored);
            self->pause_.cancel();
        });
    }

private:
    void accept() {
        auto done = [self = this->shared_from_this()](error_code failure, Accepted socket) {
            if (failure) return self->on_failure(failure);
            self->take(std::move(socket));
            self->accept();
        };
        if (acceptor_.is_open()) acceptor_.async_accept(core_.io, std::move(done));
    }

    void take(Accepted socket) {
        prepare(socket);
        bool full = core_.is_full();
        while (full && core_.make_room()) full = core_.is_full();
        std::string peer = peer_of(socket);
        auto connection = make_connection(core_, Socket(std::move(socket)), handler_, std::move(peer), full);
        if (core_.add(connection, full) == ServerCore::Room::yes) connection->start();
    }

    /// Out of descriptors or memory: others may give some back soon; hammering accept would only burn the
    /// processor.
    void on_failure(error_code failure) {
        if (failure == asio::error::operation_aborted || !acceptor_.is_open()) return;
        if (failure == asio::error::connection_aborted) return accept();
        pause_.expires_after(std::chrono::milliseconds(100));
        pause_.async_wait([self = this->shared_from_this()](error_code cancelled) {
            if (!cancelled) self->accept();
        });
    }

    ServerCore& core_;
    std::shared_ptr<const HttpHandler> handler_;
    Acceptor acceptor_;
    asio::steady_timer pause_;
};

Result<Tcp::endpoint> parse_address(std::string_view text) {
    const auto fault = [&] {
        return config_fault(
            "'" + std::string(text) +
            "' is no address to listen at: write 127.0.0.1:8080, [::1]:8080 or localhost:8080");
    };
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return fault();
    std::string_view host = text.substr(0, colon);
    const std::string_view digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (bad != std::errc{} || end != digits.data() + digits.size()) return fault();
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    if (host == "localhost") host = "127.0.0.1";
    error_code failure;
    const auto address = asio::ip::make_address(std::string(host), failure);
    if (failure) return fault();
    return Tcp::endpoint(address, port);
}

/// Makes way for a new socket file, or tells why not.
Result<void> clear_path(ServerCore& core, const std::string& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) return {};
    if (!S_ISSOCK(found.st_mode))
        return config_fault(path + " exists and is not a socket; it was left alone");
    Local::socket probe(core.io);
    error_code failure;
    probe.connect(Local::endpoint(path), failure);
    if (!failure) return config_fault("somebody is already listening at " + path);
    if (failure == boost::system::errc::connection_refused) ::unlink(path.c_str());
    return {};
}

/// Removes the socket file at the end, unless somebody has put another in its place.
class UnixLoop final : public AcceptLoop<Local> {
public:
    using AcceptLoop::AcceptLoop;
    ~UnixLoop() override {
        struct stat found {};
        if (owned_ && ::lstat(path_.c_str(), &found) == 0 && found.st_ino == inode_) ::unlink(path_.c_str());
    }
    void own(const std::string& path) {
        struct stat found {};
        owned_ = ::lstat(path.c_str(), &found) == 0;
        inode_ = found.st_ino;
        path_ = path;
    }

private:
    bool owned_ = false;
    ino_t inode_ = 0;
    std::string path_;
};

}  // namespace

Result<BoundListener> bind_tcp(ServerCore& core, std::string_view address, HttpHandler handler) {
    const auto endpoint = parse_address(address);
    if (!endpoint) return endpoint.error();
    auto loop = std::make_shared<AcceptLoop<Tcp>>(core, std::move(handler));
    Tcp::acceptor& acceptor = loop->acceptor();
    error_code failure;
    acceptor.open(endpoint->protocol(), failure);
    if (!failure) acceptor.set_option(asio::socket_base::reuse_address(true), failure);
    if (!failure) acceptor.bind(*endpoint, failure);
    if (!failure) acceptor.listen(asio::socket_base::max_listen_connections, failure);
    if (failure) return config_fault("listening at " + std::string(address) + ": " + failure.message());
    return BoundListener{loop, acceptor.local_endpoint(failure).port()};
}

Result<BoundListener> bind_unix(ServerCore& core, const std::string& path, HttpHandler handler) {
    // sun_path is 108 bytes with its end.
    if (path.empty() || path.size() > 107)
        return config_fault("a socket path has 1 to 107 bytes: '" + path + "'");
    if (auto clear = clear_path(core, path); !clear) return clear.error();
    auto loop = std::make_shared<UnixLoop>(core, std::move(handler));
    auto& acceptor = loop->acceptor();
    error_code failure;
    acceptor.open(Local(), failure);
    if (!failure) acceptor.bind(Local::endpoint(path), failure);
    if (!failure) {
        loop->own(path);
        // Between bind and listen nobody can connect, so the mode is never wider than it should be.
        if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0)
            failure.assign(errno, boost::system::system_category());
    }
    if (!failure) acceptor.listen(asio::socket_base::max_listen_connections, failure);
    if (failure) return config_fault("listening at " + path + ": " + failure.message());
    return BoundListener{loop, 0};
}

}  // namespace web
}  // namespace maillon
