#include "tests/unit/route/life.h"

namespace maillon::route {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A case that is to be answered within two hours, else it is escalated.
class TimerTest : public RouteTest {
protected:
    static std::string escalation() {
        return route(
            "      - conversation: support\n"
            "      - timer: first_answer\n"
            "        after: 2h\n"
            "        unless: talk.answered || 'case' in talk.tied\n"
            "        steps: [ { call: crm.create, with: { module: Notes, fields: { name: \"late "
            "${event.id}\" } } } ]\n"
            "      - call: crm.create\n"
            "        with: { module: Notes, fields: { name: \"end ${event.id}\" } }\n");
    }
    /// The same, and a second route that answers what is said to be answered.
    static std::string with_answer() {
        return escalation() +
               "  answering:\n    from: fb.message.received\n    steps:\n"
               "      - conversation: support\n        of: { thread: \"${event.text}\" }\n"
               "      - { answer: support, text: \"Hello\" }\n";
    }
    static std::size_t waiting(Life& life) {
        return life
            .read([](db::Reader& reader) {
                return store::Runs::in_state(reader, store::RunState::waiting, 100);
            })
            .size();
    }
    /// Lets `span` go by in strides, then as much more as the hub's threads need.
    bool passes_until(Life& life, hours span, const std::function<bool()>& done) {
        const auto end = clock_.now() + span;
        const auto looks_again = [&] {
            life.engine->wake();
            return done() || clock_.now() > end;
        };
        return life.passes(looks_again, minutes{1}) && (done() || life.passes(done));
    }
    bool rests_with_waiting(Life& life, std::size_t count) {
        return life.passes([&] { return life.is_at_rest() && waiting(life) == count; });
    }
};

TEST_F(TimerTest, ARunWaitsDurablyAndItsStepsAreRunWhenTheTimeHasCome) {
    auto& life = live(escalation());
    life.start();
    life.take({{"1", "t1", "anne", "help"}});
    ASSERT_TRUE(rests_with_waiting(life, 1));
    EXPECT_EQ(life.book("r").waiting, 1);
    EXPECT_EQ(life.book("r").in_flight, 0);
    EXPECT_TRUE(life.passes([&] { return life.engine->state().runs == 0; }, milliseconds{0}))
        << "it lies in the store alone";
    const auto due = life.runs_of(1)[0].wake_at;
    ASSERT_TRUE(due);

    ASSERT_TRUE(passes_until(life, hours{3}, [&] { return world_.notes().size() == 2; }));

    EXPECT_GE(clock_.now(), *due);
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(world_.notes(), ElementsAre("late 1", "end 1"));
    EXPECT_EQ(life.book("r").finished, 1);
    EXPECT_EQ(life.book("r").waiting, 0);
}

TEST_F(TimerTest, ItHoldsNoOtherRunOfItsKey) {
    auto& life = live(escalation());
    life.start();
    life.take({{"1", "t1", "anne", "a"}, {"2", "t1", "anne", "b"}, {"3", "t1", "anne", "c"}});
    ASSERT_TRUE(rests_with_waiting(life, 3));
    EXPECT_EQ(life.book("r").waiting, 3);
}

TEST_F(TimerTest, AnAnswerByAnotherRunLetsItGoOnAtOnceAndItsStepsAreSkipped) {
    auto& life = live(with_answer());
    life.start();
    life.take({{"1", "t1", "anne", "help"}});
    ASSERT_TRUE(rests_with_waiting(life, 1));
    const auto before = clock_.now();
    auto done = life.database->run([](db::Unit& unit) -> Result<> {
        auto tied = store::Conversations::add_ref(unit, ConversationId{1}, {"thread", "t1"});
        if (!tied) return tied.error();
        return {};
    });
    ASSERT_TRUE(done);

    life.take({{.id = "2", .thread = "f1", .author = "bob", .text = "t1", .connector = "fb"}});

    ASSERT_TRUE(life.passes([&] { return life.is_at_rest() && life.book("r").finished == 1; }));
    EXPECT_LT(clock_.now() - before, hours{1});
    EXPECT_THAT(world_.notes(), ElementsAre("end 1"));
    bool skipped = false;
    for (const auto& step : life.steps_of(RunId{1}))
        skipped |= step.step == "timer first_answer" && step.detail == "unless is true";
    EXPECT_TRUE(skipped);
}

TEST_F(TimerTest, AChangeThatIsNotTheOneItWaitsForLetsItWaitOn) {
    auto& life = live(escalation());
    life.start();
    life.take({{"1", "t1", "anne", "help"}});
    ASSERT_TRUE(rests_with_waiting(life, 1));
    const auto due = life.runs_of(1)[0].wake_at;

    life.engine->conversation_changed(ConversationId{1});

    ASSERT_TRUE(life.passes([&] { return life.is_at_rest() && waiting(life) == 1; }));
    EXPECT_EQ(life.runs_of(1)[0].wake_at, due);
    EXPECT_THAT(world_.notes(), IsEmpty());
    ASSERT_TRUE(passes_until(life, hours{3}, [&] { return world_.notes().size() == 2; }));
    EXPECT_THAT(world_.notes(), ElementsAre("late 1", "end 1"));
}

TEST_F(TimerTest, WhatHoldsAlreadyIsNotWaitedFor) {
    auto& life =
        live(route("      - { timer: never, after: 2h, unless: event.own, steps: [ { drop: late } ] }\n"));
    life.start();
    life.take({{.id = "1", .thread = "t1", .author = "anne", .text = "a", .own = true}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.book("r").finished, 1);
}

TEST_F(TimerTest, TheNextLifeGoesOnWithWhatWaitsAlsoWhenItsTimeHasLongCome) {
    {
        auto& life = live(escalation());
        life.start();
        life.take({{"1", "t1", "anne", "a"}, {"2", "t2", "bob", "b"}});
        ASSERT_TRUE(rests_with_waiting(life, 2));
    }
    clock_.advance(hours{5});
    auto& life = live(escalation());
    life.start();
    EXPECT_LE(life.engine->state().runs, 2u);
    ASSERT_TRUE(passes_until(life, hours{1}, [&] { return world_.notes().size() == 4; }));
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.book("r").finished, 2);
}

TEST_F(TimerTest, ARunOfAConfigurationThatIsGoneEndsInTheDeadLetters) {
    {
        auto& life = live(escalation());
        life.start();
        life.take({{"1", "t1", "anne", "a"}});
        ASSERT_TRUE(rests_with_waiting(life, 1));
    }
    auto& life = live(route("      - drop: other\n"));
    life.start();
    ASSERT_TRUE(passes_until(life, hours{3}, [&] { return !life.letters().empty(); }));
    ASSERT_THAT(life.letters(), SizeIs(1));
    EXPECT_THAT(life.letters()[0].reason, ::testing::HasSubstr("no configuration "));
    EXPECT_EQ(life.book("r").dead_lettered, 1);
}

TEST_F(TimerTest, AFailureOfWhatItRunsAndOfUnlessGoesToItsHandler) {
    auto& life = live(route(
        "      - timer: late\n        after: 1h\n        steps: [ { let: { a: \"${event.nothing}\" } } ]\n"
        "        on_error: [ { emit: hub.first } ]\n"
        "      - timer: later\n        after: 1h\n        unless: event.nothing\n        steps: [ { drop: a "
        "} ]\n"
        "        on_error: [ { drop: \"${error.message}\" } ]\n"));
    life.start();
    life.take({{"1", "t1", "anne", "a"}});
    ASSERT_TRUE(rests_with_waiting(life, 1));
    ASSERT_TRUE(passes_until(life, hours{3}, [&] { return life.book("r").dropped == 1; }));
    EXPECT_THAT(life.runs_of(1)[0].reason, ::testing::HasSubstr("unless: no such key 'nothing'"));
    EXPECT_THAT(life.journal->list({.connector = "hub"}).value(), SizeIs(1));
}

TEST_F(TimerTest, ALoopWaitsInEachOfItsRounds) {
    auto& life =
        live(route("      - each: \"['a', 'b']\"\n        as: one\n        steps:\n"
                   "          - timer: pause\n            after: 1h\n            steps:\n"
                   "              - call: crm.create\n"
                   "                with: { module: Notes, fields: { name: \"${one}\" } }\n"));
    life.start();
    life.take({{"1", "t1", "anne", "a"}});
    ASSERT_TRUE(rests_with_waiting(life, 1));
    ASSERT_TRUE(passes_until(life, hours{1} + hours{1}, [&] { return world_.notes().size() == 1; }));
    EXPECT_EQ(life.book("r").finished, 0);
    ASSERT_TRUE(passes_until(life, hours{2}, [&] { return life.book("r").finished == 1; }));
    EXPECT_THAT(world_.notes(), ElementsAre("a", "b"));
}

TEST_F(TimerTest, ManyThatAreDueAtOnceAllGoOn) {
    auto& life = live("hub: { limits: { max_runs: 50 } }\n" +
                      route("      - { timer: t, after: 1h, steps: [ { emit: hub.late } ] }\n"));
    life.start();
    std::vector<Message> many;
    for (int i = 0; i < 400; ++i) many.push_back({std::to_string(i), "t" + std::to_string(i), "anne", "a"});
    life.take(many);
    ASSERT_TRUE(life.passes([&] { return life.is_at_rest() && life.book("r").waiting == 400; }));
    clock_.advance(hours{2});
    life.engine->wake();
    ASSERT_TRUE(life.passes([&] { return life.book("r").finished == 400; }));
    EXPECT_LE(life.engine->state().runs, 50u);
    ASSERT_TRUE(life.comes_to_rest());
}

}  // namespace
}  // namespace maillon::route
