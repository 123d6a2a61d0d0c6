#include "core/net/beast/connect.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>

namespace maillon::net {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kHeadStart{250};

struct Freed {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

std::string words(int error) {
    return std::system_category().message(error);
}

/// All attempts of one connect that have begun and not failed.
class Attempts {
public:
    explicit Attempts(std::uint16_t port) : port_(std::to_string(port)) {}

    void start(const std::string& address) {
        addrinfo hints{};
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        if (::getaddrinfo(address.c_str(), port_.c_str(), &hints, &found) != 0) {
            why_ = "'" + address + "' is not an address";
            return;
        }
        const std::unique_ptr<addrinfo, Freed> list(found);
        const int fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0) {
            why_ = words(errno);
            return;
        }
        Socket socket(fd);
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
        if (::connect(fd, found->ai_addr, found->ai_addrlen) != 0 && errno != EINPROGRESS) {
            why_ = words(errno);
            return;
        }
        running_.push_back(std::make_unique<Socket>(std::move(socket)));
    }

    /// Waits for one to succeed or fail; a failed one is dropped.
    Wake wait(const Patience& patience, SteadyPoint until) {
        std::vector<pollfd> fds;
        for (const auto& socket : running_) fds.push_back({socket->fd(), POLLOUT, 0});
        const auto wake = patience.wait(fds, until);
        for (std::size_t i = fds.size(); wake == Wake::ready && i-- > 0;) {
            if (fds[i].revents == 0) continue;
            if (const int error = running_[i]->connect_error(); error != 0) {
                why_ = words(error);
                running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
            } else {
                winner_ = i;
                break;
            }
        }
        return wake;
    }

    std::optional<Socket> take_winner() {
        if (!winner_) return std::nullopt;
        return std::move(*running_[*winner_]);
    }

    std::size_t running() const { return running_.size(); }
    const std::string& why() const { return why_; }

private:
    std::string port_;
    std::vector<std::unique_ptr<Socket>> running_;
    std::optional<std::size_t> winner_;
    std::string why_ = "it has no address";
};

}  // namespace

Result<Socket> connect_to(const std::vector<std::string>& addresses, std::uint16_t port,
                          const Patience& patience, milliseconds limit) {
    const auto end = patience.phase(limit);
    Attempts attempts(port);
    std::size_t next = 0;
    for (;;) {
        if (next < addresses.size() && attempts.running() + 1 < Patience::kMost)
            attempts.start(addresses[next++]);
        const bool more = next < addresses.size();
        if (attempts.running() == 0) {
            if (more) continue;
            return retry("no connection: " + attempts.why());
        }
        const auto wake = attempts.wait(patience, more ? std::min(end, patience.now() + kHeadStart) : end);
        if (auto socket = attempts.take_winner()) return *std::move(socket);
        if (wake == Wake::cancelled) return Fault{FaultKind::cancelled, "cancelled while connecting"};
        if (patience.now() >= end) return retry("no connection in time");
    }
}

}  // namespace maillon::net
