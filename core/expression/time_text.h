#pragma once

#include "core/expression/value.h"

#include <optional>
#include <string>
#include <string_view>

namespace maillon::expression {

inline constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

/// Whether a moment lies in the years 1 to 9999.
constexpr bool is_in_calendar(std::int64_t seconds) {
    return seconds >= -62'135'596'800 && seconds <= 253'402'300'799;
}

/// RFC 3339; nothing when malformed or out of range. Less than a nanosecond is dropped.
std::optional<Value> parse_timestamp(std::string_view text);
/// RFC 3339 in UTC, the fraction only where there is one, without trailing zeros.
std::string timestamp_to_text(const Value& timestamp);

/// "1h30m", "-1.5s", "0"; units h m s ms us µs ns. Nothing when malformed or beyond 64 bits of nanoseconds.
std::optional<std::int64_t> parse_duration(std::string_view text);
/// "60.001s".
std::string duration_to_text(std::int64_t nanos);

}  // namespace maillon::expression
