#include "core/config/cron.h"

namespace maillon::config {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

/// 29 February may be eight years away.
constexpr days kFarthest{366 * 9};
/// No zone changes its clocks by more, nor twice within as much.
constexpr hours kLargestChange{26};

/// The moment at which the clocks show `local`: the first of two, or the end of the gap that it lies in.
sys_seconds moment_of(sys_seconds local, const Cron::OffsetAt& offset_at) {
    const seconds before = offset_at(local - kLargestChange);
    const seconds after = offset_at(local + kLargestChange);
    if (before == after) return local - before;
    const sys_seconds early = local - before, late = local - after;
    if (offset_at(early) == before) return early;
    if (offset_at(late) == after) return late;
    // Left out: `late` still has the old offset, `early` the new one. The change lies between them.
    sys_seconds low = late, high = early;
    while (high - low > seconds{1}) {
        const sys_seconds middle = low + (high - low) / 2;
        (offset_at(middle) == before ? low : high) = middle;
    }
    return high;
}

}  // namespace

bool Cron::fits(sys_days day) const {
    const std::chrono::year_month_day date(day);
    if (!months_[static_cast<unsigned>(date.month())]) return false;
    const bool by_day = days_[static_cast<unsigned>(date.day())];
    const bool by_weekday = weekdays_[std::chrono::weekday(day).c_encoding()];
    return any_day_ || any_weekday_ ? by_day && by_weekday : by_day || by_weekday;
}

std::optional<TimePoint> Cron::next(TimePoint after, const OffsetAt& offset_at) const {
    const auto from = std::chrono::floor<seconds>(after);
    const bool every_hour = hours_.count() == 24;
    const auto found = every_hour ? next_every_hour(from, offset_at) : next_at_hours(from, offset_at);
    if (!found) return std::nullopt;
    return TimePoint(*found);
}

std::optional<TimePoint> Cron::last(TimePoint after, TimePoint until, const OffsetAt& offset_at) const {
    std::optional<TimePoint> found;
    for (auto one = next(after, offset_at); one && *one <= until; one = next(*one, offset_at)) found = one;
    return found;
}

/// Along the real minutes, so that an hour that comes twice is gone through twice.
std::optional<sys_seconds> Cron::next_every_hour(sys_seconds after, const OffsetAt& offset_at) const {
    const sys_seconds end = after + kFarthest;
    for (sys_seconds at = std::chrono::floor<minutes>(after) + minutes{1}; at < end;) {
        const sys_seconds local = at + offset_at(at);
        const auto day = std::chrono::floor<days>(local);
        if (!fits(day)) {
            // Nearly to midnight: the clocks may change on the way.
            const auto left = std::chrono::floor<minutes>(day + days{1} - local);
            at += std::max<seconds>(minutes{1}, left - hours{3});
            continue;
        }
        const auto minute = std::chrono::floor<minutes>(local - day) % hours{1};
        if (minutes_[static_cast<std::size_t>(minute.count())]) return at;
        at += minutes{1};
    }
    return std::nullopt;
}

/// Along what the clocks show.
std::optional<sys_seconds> Cron::next_at_hours(sys_seconds after, const OffsetAt& offset_at) const {
    const sys_days first = std::chrono::floor<days>(after + offset_at(after)) - days{1};
    for (sys_days day = first; day < first + kFarthest; day += days{1}) {
        if (!fits(day)) continue;
        if (const auto found = next_on_day(day, after, offset_at)) return found;
    }
    return std::nullopt;
}

std::optional<sys_seconds> Cron::next_on_day(sys_days day, sys_seconds after,
                                             const OffsetAt& offset_at) const {
    for (std::size_t hour = 0; hour < 24; ++hour) {
        if (!hours_[hour]) continue;
        for (std::size_t minute = 0; minute < 60; ++minute) {
            if (!minutes_[minute]) continue;
            const sys_seconds moment = moment_of(sys_seconds(day) + hours{hour} + minutes{minute}, offset_at);
            if (moment > after) return moment;
        }
    }
    return std::nullopt;
}

}  // namespace maillon::config
