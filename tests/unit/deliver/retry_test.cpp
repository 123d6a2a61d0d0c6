#include "core/deliver/retry.h"

#include <gtest/gtest.h>

namespace maillon::deliver {
namespace {

using std::chrono::milliseconds;

const TimePoint kStart{milliseconds{1'000'000}};

RetrySchedule schedule(double chance) {
    return {{milliseconds{100}, milliseconds{1'000}, milliseconds{60'000}}, [chance] { return chance; }};
}

TEST(RetrySchedule, PausesDoubleUntilTheLongest) {
    const auto never_more = schedule(0);
    EXPECT_EQ(never_more.pause(1), milliseconds{50});
    EXPECT_EQ(never_more.pause(2), milliseconds{100});
    EXPECT_EQ(never_more.pause(3), milliseconds{200});
    EXPECT_EQ(never_more.pause(4), milliseconds{400});
    EXPECT_EQ(never_more.pause(5), milliseconds{500});
    EXPECT_EQ(never_more.pause(1'000'000), milliseconds{500}) << "a million tries overflow nothing";
}

TEST(RetrySchedule, JitterStaysBetweenHalfAndTheWhole) {
    for (int attempt = 1; attempt < 12; ++attempt) {
        const auto half = schedule(0).pause(attempt);
        const auto most = schedule(0.999999).pause(attempt);
        EXPECT_GE(most, half);
        EXPECT_LE(most, half * 2);
        EXPECT_GE(most, half * 2 - milliseconds{1});
        EXPECT_EQ(schedule(0.5).pause(attempt), half * 3 / 2);
    }
}

TEST(RetrySchedule, TimeBoundsTriesAndCountDoesNot) {
    const auto retry = schedule(0);
    EXPECT_EQ(retry.next(1, kStart, kStart, {}), kStart + milliseconds{50});
    EXPECT_TRUE(retry.next(100'000, kStart, kStart + milliseconds{59'999}, {}));
    EXPECT_FALSE(retry.next(2, kStart, kStart + milliseconds{60'000}, {})) << "time is up";
}

TEST(RetrySchedule, WhatTheRemoteAskedForWins) {
    EXPECT_EQ(schedule(0).next(1, kStart, kStart, milliseconds{30'000}), kStart + milliseconds{30'000});
    EXPECT_EQ(schedule(0).next(9, kStart, kStart, milliseconds{5}), kStart + milliseconds{5})
        << "also where it is shorter than ours";
    EXPECT_GT(*schedule(0).next(1, kStart, kStart, milliseconds{0}), kStart) << "but never nothing";
}

TEST(RetrySchedule, ItsWishIsNoLongerThanThePatience) {
    const auto days = std::chrono::days{300};
    EXPECT_EQ(schedule(0).next(1, kStart, kStart + milliseconds{20'000}, days), kStart + milliseconds{60'000})
        << "the last try is when time is up";
    EXPECT_FALSE(schedule(0).next(2, kStart, kStart + milliseconds{60'000}, days));
}

TEST(RetrySchedule, AnInstanceRestsForAsLongAsIsAskedButForADayOrThePatienceAtMost) {
    EXPECT_EQ(schedule(0).rest(milliseconds{900'000}), milliseconds{900'000}) << "longer than the patience";
    EXPECT_EQ(schedule(0).rest(std::chrono::days{300}), std::chrono::days{1});
    const RetrySchedule patient({.until_given_up = std::chrono::days{7}}, [] { return 0.0; });
    EXPECT_EQ(patient.rest(std::chrono::days{300}), std::chrono::days{7});
}

}  // namespace
}  // namespace maillon::deliver
