#include "core/base/clock.h"

namespace maillon {

using std::chrono::milliseconds;

TimePoint SystemClock::now() const {
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

SteadyPoint SystemClock::steady() const {
    return std::chrono::floor<milliseconds>(std::chrono::steady_clock::now());
}

TimePoint FakeClock::now() const {
    const std::scoped_lock lock(mutex_);
    return now_;
}

SteadyPoint FakeClock::steady() const {
    const std::scoped_lock lock(mutex_);
    return SteadyPoint{gone_};
}

void FakeClock::advance(milliseconds by) {
    const std::scoped_lock lock(mutex_);
    now_ += by;
    gone_ += by;
}

}  // namespace maillon
