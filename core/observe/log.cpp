#include "core/observe/log.h"

#include <array>
#include <cstddef>

namespace maillon {
namespace {

constexpr std::array<std::string_view, 4> kNames{"error", "warning", "info", "debug"};

}  // namespace

std::string_view name_of(LogLevel level) {
    return kNames[static_cast<std::size_t>(level)];
}

std::optional<LogLevel> log_level_from(std::string_view name) {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] == name) return static_cast<LogLevel>(i);
    }
    return std::nullopt;
}

}  // namespace maillon
