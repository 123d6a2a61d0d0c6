#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace maillon::expression {

/// The yearly rule at the end of a compiled zone, in the notation of POSIX: "CET-1CEST,M3.5.0,M10.5.0/3".
class ZoneRule {
public:
    static std::optional<ZoneRule> parse(std::string_view text);

    /// Seconds east of UTC at a moment (seconds since 1970).
    std::int32_t offset_at(std::int64_t moment) const;

private:
    /// A day of every year and a time on it, in seconds from that day's midnight (may be negative or beyond
    /// the day).
    struct Change {
        enum class Form : std::uint8_t { week_of_month, julian, day_of_year } form = Form::week_of_month;
        int month = 1, week = 1, day = 0;
        std::int32_t time = 7200;

        /// Local seconds since 1970 in that year.
        std::int64_t in(int year) const;
    };
    class Reader;

    std::int32_t standard_ = 0;
    std::int32_t summer_ = 0;
    bool has_summer_ = false;
    Change begin_, end_;
};

}  // namespace maillon::expression
