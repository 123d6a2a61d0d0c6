#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace maillon::sugarcrm {

/// Unix milliseconds of an ISO 8601 date and time with any offset ("2026-03-02T06:07:42-04:00", "…Z",
/// "…+0000"); a missing offset is UTC, a space may stand for the T. Nothing for any other text.
std::optional<std::int64_t> moment(std::string_view text);

/// "2026-03-02T10:07:42+00:00", whole seconds, rounded down: the form that Sugar's filters take.
std::string sugar_time(std::int64_t unix_ms);

}  // namespace maillon::sugarcrm
