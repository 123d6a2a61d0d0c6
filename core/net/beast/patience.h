#pragma once

#include "core/base/clock.h"
#include "core/net/cancel.h"

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <span>

namespace maillon::net {

enum class Wake : std::uint8_t { ready, late, cancelled };

/// How long one call is willing to wait: its deadline and its token. A value on the caller's stack; every
/// blocking wait of the client goes through it, in the calling thread.
class Patience {
public:
    /// `clock` and `cancel` must outlive this.
    Patience(const Clock& clock, SteadyPoint deadline, const Cancel& cancel)
        : clock_(clock), deadline_(deadline), cancel_(cancel) {}

    SteadyPoint now() const { return clock_.steady(); }
    SteadyPoint deadline() const { return deadline_; }
    bool is_cancelled() const { return cancel_.is_cancelled(); }

    /// The end of a phase that begins now; never later than the deadline. A limit of 0 = the deadline alone.
    SteadyPoint phase(std::chrono::milliseconds limit) const;

    /// Waits until one of the descriptors is ready (`revents` tells which), `until` or the cancel. `fds` has
    /// at most `kMost` entries.
    Wake wait(std::span<pollfd> fds, SteadyPoint until) const;
    Wake wait(int fd, short events, SteadyPoint until) const;

    static constexpr std::size_t kMost = 8;

private:
    const Clock& clock_;
    SteadyPoint deadline_;
    const Cancel& cancel_;
};

}  // namespace maillon::net
