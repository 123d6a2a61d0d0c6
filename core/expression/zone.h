#pragma once

#include "core/expression/zone_rule.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::expression {

/// Seconds east of UTC of "UTC", "Z", "GMT", "" or "±HH:MM" (the plus may be left out); nothing for any other
/// text.
std::optional<std::int32_t> fixed_offset(std::string_view zone);

/// A time zone of the IANA database. Immutable. Read when an expression is planned, never while one is
/// evaluated.
class Zone {
public:
    /// Reads the compiled zone `name` ("Europe/Paris") from the folder; null when there is none or it is
    /// malformed.
    static std::unique_ptr<const Zone> load(const std::string& folder, std::string_view name);
    /// The same from the bytes of a file (TZif version 2 or later, RFC 8536).
    static std::unique_ptr<const Zone> parse(std::string_view bytes);

    /// Seconds east of UTC at a moment (seconds since 1970).
    std::int32_t offset_at(std::int64_t moment) const;

private:
    std::vector<std::int64_t> changes_;  ///< ascending moments
    std::vector<std::int32_t>
        offsets_;  ///< offsets_[i] holds before changes_[i]; the last one from the last change on
    std::optional<ZoneRule> rule_;  ///< for moments after the last change
};

}  // namespace maillon::expression
