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

/// Asks whoever removes old events to stop while they are at the first unit of it.
class StoppingJournal final : public Journal {
public:
    StoppingJournal(Journal& journal, std::stop_source& stop) : journal_(journal), stop_(stop) {}
    Result<Forgotten> forget(db::Unit& unit, const Old& old, std::size_t limit) override {
        stop_.request_stop();
        return journal_.forget(unit, old, limit);
    }
    Result<std::vector<Appended>> append(db::Unit& unit, std::span<const Event> events) override {
        return journal_.append(unit, events);
    }
    Result<std::vector<Event>> read(EventSeq after, std::size_t limit) override {
        return journal_.read(after, limit);
    }
    Result<std::optional<Event>> by_seq(EventSeq seq) override { return journal_.by_seq(seq); }
    Result<std::optional<Event>> find(std::string_view source, std::string_view id) override {
        return journal_.find(source, id);
    }
    Result<std::vector<Event>> find_id(std::string_view id, std::size_t limit) override {
        return journal_.find_id(id, limit);
    }
    Result<std::vector<Event>> list(const EventFilter& filter) override { return journal_.list(filter); }
    Result<EventSeq> last_seq() override { return journal_.last_seq(); }
    Result<EventSeq> last_seq(db::Reader& reader) override { return journal_.last_seq(reader); }

private:
    Journal& journal_;
    std::stop_source& stop_;
};

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

TEST_F(ChoresTest, RemovingWhatIsOldIsBrokenOffBetweenUnitsAndTheNextTimeFindsTheRest) {
    begin(kTalk);
    constexpr std::size_t kMany = 250, kUnit = 200;
    for (std::size_t n = 0; n < kMany; ++n) life_->take({{std::to_string(n), "t1", "anne", "hello"}});
    ASSERT_TRUE(life_->comes_to_rest());
    clock_.advance(days{40});
    std::stop_source stop;
    StoppingJournal journal(*life_->journal, stop);
    Retention chore({*life_->database, journal, clock_, {}});

    ASSERT_TRUE(chore.tick(stop.get_token()));
    EXPECT_EQ(events(kMany).size(), kMany - kUnit) << "the unit that was under way was the last";
    ASSERT_TRUE(chore.tick(stop.get_token()));
    EXPECT_EQ(events(kMany).size(), kMany - kUnit);

    ASSERT_TRUE(retention({}).tick());
    EXPECT_THAT(events(kMany), IsEmpty());
}

TEST_F(ChoresTest, ClosingIsBrokenOffBetweenUnitsAndTheNextTimeFindsTheRest) {
    begin(kTalk);
    constexpr std::size_t kMany = 300, kUnit = 256;
    for (std::size_t n = 0; n < kMany; ++n)
        life_->take({{std::to_string(n), "t" + std::to_string(n), "anne", "hello"}});
    ASSERT_TRUE(life_->comes_to_rest());
    clock_.advance(days{8});
    std::stop_source stop;
    Closing chore({*life_->database, clock_,
                   [&](ConversationId talk) {
                       closed_.push_back(talk.value());
                       stop.request_stop();
                   }},
                  {{"support", {{"support", {}}, days{7}}}});

    ASSERT_TRUE(chore.tick(stop.get_token()));
    EXPECT_EQ(closed_.size(), kUnit);

    ASSERT_TRUE(closing().tick());
    EXPECT_EQ(closed_.size(), kMany);
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
        [&](const std::stop_token&) -> Result<> {
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

TEST(Repeating, BreaksOffWhatIsBeingDoneWhenItIsStopped) {
    ::maillon::testing::CapturedLog log;
    std::promise<void> begun;
    Repeating chore(
        "sweeping", std::chrono::hours{1},
        [&](const std::stop_token& stop) -> Result<> {
            std::promise<void> asked;
            const std::stop_callback on_stop(stop, [&] { asked.set_value(); });
            begun.set_value();
            asked.get_future().wait();
            return {};
        },
        log);
    chore.start();
    begun.get_future().wait();

    chore.stop();

    EXPECT_THAT(log.of("sweeping.trouble"), IsEmpty());
}

}  // namespace
}  // namespace maillon::hub
