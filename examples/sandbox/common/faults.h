#pragma once

#include "ids.h"
#include "json.h"

#include <set>
#include <string>
#include <string_view>

namespace sandbox {

/// What is to happen to one request instead of its proper answer.
enum class Mishap { none, server_error, throttled, cut_before, cut_after };

/// Throws one die per request of a service that is to have faults, and counts what fell. Not thread-safe.
class Faults {
public:
    /// Replaces the plan. The answer is a reason why it was not taken, or empty.
    std::string configure(const json::object& plan);
    json::object plan() const;

    Mishap draw(std::string_view service);
    std::int64_t slow_ms(std::string_view service);
    int retry_after_s() const { return retry_after_s_; }
    json::object counts() const;

private:
    bool concerns(std::string_view service) const { return services_.count(service) > 0; }

    double rate_5xx_ = 0, rate_429_ = 0, rate_cut_before_ = 0, rate_cut_after_ = 0;
    int retry_after_s_ = 1;
    std::int64_t slow_ms_ = 0;
    std::uint64_t seed_ = 1;
    std::set<std::string, std::less<>> services_{"x", "graph", "sugar"};
    Chance chance_{1};
    std::uint64_t errors_ = 0, throttled_ = 0, cut_before_ = 0, cut_after_ = 0, slow_ = 0;
};

}  // namespace sandbox
