#pragma once

#include "core/base/clock.h"

#include <cstdint>
#include <random>
#include <string>

namespace sandbox {

/// Increasing 64-bit ids that hold their moment, as X makes them.
class Snowflakes {
public:
    explicit Snowflakes(const maillon::Clock& clock) : clock_(clock) {}
    std::uint64_t next();

private:
    const maillon::Clock& clock_;
    std::uint64_t last_ = 0;
};

/// Invented values that follow from a seed.
class Chance {
public:
    explicit Chance(std::uint64_t seed) : engine_(seed) {}
    /// 0 … below-1; the same on every machine.
    std::uint64_t below(std::uint64_t limit) { return limit == 0 ? 0 : engine_() % limit; }
    /// 0 … 1, without 1.
    double fraction() { return static_cast<double>(engine_() >> 11U) * 0x1.0p-53; }
    std::string uuid();
    std::string digits(int count);

private:
    std::mt19937_64 engine_;
};

}  // namespace sandbox
