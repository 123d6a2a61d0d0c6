#include "core/deliver/retry.h"

#include <algorithm>

namespace maillon::deliver {

using std::chrono::milliseconds;

milliseconds RetrySchedule::pause(int attempt) const {
    auto whole = limits_.first;
    for (int i = 1; i < attempt && whole < limits_.longest; ++i) whole *= 2;
    whole = std::min(whole, limits_.longest);
    const auto half = static_cast<double>(whole.count()) / 2;
    return milliseconds{static_cast<std::int64_t>(half + half * chance_())};
}

std::optional<TimePoint> RetrySchedule::next(int attempt, TimePoint first_tried, TimePoint now,
                                             std::optional<milliseconds> asked) const {
    if (now - first_tried >= limits_.until_given_up) return std::nullopt;
    if (!asked) return now + pause(attempt);
    // The last try is when time is up, however much longer the remote wants to be left alone.
    return std::min(now + std::max(*asked, milliseconds{1}), first_tried + limits_.until_given_up);
}

milliseconds RetrySchedule::rest(milliseconds asked) const {
    return std::min(asked, std::max<milliseconds>(limits_.until_given_up, std::chrono::days{1}));
}

milliseconds RetrySchedule::settling() const {
    return std::min<milliseconds>(std::chrono::seconds{30}, limits_.longest);
}

}  // namespace maillon::deliver
