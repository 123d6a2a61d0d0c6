#include "walk.h"

#include "maillon/sdk.hpp"
#include "post.h"

#include <gtest/gtest.h>

namespace maillon::twitter {
namespace {

TEST(Walk, GivesOutACursorFromWhichItIsReadAgain) {
    const Walk walk{"12", "34", "next", "10", 3};

    const auto again = Walk::from_cursor(walk.cursor());

    EXPECT_EQ(again.since, "12");
    EXPECT_EQ(again.newest, "34");
    EXPECT_EQ(again.token, "next");
    EXPECT_EQ(again.floor, "10");
    EXPECT_EQ(again.part, 3u);
    EXPECT_TRUE(again.is_under_way());
}

TEST(Walk, ReadsACursorOfAnOlderVersionAsOneWithoutParts) {
    EXPECT_EQ(Walk::from_cursor(R"({"since":"12","token":"next"})").part, 0u);
    EXPECT_EQ(Walk::from_cursor(R"({"since":"12","part":-1})").part, 0u);
    EXPECT_EQ(Walk::from_cursor(R"({"since":"12","part":"x"})").part, 0u);
    EXPECT_EQ(Walk::from_cursor(R"({"since":"12"})").cursor(), R"({"since":"12"})");
}

TEST(Walk, MovesSinceOnlyWhenItIsFinished) {
    Walk walk{"12", "", "next"};

    walk.saw("99");
    walk.saw("100");
    walk.saw("34");
    EXPECT_EQ(walk.since, "12");
    walk.finish();

    EXPECT_EQ(walk.since, "100");
    EXPECT_FALSE(walk.is_under_way());
}

TEST(Walk, NeverMovesBackwards) {
    Walk walk{"100", "", ""};
    walk.saw("99");
    walk.finish();
    EXPECT_EQ(walk.since, "100");
}

TEST(Walk, IgnoresWhatIsNoId) {
    Walk walk;
    walk.saw("abc");
    walk.saw("");
    walk.saw("12345678901234567890123");
    walk.finish();
    EXPECT_EQ(walk.since, "");
}

TEST(Walk, RefusesACursorThatIsNotItsOwn) {
    EXPECT_THROW(Walk::from_cursor("not json"), Failure);
    EXPECT_THROW(Walk::from_cursor("[]"), Failure);
    EXPECT_THROW(Walk::from_cursor(R"({"since":"abc"})"), Failure);
    EXPECT_NO_THROW(Walk::from_cursor(""));
}

TEST(Ids, AreOrderedAsNumbers) {
    EXPECT_TRUE(id_less("9", "10"));
    EXPECT_TRUE(id_less("", "1"));
    EXPECT_FALSE(id_less("10", "10"));
    EXPECT_FALSE(id_less("1990000000000000011", "999999999999999999"));
}

TEST(Ids, CarryTheirTime) {
    EXPECT_EQ(time_of_id("1212092628029698048"), 1'577'820'376'771);  // 2019-12-31 19:26:16
    EXPECT_EQ(time_of_id("20"), std::nullopt);
    EXPECT_EQ(time_of_id("x"), std::nullopt);
}

}  // namespace
}  // namespace maillon::twitter
