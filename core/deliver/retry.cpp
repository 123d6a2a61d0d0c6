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
    return now + std::max(asked.value_or(milliseconds{0}), asked ? milliseconds{1} : pause(attempt));
}

}  // namespace maillon::deliver
