#include "tests/unit/route/restored_fixture.h"

namespace maillon::route {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

TEST_F(RestoredTest, WhatWasDoneSinceTheBackupIsNotDoneAgain) {
    begin();
    answer("1");
    back_up();
    clock_.advance(hours{1});
    answer("2");
    lose_and_restore();

    begin();
    answer("2", minutes{30});

    EXPECT_THAT(world_.answers(), UnorderedElementsAre("x 1: To Ms anne", "x 2: To Ms anne"));
    EXPECT_EQ(asked_, 1);
    EXPECT_EQ(life_->book("r").finished, 2);
}

TEST_F(RestoredTest, TheConnectorIsToldSinceWhenItMayHaveBeenDone) {
    begin();
    back_up();
    clock_.advance(hours{1});
    answer("2");
    const auto made = clock_.now();
    lose_and_restore();
    clock_.advance(hours{5});

    auto& life = live(answering());
    std::atomic<std::int64_t> wanted{0};
    life.connectors.at("x")->on_reconcile = [&](const plugin::OutCall& call) {
        wanted = call.time_ms;
        return world_.reconcile(call);
    };
    life.start();
    answer("2", hours{5} + minutes{1});

    EXPECT_THAT(world_.answers(), ElementsAre("x 2: To Ms anne"));
    EXPECT_LE(wanted, millis(made)) << "a service that is asked for later posts does not have it";
    EXPECT_GE(wanted, millis(made - hours{1}));
}

TEST_F(RestoredTest, WhatHadNotBeenDoneIsDoneOnceTheConnectorSaysSo) {
    begin();
    back_up();
    clock_.advance(hours{1});
    lose_and_restore();

    begin();
    answer("2", minutes{30});

    EXPECT_THAT(world_.answers(), ElementsAre("x 2: To Ms anne"));
    EXPECT_EQ(asked_, 1);
}

TEST_F(RestoredTest, WhereTheConnectorCannotTellAPersonDecides) {
    begin();
    back_up();
    clock_.advance(hours{1});
    answer("2");
    lose_and_restore();

    auto& life = begin(false);
    take("2", minutes{30});
    ASSERT_TRUE(life.passes([&] { return life.book("r").in_doubt == 1; }));

    const auto doubts = life.read([](db::Reader& reader) { return store::Doubts::list(reader, {}); });
    ASSERT_THAT(doubts, SizeIs(1));
    ASSERT_TRUE(life.engine->decide(doubts[0].id, {.remote_id = "7", .by = "bob"}));
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(world_.answers(), ElementsAre("x 2: To Ms anne"));
    EXPECT_EQ(life.book("r").finished, 1);
}

TEST_F(RestoredTest, WhatHappensAfterwardsIsAnsweredWithoutQuestions) {
    begin();
    back_up();
    lose_and_restore();
    clock_.advance(hours{48});

    begin();
    answer("3", minutes{1});

    EXPECT_THAT(world_.answers(), ElementsAre("x 3: To Ms anne"));
    EXPECT_EQ(asked_, 0);
}

TEST_F(RestoredTest, ACallThatWaitedForItsNextTryIsAskedAboutFirst) {
    std::atomic<bool> down{true};
    world_.script = [&](const std::string& instance, const plugin::OutCall&) -> std::optional<World::Report> {
        if (instance != "x" || !down) return std::nullopt;
        return deliver::ScriptedConnector::fails(FaultKind::retry, "no answer");
    };
    auto& life = begin();
    take("1");
    ASSERT_TRUE(life.passes([&] {
        const auto calls =
            life.read([](db::Reader& reader) { return store::Calls::open(reader, "x", CallId{}, 10); });
        return calls.size() == 1 && calls[0].attempts > 0 && calls[0].state == store::CallState::pending;
    }));
    back_up();
    down = false;
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(world_.answers(), SizeIs(1));
    lose_and_restore();
    EXPECT_EQ(calls_, 1);

    begin();
    ASSERT_TRUE(life_->comes_to_rest());

    EXPECT_THAT(world_.answers(), SizeIs(1));
    EXPECT_EQ(asked_, 1);
    EXPECT_EQ(life_->book("r").finished, 1);
}

TEST(Restore, TellsWhatTheForgottenTimeMayHaveSeen) {
    const auto at = [](int minute) { return TimePoint{minutes{minute}}; };
    const store::Restore restore{
        .restored = at(1000), .taken = at(900), .last_event = EventSeq{10}, .last_run = RunId{5}};
    const auto seen = [&](int run, int seq, int time, int received) {
        Envelope meta;
        meta.time = at(time);
        meta.received = at(received);
        return restore.may_have_seen(RunId{run}, EventSeq{seq}, meta);
    };

    EXPECT_TRUE(seen(5, 11, 2000, 2001)) << "the run was there before";
    EXPECT_TRUE(seen(6, 10, 2000, 2001)) << "the event was there before";
    EXPECT_TRUE(seen(6, 11, 999, 2001)) << "it happened before";
    EXPECT_TRUE(seen(6, 11, 1004, 2001)) << "by another clock";
    EXPECT_FALSE(seen(6, 11, 1006, 2001));
    EXPECT_TRUE(seen(6, 11, 1500, 1500)) << "nobody knows when it happened";
    EXPECT_FALSE(seen(6, 11, 1000 + 24 * 60 + 1, 1000 + 24 * 60 + 1)) << "but not for ever";
    EXPECT_TRUE(restore.may_have_remade(at(900)));
    EXPECT_TRUE(restore.may_have_remade(at(1000)));
    EXPECT_FALSE(restore.may_have_remade(at(1001))) << "this hub saw it fail";
    EXPECT_TRUE(restore.may_have_remade({}));
}

}  // namespace
}  // namespace maillon::route
