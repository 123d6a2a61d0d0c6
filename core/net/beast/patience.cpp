#include "core/net/beast/patience.h"

#include "core/base/assert.h"

#include <algorithm>
#include <array>
#include <cerrno>

namespace maillon::net {
namespace {

using std::chrono::milliseconds;

/// Without a wake-up descriptor the token is looked at this often.
constexpr milliseconds kBlindSlice{50};

int poll_span(SteadyPoint now, SteadyPoint until, bool blind) {
    constexpr milliseconds longest{std::chrono::hours{1}};
    return static_cast<int>(std::min(until - now, blind ? kBlindSlice : longest).count());
}

}  // namespace

SteadyPoint Patience::phase(milliseconds limit) const {
    if (limit.count() == 0) return deadline_;
    return std::min(deadline_, now() + limit);
}

Wake Patience::wait(std::span<pollfd> fds, SteadyPoint until) const {
    MAILLON_ASSERT(fds.size() <= kMost, "waiting for more descriptors than there is room for");
    std::array<pollfd, kMost + 1> all{};
    std::ranges::copy(fds, all.begin());
    const int wake_fd = cancel_.wake_fd();
    all[fds.size()] = {wake_fd, POLLIN, 0};
    for (;;) {
        if (cancel_.is_cancelled()) return Wake::cancelled;
        const auto now = clock_.steady();
        if (now >= until) return Wake::late;
        const int ready = ::poll(all.data(), fds.size() + 1, poll_span(now, until, wake_fd < 0));
        if (ready < 0 && errno != EINTR) return Wake::late;  // out of memory: as good as no answer
        if (ready <= 0 || cancel_.is_cancelled()) continue;
        std::copy_n(all.begin(), fds.size(), fds.begin());
        return Wake::ready;
    }
}

Wake Patience::wait(int fd, short events, SteadyPoint until) const {
    pollfd one{fd, events, 0};
    return wait(std::span(&one, 1), until);
}

}  // namespace maillon::net
