#include "core/base/assert.h"

#include <gtest/gtest.h>

TEST(AssertDeathTest, AFalseConditionEndsTheProcessWithTheSentenceAndItsPlace) {
    const bool settled = false;

    EXPECT_DEATH(MAILLON_ASSERT(settled, "a run settles once"),
                 "maillon: internal error: a run settles once .*assert_test.cpp:[0-9]+");
}

TEST(Assert, ATrueConditionIsEvaluatedOnceAndNothingHappens) {
    int evaluations = 0;

    MAILLON_ASSERT(++evaluations == 1, "counted");

    EXPECT_EQ(evaluations, 1);
}

TEST(Assert, IsOneStatementSoThatElseBelongsToTheOuterIf) {
    bool reached_else = false;
    const bool outer = false;

    if (outer)
        MAILLON_ASSERT(true, "never");
    else
        reached_else = true;

    EXPECT_TRUE(reached_else);
}
