#include "tests/unit/net/test_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace maillon::net_tests {

Peer::~Peer() {
    close();
}

bool Peer::start_tls(const Identity& identity, int max_version) {
    context_.reset(::SSL_CTX_new(::TLS_server_method()));
    auto* context = context_.get();
    ::SSL_CTX_use_certificate(context, identity.certificate.get());
    ::SSL_CTX_use_PrivateKey(context, identity.key.get());
    if (max_version != 0) {
        ::SSL_CTX_set_security_level(context, 0);
        SSL_CTX_set_min_proto_version(context, 0);
        SSL_CTX_set_max_proto_version(context, max_version);
    }
    ssl_.reset(::SSL_new(context));
    ::SSL_set_fd(ssl_.get(), fd_);
    if (::SSL_accept(ssl_.get()) != 1) return false;
    if (const char* name = ::SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name)) sni_ = name;
    return true;
}

bool Peer::read_more() {
    std::array<char, 16 * 1024> bytes{};
    const auto got = ssl_ ? ::SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                          : ::recv(fd_, bytes.data(), bytes.size(), 0);
    if (got <= 0) return false;
    pending_.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
}

std::optional<std::string> Peer::read_head() {
    auto end = pending_.find("\r\n\r\n");
    while (end == std::string::npos) {
        if (!read_more()) return std::nullopt;
        end = pending_.find("\r\n\r\n");
    }
    auto head = pending_.substr(0, end + 4);
    pending_.erase(0, end + 4);
    return head;
}

std::optional<Peer::Request> Peer::read_request() {
    auto head = read_head();
    if (!head) return std::nullopt;
    Request request{*std::move(head), ""};
    std::size_t length = 0;
    if (const auto at = request.head.find("\r\nContent-Length: "); at != std::string::npos) {
        length = std::stoul(request.head.substr(at + 18));
    }
    while (pending_.size() < length) {
        if (!read_more()) return std::nullopt;
    }
    request.body = pending_.substr(0, length);
    pending_.erase(0, length);
    return request;
}

void Peer::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto put = ssl_ ? ::SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                              : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (put <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
}

void Peer::reply(std::string_view body, std::string_view status, std::string_view more_headers) {
    write("HTTP/1.1 " + std::string(status) + "\r\n" + std::string(more_headers) +
          "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
}

void Peer::wait_for_close() {
    while (read_more()) pending_.clear();
}

void Peer::close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

TestServer::TestServer(Script script)
    : script_(std::move(script)),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      stop_fd_(::eventfd(0, EFD_CLOEXEC)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 256) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("the test server cannot listen");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this] { accept_all(); });
}

TestServer::~TestServer() {
    stop_listening();
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& peer : peers_) {
            if (peer.fd_ >= 0) ::shutdown(peer.fd_, SHUT_RDWR);
        }
    }
    threads_.clear();
    ::close(stop_fd_);
}

std::string TestServer::url(std::string_view path, std::string_view host) const {
    return "http://" + std::string(host) + ":" + std::to_string(port_) + std::string(path);
}

int TestServer::connections() const {
    const std::scoped_lock lock(mutex_);
    return static_cast<int>(peers_.size());
}

void TestServer::stop_listening() {
    const std::scoped_lock lock(listening_);
    ::eventfd_write(stop_fd_, 1);
    if (acceptor_.joinable()) acceptor_.join();
    if (listener_ >= 0) ::close(std::exchange(listener_, -1));
}

void TestServer::accept_all() {
    for (;;) {
        std::array<pollfd, 2> fds{pollfd{listener_, POLLIN, 0}, pollfd{stop_fd_, POLLIN, 0}};
        ::poll(fds.data(), fds.size(), -1);
        if (fds[1].revents != 0) return;
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) continue;
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const std::scoped_lock lock(mutex_);
        const auto peer = peers_.emplace(peers_.end(), fd, static_cast<int>(peers_.size()));
        threads_.emplace_back([this, peer] { serve(peer); });
    }
}

void TestServer::serve(std::list<Peer>::iterator peer) {
    // OpenSSL writes with write(2): a client that closes early must not end the program. Only in this thread,
    // so that the client itself is still caught when it raises the signal.
    sigset_t pipe_signal;
    ::sigemptyset(&pipe_signal);
    ::sigaddset(&pipe_signal, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_signal, nullptr);
    script_(*peer);
    const std::scoped_lock lock(mutex_);
    peer->close();
}

TestServer::Script answer_all(std::function<void(Peer&, const Peer::Request&)> answer) {
    return [answer = std::move(answer)](Peer& peer) {
        while (const auto request = peer.read_request()) answer(peer, *request);
    };
}

}  // namespace maillon::net_tests
