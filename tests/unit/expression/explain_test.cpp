#include "tests/unit/expression/support.h"

#include <gtest/gtest.h>

namespace maillon::expression {
namespace {

using Shape = Explanation::Shape;

constexpr std::string_view kEvent = R"({"a":1,"b":2,"text":"x"})";

TEST(Explain, ShowsWhichOperandMadeAConjunctionFalse) {
    Bench run(kEvent);

    const Explanation why = run.explain("event.a == 1 && event.b == 5 && event.c == 1");

    EXPECT_EQ(why.shape, Shape::all);
    EXPECT_EQ(why.outcome, "false");
    ASSERT_EQ(why.operands.size(), 3u);
    EXPECT_EQ(why.operands[0].source, "event.a == 1");
    EXPECT_EQ(why.operands[0].outcome, "true");
    EXPECT_FALSE(why.operands[0].decided);
    EXPECT_EQ(why.operands[1].source, "event.b == 5");
    EXPECT_TRUE(why.operands[1].decided);
    EXPECT_FALSE(why.operands[2].reached);
    EXPECT_TRUE(why.operands[2].failed);
    EXPECT_EQ(why.operands[2].outcome, "no such key 'c' in 'event'; use has(event.c) or event.?c.orValue(…)");
}

TEST(Explain, AllOperandsDecideATrueConjunction) {
    Bench run(kEvent);

    const Explanation why = run.explain("event.a == 1 && event.b == 2");

    EXPECT_EQ(why.outcome, "true");
    EXPECT_TRUE(why.operands[0].decided);
    EXPECT_TRUE(why.operands[1].decided);
}

TEST(Explain, AnErrorDecidesWhenNothingElseDoes) {
    Bench run(kEvent);

    const Explanation why = run.explain("event.a == 1 && event.c == 1");

    EXPECT_TRUE(why.failed);
    EXPECT_FALSE(why.operands[0].decided);
    EXPECT_TRUE(why.operands[1].decided);
}

TEST(Explain, FollowsNegationAndParentheses) {
    Bench run(kEvent);

    const Explanation why = run.explain("!(event.a == 2 || event.b == 2) && event.text == 'x'");

    ASSERT_EQ(why.operands.size(), 2u);
    const Explanation& negation = why.operands[0];
    EXPECT_EQ(negation.source, "!(event.a == 2 || event.b == 2)");
    EXPECT_EQ(negation.shape, Shape::opposite);
    EXPECT_TRUE(negation.decided);
    const Explanation& either = negation.operands.at(0);
    EXPECT_EQ(either.shape, Shape::any);
    EXPECT_EQ(either.source, "(event.a == 2 || event.b == 2)");
    EXPECT_FALSE(either.operands[0].decided);
    EXPECT_TRUE(either.operands[1].decided);
    EXPECT_EQ(either.operands[1].outcome, "true");
    EXPECT_FALSE(why.operands[1].reached);
}

TEST(Explain, AnythingElseIsALeafWithItsValue) {
    Bench run(kEvent);

    const Explanation why = run.explain("event.a + event.b");

    EXPECT_EQ(why.shape, Shape::leaf);
    EXPECT_EQ(why.outcome, "3");
    EXPECT_TRUE(why.decided);
    EXPECT_TRUE(why.operands.empty());
}

}  // namespace
}  // namespace maillon::expression
