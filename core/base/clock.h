#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

namespace maillon {

/// A moment of the wall clock, in milliseconds since 1970 UTC.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;
/// A moment of a clock that never jumps; only differences mean anything.
using SteadyPoint = std::chrono::time_point<std::chrono::steady_clock, std::chrono::milliseconds>;

/// Where time comes from. Handed in everywhere, so that tests need no real time. Thread-safe.
class Clock {
public:
    virtual ~Clock() = default;
    virtual TimePoint now() const = 0;
    virtual SteadyPoint steady() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
public:
    TimePoint now() const override;
    SteadyPoint steady() const override;
};

/// A clock that moves when it is told. Both readings advance together.
class FakeClock final : public Clock {
public:
    explicit FakeClock(TimePoint start = TimePoint{std::chrono::milliseconds{1'789'375'964'000}})
        : now_(start) {}
    TimePoint now() const override;
    SteadyPoint steady() const override;
    void advance(std::chrono::milliseconds by);

private:
    mutable std::mutex mutex_;
    TimePoint now_;
    std::chrono::milliseconds gone_{0};
};

inline std::int64_t millis(TimePoint t) {
    return t.time_since_epoch().count();
}
inline TimePoint from_millis(std::int64_t ms) {
    return TimePoint{std::chrono::milliseconds{ms}};
}

}  // namespace maillon
