#pragma once

#include "common/json.h"
#include "core/base/clock.h"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace sandbox {

/// Fixed windows per endpoint, as X counts them.
class RateLimits {
public:
    struct Standing {
        std::int64_t limit, remaining, reset_s;
        bool is_over = false;
    };

    explicit RateLimits(const maillon::Clock& clock) : clock_(clock) {}

    /// Sets limits per endpoint ("GET /2/tweets": {"limit", "window_s"}) and begins their windows anew. The
    /// answer is what is wrong, or empty.
    std::string configure(const json::object& limits);
    json::object settings() const;
    /// Counts one request.
    Standing take(const std::string& endpoint);

private:
    struct Window {
        std::int64_t limit = 1'000'000, length_s = 900, ends_s = 0, used = 0;
    };
    const maillon::Clock& clock_;
    std::unordered_map<std::string, Window> windows_;
};

}  // namespace sandbox
