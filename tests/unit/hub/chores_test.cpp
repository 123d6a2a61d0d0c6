#include "core/hub/closing.h"
#include "core/hub/repeating.h"
#include "core/hub/retention.h"
#include "tests/unit/route/life.h"

#include <future>

namespace maillon::hub {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// What the hub does now and again, on the store of a running engine. Conversations `support` close after a
/// week.
class ChoresTest : public route::RouteTest {
protected:
    route::Life& begin(const std::string& steps) {
        auto& life = live(route(steps));
        life.start();
        return life;
    }
    void take(const std::string& id, const std::string& thread = "t1") {
        life_->take({{id, thread, "anne", "hello"}});
        ASSERT_TRUE(life_->comes_to_rest());
    }
    Closing closing() {
        return {{*life_->database, clock_, [this](ConversationId talk) { closed_.push_back(talk.value()); }},
                {{"support", {{"support", {}}, days{7}}}}};
    }
    Retention retention(config::Hub::Keep keep) {
        return Retention({*life_->database, *life_->journal, clock_, keep});
    }
    std::vector<std::int64_t> events(std::size_t most = 100) {
        std::vector<std::int64_t> out;
        for (const auto& event : life_->journal->read(EventSeq{}, most).value())
            out.push_back(event.seq.value());
        return out;
    }

    std::vector<std::int64_t> closed_;
    const std::string kTalk = "      - conversation: support\n";
    const std::string kTimer =
        "      - { timer: late, after: 20d, when: event.id == '1', unless: talk.closed, steps: [ { drop: "
        "late } ] }\n";
};

TEST_F(ChoresTest, AConversationIsClosedWhenNobodyHasWrittenForLongEnough) {
    begin(kTalk);
    take("1");
    clock_.advance(days{4});
    take("2");
    auto chore = closing();

    const auto last = life_->journal->by_seq(EventSeq{2}).value()->meta.time;
    clock_.advance(days{6});
    auto next = chore.tick();
    ASSERT_TRUE(next);
    EXPECT_EQ(*next, last + days{7}) << "the second message counts";
    EXPECT_THAT(closed_, IsEmpty());

    clock_.advance(last + days{7} - clock_.now());
    next = chore.tick();
    ASSERT_TRUE(next);
    EXPECT_EQ(*next, std::nullopt);
    EXPECT_THAT(closed_, ElementsAre(1));
    take("3");
    const auto open = life_->read(
        [](db::Reader& reader) { return store::Conversations::open_on(reader, "support", "x", "t1"); });
    ASSERT_TRUE(open);
    EXPECT_EQ(open->id.value(), 2) << "the next message opens a new one";
}

TEST_F(ChoresTest, ARunThatWatchesTheConversationGoesOnWhenItIsClosed) {
    auto& life = begin(kTalk + kTimer);
    take("1");
    EXPECT_EQ(life.book("r").waiting, 1);
    Closing chore(
        {*life.database, clock_, [&](ConversationId talk) { life.engine->conversation_changed(talk); }},
        {{"support", {{"support", {}}, days{7}}}});

    clock_.advance(days{8});
    ASSERT_TRUE(chore.tick());

    ASSERT_TRUE(life.passes([&] { return life.book("r").finished == 1; }));
}

TEST_F(ChoresTest, WhatIsOldGoesAndWhatIsYoungStays) {
    begin(kTalk);
    take("1");
    clock_.advance(days{20});
    take("2");
    clock_.advance(days{12});

    ASSERT_TRUE(retention({.events = days{30}, .traces = days{7}, .dead_letters = days{90}}).tick());

    EXPECT_THAT(events(), ElementsAre(2));
    EXPECT_THAT(life_->runs_of(1), IsEmpty());
    EXPECT_THAT(life_->runs_of(2), IsEmpty()) << "12 days, and traces are kept for 7";
}

TEST_F(ChoresTest, TheEventOfARunThatWaitsIsSparedUntilTheRunIsOver) {
    auto& life = begin(kTalk + kTimer);
    take("1");
    take("2", "t2");
    const config::Hub::Keep keep{.events = days{10}, .traces = days{10}, .dead_letters = days{10}};
    clock_.advance(days{15});

    ASSERT_TRUE(retention(keep).tick());
    EXPECT_THAT(events(), ElementsAre(1, 2)) << "and what came after it";
    EXPECT_THAT(life.runs_of(2), IsEmpty());

    clock_.advance(days{6});
    life.engine->wake();
    ASSERT_TRUE(life.passes([&] { return life.book("r").dropped == 1; }));
    EXPECT_EQ(life.runs_of(1)[0].reason, "late") << "it could go on";
    clock_.advance(days{11});
    ASSERT_TRUE(retention(keep).tick());
    EXPECT_THAT(events(), IsEmpty());
    EXPECT_EQ(life.journal->last_seq().value(), EventSeq{2});
}

TEST_F(ChoresTest, EventsFromWhenTheClockWasAheadAreKeptAndKeepNothingElse) {
    begin(kTalk);
    constexpr std::int64_t kMany = 250;  // more than are looked at in one go
    std::int64_t last = 0;
    for (const auto ahead : {days{0}, days{3650}, days{0}}) {
        clock_.advance(ahead);
        for (auto n = last; n < last + kMany; ++n) life_->take({{std::to_string(n), "t1", "anne", "hello"}});
        ASSERT_TRUE(life_->comes_to_rest());
        last += kMany;
        clock_.advance(-ahead);
    }
    clock_.advance(days{31});
    take("young");

    ASSERT_TRUE(retention({}).tick());

    const auto left = events(1'000);
    EXPECT_EQ(left.size(), kMany + 1);
    EXPECT_EQ(left.front(), kMany + 1);
    EXPECT_EQ(left.back(), last + 1);
}

TEST_F(ChoresTest, AnEventThatWasNotPutToTheRoutesYetIsSpared) {
    auto& life = live(route(kTalk));
    life.take({{"1", "t1", "anne", "hello"}});
    clock_.advance(days{40});

    ASSERT_TRUE(retention({}).tick());

    EXPECT_THAT(events(), ElementsAre(1));
    life.start();
    ASSERT_TRUE(life.comes_to_rest());
}

TEST(Repeating, DoesItsWorkAgainAfterAFailureAndTellsOfIt) {
    ::maillon::testing::CapturedLog log;
    std::promise<void> twice;
    int times = 0;
    Repeating chore(
        "sweeping", milliseconds{0},
        [&]() -> Result<> {
            if (++times == 2) twice.set_value();
            if (times == 1) return internal("no broom");
            return {};
        },
        log);

    chore.start();
    ASSERT_EQ(twice.get_future().wait_for(std::chrono::minutes{1}), std::future_status::ready);
    chore.stop();
    chore.stop();

    EXPECT_THAT(log.of("sweeping.trouble"), ::testing::SizeIs(1));
}

}  // namespace
}  // namespace maillon::hub
