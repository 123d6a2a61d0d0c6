#pragma once

#include "core/deliver/retry.h"

#include <string>

namespace maillon::deliver {

/// Keeps a remote that is down from being stormed. Closed: calls go. Open: none goes until a moment, which is
/// later each time. Half-open: that moment is over, and a single call goes to find out. What the remote
/// itself asks for (Retry-After) is a rest, and says nothing about its health. A value; not thread-safe.
class Circuit {
public:
    enum class State { closed, open, half_open };

    explicit Circuit(RetrySchedule schedule) : schedule_(std::move(schedule)) {}

    /// Nobody may call before `until`, by the remote's own wish.
    void rest(TimePoint until, std::string why);
    /// A whole batch came to nothing: the remote's trouble, and not that of one call.
    void failed(TimePoint now, std::string why);
    void worked();
    /// As if nothing had happened: a person says that it works again.
    void reset();

    /// The clock was set by so much.
    void shift(std::chrono::milliseconds by) { until_ += by; }

    State state(TimePoint now) const;
    /// How many calls may go in one batch.
    std::size_t most(std::size_t batch, TimePoint now) const;
    bool is_shut(TimePoint now) const { return until_ > now; }
    TimePoint until() const { return until_; }
    const std::string& why() const { return why_; }

private:
    RetrySchedule schedule_;
    TimePoint until_{};
    std::string why_;
    int failures_ = 0;  ///< in a row
};

}  // namespace maillon::deliver
