#include "core/base/clock.h"

#include <gtest/gtest.h>

namespace maillon {
namespace {

using namespace std::chrono_literals;

TEST(FakeClock, StandsStillUntilItIsTold) {
    const FakeClock clock(from_millis(1'000));

    EXPECT_EQ(clock.now(), from_millis(1'000));
    EXPECT_EQ(clock.now(), clock.now());
    EXPECT_EQ(clock.steady(), clock.steady());
}

TEST(FakeClock, MovesBothReadingsTogether) {
    FakeClock clock(from_millis(1'000));
    const auto steady_before = clock.steady();

    clock.advance(2s);
    clock.advance(500ms);

    EXPECT_EQ(clock.now(), from_millis(3'500));
    EXPECT_EQ(clock.steady() - steady_before, 2'500ms);
}

TEST(SystemClock, TellsTheTimeOfTheMachine) {
    const SystemClock clock;
    const auto before = std::chrono::system_clock::now();

    const auto now = clock.now();

    // Cut to milliseconds, so at most one of them before the reading that came first.
    EXPECT_GT(now + 1ms, before);
    EXPECT_LE(now, std::chrono::system_clock::now());
}

TEST(SystemClock, ItsSteadyReadingNeverGoesBack) {
    const SystemClock clock;
    auto last = clock.steady();

    for (int i = 0; i < 1'000; ++i) {
        const auto next = clock.steady();
        ASSERT_GE(next, last);
        last = next;
    }
}

TEST(TimePoint, TurnsIntoMillisecondsAndBack) {
    EXPECT_EQ(millis(from_millis(1'789'375'964'250)), 1'789'375'964'250);
    EXPECT_EQ(millis(from_millis(-1)), -1);
}

}  // namespace
}  // namespace maillon
