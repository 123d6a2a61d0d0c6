#include "rate_limits.h"

#include <algorithm>

namespace sandbox {

std::string RateLimits::configure(const json::object& limits) {
    for (const auto& [endpoint, value] : limits) {
        if (!value.is_object()) return "rate_limits." + std::string(endpoint) + " must be an object";
        const json::object& given = value.get_object();
        Window window;
        window.limit = int_of(given, "limit", window.limit);
        window.length_s = int_of(given, "window_s", window.length_s);
        if (window.limit < 0 || window.length_s <= 0)
            return "rate_limits." + std::string(endpoint) + " is out of range";
        windows_[std::string(endpoint)] = window;
    }
    return {};
}

json::object RateLimits::settings() const {
    json::object out;
    for (const auto& [endpoint, window] : windows_) {
        out[endpoint] = {{"limit", window.limit}, {"window_s", window.length_s}};
    }
    return out;
}

RateLimits::Standing RateLimits::take(const std::string& endpoint) {
    Window& window = windows_[endpoint];
    const std::int64_t now_s = maillon::millis(clock_.now()) / 1000;
    if (now_s >= window.ends_s) {
        window.ends_s = now_s + window.length_s;
        window.used = 0;
    }
    ++window.used;
    return {.limit = window.limit,
            .remaining = std::max<std::int64_t>(0, window.limit - window.used),
            .reset_s = window.ends_s,
            .is_over = window.used > window.limit};
}

}  // namespace sandbox
