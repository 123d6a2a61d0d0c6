#include "core/cli/waiting_io.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace maillon::cli {
namespace {

/// True when the call is to be made again.
bool is_passing(int fd, short what) {
    if (errno == EINTR) return true;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
    pollfd one{.fd = fd, .events = what, .revents = 0};
    return ::poll(&one, 1, -1) >= 0 || errno == EINTR;
}

}  // namespace

ssize_t read_some(int fd, char* to, std::size_t size) {
    for (;;) {
        const auto got = ::read(fd, to, size);
        if (got >= 0 || !is_passing(fd, POLLIN)) return got;
    }
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto put = ::write(fd, bytes.data(), bytes.size());
        if (put >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(put));
        else if (!is_passing(fd, POLLOUT))
            return false;
    }
    return true;
}

}  // namespace maillon::cli
