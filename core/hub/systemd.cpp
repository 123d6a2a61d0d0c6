#include "core/hub/systemd.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

namespace maillon::hub {
namespace {

std::optional<std::chrono::microseconds> watchdog_time() {
    const char* text = std::getenv("WATCHDOG_USEC");
    if (!text) return std::nullopt;
    const long long usec = std::strtoll(text, nullptr, 10);
    if (usec <= 0) return std::nullopt;
    return std::chrono::microseconds{usec};
}

}  // namespace

void notify_systemd(std::string_view state) {
    const char* path = std::getenv("NOTIFY_SOCKET");
    if (!path || (path[0] != '/' && path[0] != '@')) return;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::size_t size = std::strlen(path);
    if (size >= sizeof(address.sun_path)) return;
    std::memcpy(address.sun_path, path, size);
    // An abstract socket is written with an at sign and begins with a zero byte.
    if (path[0] == '@') address.sun_path[0] = '\0';
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size);
    // Without an answer there is nothing to do about a failure: systemd then reports a start that timed out.
    (void)::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
                   length);
    ::close(fd);
}

std::optional<std::chrono::milliseconds> watchdog_interval() {
    const auto time = watchdog_time();
    if (!time) return std::nullopt;
    return std::chrono::floor<std::chrono::milliseconds>(*time / 2);
}

LongerWatchdog::LongerWatchdog(std::chrono::milliseconds at_most) : before_(watchdog_time()) {
    const auto text = std::to_string(std::chrono::microseconds(at_most).count());
    notify_systemd("EXTEND_TIMEOUT_USEC=" + text + (before_ ? "\nWATCHDOG_USEC=" + text : ""));
}

// A time that is set begins anew.
LongerWatchdog::~LongerWatchdog() {
    if (before_) notify_systemd("WATCHDOG_USEC=" + std::to_string(before_->count()));
}

}  // namespace maillon::hub
