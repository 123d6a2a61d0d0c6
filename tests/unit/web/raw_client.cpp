#include "raw_client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>
#include <utility>

namespace maillon::test {

RawClient::RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error("nobody listens");
    }
}

RawClient::~RawClient() {
    ::close(fd_);
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void RawClient::send_bytewise(std::string_view bytes) {
    for (const char c : bytes) send({&c, 1});
}

bool RawClient::fill() {
    std::array<char, 65'536> chunk{};
    const ssize_t count = ::recv(fd_, chunk.data(), chunk.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        throw std::runtime_error("the server is silent");
    if (count <= 0) return false;
    pending_.append(chunk.data(), static_cast<std::size_t>(count));
    return true;
}

RawResponse RawClient::read_response(bool has_body) {
    RawResponse response;
    std::size_t end = 0;
    while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
        if (!fill()) return response;
    }
    const std::string head = pending_.substr(0, end + 2);
    pending_.erase(0, end + 4);
    for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
        const std::size_t stop = head.find("\r\n", at);
        const std::size_t colon = head.find(':', at);
        std::string name = head.substr(at, colon - at);
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        response.headers[name] = head.substr(colon + 2, stop - colon - 2);
        at = stop + 2;
    }
    const auto length = response.headers.find("content-length");
    const std::size_t size = has_body && length != response.headers.end() ? std::stoul(length->second) : 0;
    while (pending_.size() < size) {
        if (!fill()) return response;
    }
    response.body = pending_.substr(0, size);
    pending_.erase(0, size);
    response.status = std::stoi(head.substr(9, 3));
    return response;
}

std::string RawClient::read_to_end() {
    while (fill()) {
    }
    return std::exchange(pending_, {});
}

bool RawClient::is_readable(std::chrono::milliseconds patience) const {
    pollfd watched{fd_, POLLIN, 0};
    return !pending_.empty() || ::poll(&watched, 1, static_cast<int>(patience.count())) > 0;
}

void RawClient::close_sending() {
    ::shutdown(fd_, SHUT_WR);
}

RawResponse get(std::uint16_t port, std::string_view target) {
    RawClient client(port);
    client.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    return client.read_response();
}

}  // namespace maillon::test
