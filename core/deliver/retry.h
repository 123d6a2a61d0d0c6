#pragma once

#include "core/base/clock.h"

#include <chrono>
#include <functional>
#include <optional>

namespace maillon::deliver {

/// When a call that failed for now is tried again: doubling pauses between half and the whole of their length
/// (jitter, so that a thousand callers do not come back at once), bounded by time and not by count. A value;
/// not thread-safe, `chance` least of all.
class RetrySchedule {
public:
    struct Limits {
        std::chrono::milliseconds first{500};
        std::chrono::milliseconds longest{300'000};
        std::chrono::milliseconds until_given_up{86'400'000};
    };
    /// A number in [0, 1).
    using Chance = std::function<double()>;

    RetrySchedule(Limits limits, Chance chance) : limits_(limits), chance_(std::move(chance)) {}

    /// The pause after `attempt` (1 = the first) tries.
    std::chrono::milliseconds pause(int attempt) const;
    /// When to try again, or nothing if time is up. What the remote asked for wins over our own pause; it
    /// never shortens it to nothing, and is cut to the moment at which time is up.
    std::optional<TimePoint> next(int attempt, TimePoint first_tried, TimePoint now,
                                  std::optional<std::chrono::milliseconds> asked) const;
    /// For how long a remote that asks for it is left alone by all calls: a day at most, or as long as one
    /// call is tried where that is longer.
    std::chrono::milliseconds rest(std::chrono::milliseconds asked) const;
    /// For how long a call whose answer was lost may still come to take effect, or to be seen, at a remote
    /// that does not show it yet: half a minute, or the longest pause where that is shorter.
    std::chrono::milliseconds settling() const;

private:
    Limits limits_;
    Chance chance_;
};

}  // namespace maillon::deliver
