#pragma once

#include "core/base/clock.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace maillon {

/// Decides which events of a name get out. Not thread-safe: the log's lock guards it.
///
/// A window begins with the first event of its name. The map is bounded: beyond `kNames` names, further ones
/// share one count, since names of plug-ins come from outside.
class RateLimit {
public:
    static constexpr std::size_t kNames = 1024;

    struct Suppressed {
        std::string name;
        std::uint64_t count;
    };

    RateLimit(int burst, std::chrono::milliseconds window) : burst_(burst), window_(window) {}

    /// Whether this event may get out. Counts it otherwise.
    bool passes(std::string_view name, SteadyPoint now);

    /// Names whose window is over, with what it suppressed; they start anew. Cheap when no window can be
    /// over.
    std::vector<Suppressed> take_over(SteadyPoint now);
    /// All that is suppressed and not yet told.
    std::vector<Suppressed> take_all();

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    struct Window {
        SteadyPoint began;
        int passed = 0;
        std::uint64_t suppressed = 0;
    };

    Window& window_of(std::string_view name, SteadyPoint now);

    int burst_;
    std::chrono::milliseconds window_;
    SteadyPoint next_sweep_ = SteadyPoint::min();
    std::unordered_map<std::string, Window, Hash, std::equal_to<>> windows_;
};

}  // namespace maillon
