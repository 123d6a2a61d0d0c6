#include "tests/unit/route/linking_life.h"

namespace maillon::route {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Word = ReviewAnswer::Word;

TEST_F(LinkingTest, ACaseDoesNotWaitForTheAnswerAndGetsThePersonLater) {
    auto& life = anne_is_asked_about();
    EXPECT_THAT(world_.summary(), ElementsAre("case t1", "note 'one' on t1 by "));
    ASSERT_THAT(open(), SizeIs(1));
    life.take({{"2", "t2", "anne", "two"}});
    ASSERT_TRUE(life.comes_to_rest());
    ASSERT_THAT(open(), SizeIs(1)) << "the same question";

    ASSERT_TRUE(answer(Word::accept, "c-2"));

    EXPECT_EQ(linked("anne"), "c-2");
    EXPECT_THAT(world_.summary(), Contains("link t1 to "));
    EXPECT_THAT(world_.summary(), Contains("link t2 to "));
    EXPECT_THAT(open(), IsEmpty());
    life.take({{"3", "t3", "anne", "three"}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(life.steps_of(life.runs_of(life.journal->last_seq()->value()).at(0).id).front().result,
                HasSubstr(R"("id":"c-2")"));
}

TEST_F(LinkingTest, SayingItTwiceIsNoErrorAndSayingOtherwiseTellsWhoWasFirst) {
    auto& life = anne_is_asked_about();
    EXPECT_EQ(answer(Word::accept).error().kind, FaultKind::rejected) << "there are two candidates";
    EXPECT_FALSE(answer(Word::accept, "c-1").value());
    const auto events = life.journal->last_seq().value();
    EXPECT_TRUE(answer(Word::accept, "c-1", "mary").value());
    EXPECT_EQ(life.journal->last_seq().value(), events) << "nobody is told twice";
    const auto otherwise = answer(Word::accept, "c-2", "mary");
    ASSERT_FALSE(otherwise);
    EXPECT_EQ(otherwise.error().kind, FaultKind::conflict);
    EXPECT_THAT(otherwise.error().what, HasSubstr("answered by paul before: accepted c-1"));
    EXPECT_EQ(answer(Word::reject).error().kind, FaultKind::conflict);
    EXPECT_EQ(linked("anne"), "c-1");
}

TEST_F(LinkingTest, ANoIsForGood) {
    auto& life = anne_is_asked_about();
    ASSERT_TRUE(answer(Word::reject));
    life.take({{"2", "t2", "anne", "two"}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(open(), IsEmpty());
    EXPECT_EQ(linked("anne"), "Contacts-1") << "she is somebody else, and gets a record of her own";
    EXPECT_EQ(world_.count("Contacts"), 1u);
}

TEST_F(LinkingTest, ARunThatWaitsHoldsNoKeyAndGoesOnWithTheAnswer) {
    auto& life = anne_is_asked_about("wait");
    EXPECT_THAT(world_.summary(), IsEmpty());
    EXPECT_EQ(life.runs_of(1).at(0).state, store::RunState::waiting);
    EXPECT_THAT(life.runs_of(1).at(0).reason, HasSubstr("question 1 (several records)"));
    life.take({{"2", "t1", "bob", "two"}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(world_.notes(), ElementsAre("two")) << "on the same thread, and not held up";

    ASSERT_TRUE(answer(Word::accept, "c-1"));

    EXPECT_THAT(world_.notes(), ElementsAre("two", "one"));
    EXPECT_EQ(life.runs_of(1).at(0).state, store::RunState::finished);
    EXPECT_EQ(linked("anne"), "c-1");
}

TEST_F(LinkingTest, ARunThatWaitsMakesTheRecordThatAPersonWishesFor) {
    auto& life = anne_is_asked_about("wait");
    ASSERT_TRUE(answer(Word::is_new));
    EXPECT_EQ(world_.count("Contacts"), 1u);
    EXPECT_EQ(linked("anne"), "Contacts-1");
    EXPECT_EQ(life.runs_of(1).at(0).state, store::RunState::finished);
    EXPECT_THAT(world_.notes(), Contains("new x:id-anne Ms anne")) << "routes hear who it is";
}

TEST_F(LinkingTest, NobodyAnswersInTimeAndTheRunGoesOnWithoutThePerson) {
    auto& life = anne_is_asked_about("wait\n        within: 8h");
    clock_.advance(std::chrono::hours{9});
    life.engine->wake();
    ASSERT_TRUE(life.passes([&] { return life.runs_of(1).at(0).state == store::RunState::finished; }));
    EXPECT_THAT(world_.notes(), ElementsAre("one"));
    EXPECT_THAT(open(), SizeIs(1)) << "it can still be answered";
    const auto steps = life.steps_of(life.runs_of(1).at(0).id);
    EXPECT_EQ(steps.at(0).status, store::StepStatus::waiting);
    EXPECT_THAT(steps.at(1).detail, HasSubstr("nobody has decided in time"));
    ASSERT_TRUE(answer(Word::accept, "c-1"));
    EXPECT_THAT(world_.summary(), Contains("link t1 to "));
}

TEST_F(LinkingTest, AWaitingRunSurvivesARestart) {
    anne_is_asked_about("wait");
    auto& life = begin("wait");
    ASSERT_TRUE(answer(Word::accept, "c-2"));
    EXPECT_EQ(life.runs_of(1).at(0).state, store::RunState::finished);
    EXPECT_EQ(linked("anne"), "c-2");
}

TEST_F(LinkingTest, AnUnsureEventMayBeSkipped) {
    auto& life = anne_is_asked_about("skip");
    EXPECT_EQ(life.runs_of(1).at(0).state, store::RunState::dropped);
    EXPECT_THAT(life.runs_of(1).at(0).reason, HasSubstr("question 1"));
    EXPECT_THAT(open(), SizeIs(1));
}

}  // namespace
}  // namespace maillon::route
