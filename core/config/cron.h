#pragma once

#include "core/base/clock.h"

#include <bitset>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace maillon::config {

/// A schedule in the five fields of cron: minute, hour, day of the month, month, day of the week. Each is
/// `*`, a number, a range, a list or a range with a step ("*/15", "8-18/2"); months and days of the week may
/// be named ("jan", "mon-fri"), Sunday is 0 and 7. "@hourly", "@daily" (or "@midnight"), "@weekly",
/// "@monthly" and
/// "@yearly" (or "@annually") stand for the usual ones. Where both kinds of day are restricted, either is
/// enough.
///
/// Immutable; asks no clock and reads no file: the zone is handed in.
class Cron {
public:
    /// What is wrong, about bytes [begin, end) of the text.
    struct Mistake {
        std::size_t begin = 0, end = 0;
        std::string message;
        std::string hint;
    };
    /// Seconds east of UTC at a moment.
    using OffsetAt = std::function<std::chrono::seconds(std::chrono::sys_seconds)>;

    /// Nothing when the text is no schedule; `mistake` then says why. One that never comes is a mistake too.
    static std::optional<Cron> parse(std::string_view text, Mistake& mistake);

    /// The first scheduled moment after `after`, in the zone whose clocks `offset_at` tells.
    ///
    /// Where clocks go forward, a time that is left out comes at the first moment after the gap, once however
    /// many were left out. Where they go back, a time that stands on them twice comes the first time only;
    /// a schedule of every hour goes on all the same.
    std::optional<TimePoint> next(TimePoint after, const OffsetAt& offset_at) const;
    /// The last one in (after, until], if there is one.
    std::optional<TimePoint> last(TimePoint after, TimePoint until, const OffsetAt& offset_at) const;

    const std::string& text() const { return text_; }

private:
    class Reader;
    Cron() = default;
    bool fits(std::chrono::sys_days day) const;
    std::optional<std::chrono::sys_seconds> next_every_hour(std::chrono::sys_seconds after,
                                                            const OffsetAt& offset_at) const;
    std::optional<std::chrono::sys_seconds> next_at_hours(std::chrono::sys_seconds after,
                                                          const OffsetAt& offset_at) const;
    std::optional<std::chrono::sys_seconds> next_on_day(std::chrono::sys_days day,
                                                        std::chrono::sys_seconds after,
                                                        const OffsetAt& offset_at) const;

    std::string text_;
    std::bitset<64> minutes_, hours_, days_, months_, weekdays_;
    bool any_day_ = false, any_weekday_ = false;  ///< the field begins with '*'
};

}  // namespace maillon::config
