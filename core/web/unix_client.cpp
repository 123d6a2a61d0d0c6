#include "core/web/unix_client.h"

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstring>

namespace http = boost::beast::http;

namespace maillon {
inline namespace web {
namespace {

using SteadyClock = std::chrono::steady_clock;

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

std::string reason(int error) {
    return std::strerror(error);
}

Fault not_running(const std::string& path, int error) {
    if (error == EACCES || error == EPERM) {
        return {
            FaultKind::auth, "opening " + path + ": " + reason(error) + "; run as the hub's own user", {}};
    }
    return {FaultKind::not_connected, "no hub is running at " + path + " (" + reason(error) + ")", {}};
}

/// Waits until `fd` can be read or written; false when the deadline came first.
bool wait_for(int fd, short what, SteadyClock::time_point deadline) {
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now());
        if (left.count() <= 0) return false;
        pollfd entry{.fd = fd, .events = what, .revents = 0};
        const int ready = ::poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

Result<void> send_all(int fd, std::string_view bytes, SteadyClock::time_point deadline) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!wait_for(fd, POLLOUT, deadline)) return retry("the hub did not take the request in time");
        } else if (errno != EINTR) {
            // The hub may have refused early; its answer can still be read.
            return errno == EPIPE ? Result<void>()
                                  : Result<void>(retry("sending to the hub: " + reason(errno)));
        }
    }
    return {};
}

HttpResponse to_response(http::response<http::string_body> message) {
    HttpResponse response;
    response.status = static_cast<int>(message.result_int());
    for (const auto& field : message) response.headers.add(field.name_string(), field.value());
    response.body = std::move(message.body());
    return response;
}

Result<HttpResponse> read_answer(int fd, SteadyClock::time_point deadline) {
    http::response_parser<http::string_body> parser;
    parser.eager(true);
    parser.body_limit(boost::none);  // the hub is trusted
    std::string pending;
    std::array<char, 16'384> chunk{};
    while (!parser.is_done()) {
        if (!wait_for(fd, POLLIN, deadline)) return retry("the hub did not answer in time");
        const ssize_t count = ::recv(fd, chunk.data(), chunk.size(), MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (count <= 0) return retry("the hub closed the connection without a whole answer");
        pending.append(chunk.data(), static_cast<std::size_t>(count));
        boost::system::error_code failure;
        const std::size_t used = parser.put(boost::asio::buffer(pending), failure);
        if (failure && failure != http::error::need_more)
            return internal("the hub's answer is no HTTP: " + failure.message());
        pending.erase(0, used);
    }
    return to_response(parser.release());
}

std::string request_text(std::string_view method, std::string_view target, std::string_view body) {
    std::string text;
    text.append(method).append(" ").append(target).append(
        " HTTP/1.1\r\nHost: maillon\r\nConnection: close\r\n");
    if (!body.empty()) text += "Content-Type: application/json\r\n";
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    return text.append(body);
}

}  // namespace

Result<HttpResponse> request_over_unix_socket(const std::string& path, std::string_view method,
                                              std::string_view target, std::string_view body,
                                              std::chrono::milliseconds timeout) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) {
        return config_fault("a socket path has 1 to 107 bytes: '" + path + "'");
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket.get() < 0) return internal("opening a socket: " + reason(errno));
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return not_running(path, errno);
    }
    const auto deadline = SteadyClock::now() + timeout;
    if (auto sent = send_all(socket.get(), request_text(method, target, body), deadline); !sent)
        return sent.error();
    auto answer = read_answer(socket.get(), deadline);
    if (!answer) return answer.error().in(std::string(method) + " " + std::string(target));
    return answer;
}

}  // namespace web
}  // namespace maillon
