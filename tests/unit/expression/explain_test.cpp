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

TEST(Explain, ALeafTellsWhatItHasRead) {
    Bench run(R"({"text":"hello","tags":["a"],"author":{"name":"Anne"}})");

    const Explanation why = run.explain("event.text.lowerAscii().startsWith(event.author.name)");

    ASSERT_EQ(why.facts.size(), 2u);
    EXPECT_EQ(why.facts[0].source, "event.text");
    EXPECT_EQ(why.facts[0].outcome, "\"hello\"");
    EXPECT_EQ(why.facts[1].source, "event.author.name");
    EXPECT_EQ(run.explain("event.tags[0] in ['b', event.text]").facts.at(0).source, "event.tags[0]");
    EXPECT_TRUE(run.explain("event.text").facts.empty()) << "it is told already";
    EXPECT_TRUE(run.explain("event.none == 1").facts.empty()) << "its failure names what is missing";
}

TEST(Explain, AChoiceShowsItsConditionAndTheSideThatItTook) {
    Bench run(kEvent);

    const Explanation why = run.explain("event.a == 1 ? event.b == 5 : event.text == 'x'");

    EXPECT_EQ(why.shape, Shape::choice);
    ASSERT_EQ(why.operands.size(), 3u);
    EXPECT_TRUE(why.operands[0].decided);
    EXPECT_EQ(why.operands[0].outcome, "true");
    EXPECT_TRUE(why.operands[1].decided);
    EXPECT_EQ(why.operands[1].outcome, "false");
    EXPECT_FALSE(why.operands[2].reached);
    EXPECT_FALSE(why.operands[2].decided);
}

TEST(Explain, AChoiceWhoseConditionFailsTakesNeitherSide) {
    Bench run(kEvent);

    const Explanation why = run.explain("event.none ? true : false");

    EXPECT_TRUE(why.failed);
    EXPECT_TRUE(why.operands.at(0).decided);
    EXPECT_FALSE(why.operands.at(1).reached);
    EXPECT_FALSE(why.operands.at(2).reached);
}

TEST(Explain, AMacroShowsTheElementThatDecided) {
    Bench run(R"({"n":[1,2,3,4]})");

    const Explanation exists = run.explain("event.n.exists(i, i > 1 && i < 9)");
    const Explanation all = run.explain("event.n.all(i, i < 3)");

    EXPECT_EQ(exists.shape, Shape::elements);
    ASSERT_EQ(exists.operands.size(), 1u) << "the first that is true has decided";
    EXPECT_EQ(exists.operands[0].element, "i = 2");
    EXPECT_EQ(exists.operands[0].source, "i > 1 && i < 9");
    EXPECT_EQ(exists.operands[0].operands.at(0).facts.at(0).outcome, "2");
    ASSERT_EQ(all.operands.size(), 1u);
    EXPECT_EQ(all.operands[0].element, "i = 3");
    EXPECT_EQ(all.operands[0].outcome, "false");
}

TEST(Explain, WhereNoElementDecidesAloneSeveralAreShownAndTheOthersCounted) {
    Bench run(R"({"n":[1,2,3,4,5,6,7]})");

    const Explanation none = run.explain("event.n.exists(i, i > 7)");
    const Explanation one = run.explain("event.n.exists_one(i, i > 5)");

    EXPECT_EQ(none.operands.size(), 5u);
    EXPECT_EQ(none.more, 2u);
    EXPECT_TRUE(none.operands[0].decided);
    ASSERT_EQ(one.operands.size(), 2u) << "there are two, so it is false";
    EXPECT_EQ(one.operands[0].element, "i = 6");
    EXPECT_EQ(run.explain("event.n.filter(i, i > 9).exists(i, true)").facts.at(0).source, "event.n")
        << "of no element at all what was gone through is told";
}

TEST(Explain, AnElementThatFailedIsShownWhereItMadeTheWholeFail) {
    Bench run(R"({"n":[1,"two",0]})");

    const Explanation why = run.explain("event.n.exists(i, i > 3)");

    EXPECT_TRUE(why.failed);
    ASSERT_EQ(why.operands.size(), 1u);
    EXPECT_EQ(why.operands[0].element, "i = \"two\"");
    EXPECT_TRUE(why.operands[0].failed);
}

}  // namespace
}  // namespace maillon::expression
