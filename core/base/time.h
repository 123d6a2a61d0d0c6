#pragma once

#include "core/base/clock.h"
#include "core/base/fault.h"

#include <string>
#include <string_view>

namespace maillon {

/// RFC 3339 in UTC with milliseconds only where there are any: "2026-09-14T08:12:44Z", "…44.250Z".
std::string to_rfc3339(TimePoint t);

/// Reads RFC 3339 (any offset, fraction cut to milliseconds). Also takes the offset without a colon that
/// Graph sends.
Result<TimePoint> parse_rfc3339(std::string_view text);

/// A span as configuration writes it: "500ms", "30s", "5m", "2h", "7d"; also several in a row, "1h30m". A
/// hundred years at most.
Result<std::chrono::milliseconds> parse_span(std::string_view text);

/// The shortest such form: "1h30m".
std::string to_span(std::chrono::milliseconds span);

}  // namespace maillon
