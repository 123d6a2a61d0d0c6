#include "core/observe/rate_limit.h"

namespace maillon {

bool RateLimit::passes(std::string_view name, SteadyPoint now) {
    if (burst_ <= 0) return true;
    auto& window = window_of(name, now);
    if (window.passed < burst_) {
        ++window.passed;
        return true;
    }
    ++window.suppressed;
    return false;
}

RateLimit::Window& RateLimit::window_of(std::string_view name, SteadyPoint now) {
    if (const auto known = windows_.find(name); known != windows_.end()) return known->second;
    if (windows_.size() >= kNames) name = "(other names)";
    return windows_.try_emplace(std::string(name), Window{now}).first->second;
}

std::vector<RateLimit::Suppressed> RateLimit::take_over(SteadyPoint now) {
    std::vector<Suppressed> out;
    if (now < next_sweep_) return out;
    next_sweep_ = now + window_;
    for (auto it = windows_.begin(); it != windows_.end();) {
        const auto& [name, window] = *it;
        if (now - window.began < window_) {
            next_sweep_ = std::min(next_sweep_, window.began + window_);
            ++it;
            continue;
        }
        if (window.suppressed > 0) out.push_back({name, window.suppressed});
        it = windows_.erase(it);
    }
    return out;
}

std::vector<RateLimit::Suppressed> RateLimit::take_all() {
    std::vector<Suppressed> out;
    for (const auto& [name, window] : windows_) {
        if (window.suppressed > 0) out.push_back({name, window.suppressed});
    }
    windows_.clear();
    return out;
}

}  // namespace maillon
