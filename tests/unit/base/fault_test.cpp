#include "core/base/fault.h"

#include <gtest/gtest.h>
#include <maillon/abi.h>

#include <set>
#include <stdexcept>

namespace maillon {
namespace {

using namespace std::chrono_literals;

Result<int> half(int number) {
    if (number % 2 != 0) return rejected(std::to_string(number) + " is odd");
    return number / 2;
}

TEST(FaultKind, EveryKindHasItsOwnNameAndIsFoundByIt) {
    std::set<std::string_view> names;

    for (int number = 1; number <= 11; ++number) {
        const auto kind = static_cast<FaultKind>(number);
        EXPECT_TRUE(names.insert(name_of(kind)).second) << name_of(kind);
        EXPECT_EQ(fault_kind_from(name_of(kind)), kind);
    }
    EXPECT_EQ(fault_kind_from("no such kind"), std::nullopt);
    EXPECT_EQ(fault_kind_from(""), std::nullopt);
}

TEST(FaultKind, HasTheNumbersOfThePlugInBoundary) {
    EXPECT_EQ(static_cast<maillon_status>(FaultKind::retry), MAILLON_RETRY);
    EXPECT_EQ(static_cast<maillon_status>(FaultKind::rate_limited), MAILLON_RATE_LIMITED);
    EXPECT_EQ(static_cast<maillon_status>(FaultKind::not_connected), MAILLON_NOT_CONNECTED);
    EXPECT_EQ(static_cast<maillon_status>(FaultKind::auth), MAILLON_AUTH);
    EXPECT_EQ(static_cast<maillon_status>(FaultKind::conflict), MAILLON_CONFLICT);
    EXPECT_EQ(static_cast<maillon_status>(FaultKind::rejected), MAILLON_REJECTED);
    EXPECT_EQ(static_cast<maillon_status>(FaultKind::unsupported), MAILLON_UNSUPPORTED);
    EXPECT_EQ(static_cast<maillon_status>(FaultKind::config), MAILLON_CONFIG);
    EXPECT_EQ(static_cast<maillon_status>(FaultKind::cancelled), MAILLON_CANCELLED);
    EXPECT_EQ(static_cast<maillon_status>(FaultKind::internal), MAILLON_INTERNAL);
    EXPECT_EQ(static_cast<maillon_status>(FaultKind::in_doubt), MAILLON_IN_DOUBT);
}

TEST(FaultKind, ANumberThatANewerPlugInMaySendIsCalledInternal) {
    EXPECT_EQ(name_of(static_cast<FaultKind>(4711)), "internal");
}

TEST(Fault, SaysThePlaceInFrontAndKeepsTheRest) {
    const Fault fault{FaultKind::rate_limited, "429, too many requests", 30s};

    const auto placed = fault.in("posting to crm");

    EXPECT_EQ(placed.what, "posting to crm: 429, too many requests");
    EXPECT_EQ(placed.kind, FaultKind::rate_limited);
    EXPECT_EQ(placed.retry_after, 30s);
}

TEST(Fault, EachShortcutMakesItsKind) {
    EXPECT_EQ(rejected("x").kind, FaultKind::rejected);
    EXPECT_EQ(internal("x").kind, FaultKind::internal);
    EXPECT_EQ(config_fault("x").kind, FaultKind::config);
    EXPECT_EQ(retry("x").kind, FaultKind::retry);
    EXPECT_EQ(retry("x").what, "x");
    EXPECT_FALSE(retry("x").retry_after.has_value());
}

TEST(Result, HoldsAValueOrAFault) {
    ASSERT_TRUE(half(8));
    EXPECT_EQ(half(8).value(), 4);
    ASSERT_FALSE(half(7));
    EXPECT_EQ(half(7).error().what, "7 is odd");
}

TEST(Result, UsingAFailedOneAsAValueIsAMistakeThatNamesTheFault) {
    try {
        (void)half(7).value();
        FAIL() << "no exception";
    } catch (const std::logic_error& error) {
        EXPECT_STREQ(error.what(), "a failed result was used as a value: 7 is odd");
    }
}

}  // namespace
}  // namespace maillon
