#pragma once

#include "core/base/clock.h"

#include <chrono>
#include <optional>
#include <string_view>

namespace maillon {

/// Reads an HTTP date: IMF-fixdate, and the two obsolete forms that RFC 9110 §5.6.7 asks recipients to
/// accept. `now` decides the century of two-digit years.
std::optional<TimePoint> parse_http_date(std::string_view text, TimePoint now);

/// How long to wait by a Retry-After header: seconds or an HTTP date (a past one = 0). At most a year;
/// nothing when it cannot be read.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, TimePoint now);

}  // namespace maillon
