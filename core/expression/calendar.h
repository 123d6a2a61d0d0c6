#pragma once

#include "core/expression/zone.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace maillon::expression {

/// A time zone or a fixed offset.
struct LocalZone {
    const Zone* zone = nullptr;
    std::int32_t east = 0;  ///< without a zone

    std::int32_t offset_at(std::int64_t moment) const {
        return zone != nullptr ? zone->offset_at(moment) : east;
    }
};

/// A moment as the clock and calendar of a place show it.
struct WallClock {
    WallClock(std::int64_t moment, std::uint32_t nanos, const LocalZone& place);

    std::chrono::year_month_day date;
    std::chrono::weekday weekday;
    std::int64_t second_of_day = 0;
    std::uint32_t nanos = 0;
    std::int32_t east = 0;
};

/// The first moment at which the place's clock shows `wall` seconds since 1970 or later: of a time that
/// happens twice the earlier one, of a time that is skipped the moment of the change.
std::int64_t first_moment(std::int64_t wall, const LocalZone& place);

/// Seconds of the wall clock since 1970 and nanoseconds.
struct WallTime {
    std::int64_t seconds = 0;
    std::uint32_t nanos = 0;
};
/// "2026-11-22", "2026-11-22 09:30", "2026-11-22T09:30:15.5"; nothing when malformed.
std::optional<WallTime> parse_wall_time(std::string_view text);

/// "2026-11-22".
std::string date_text(const WallClock& time);
/// By a pattern of CLDR letters: y M d E Q H h a m s S X x, others in quotation marks. Nothing when the
/// pattern has another letter or is left open.
std::optional<std::string> format_time(std::string_view pattern, const WallClock& time);

}  // namespace maillon::expression
