#include "core/hub/watchdog.h"
#include "tests/unit/hub/lane_test.h"

#include <future>

namespace maillon::hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Connecting and polling.
class LanePollTest : public LaneTest {
protected:
    /// Connects fail with these in turn, then succeed.
    void connects_fail(std::vector<Fault> with) {
        source_.on_connect = [with = std::move(with), n = std::size_t{0}]() mutable -> Result<> {
            if (n < with.size()) return with[n++];
            return {};
        };
    }
    /// The first poll ends with this fault, later ones find nothing for an hour.
    void first_poll_fails(Fault with) {
        source_.on_poll = [with, first = true](const auto&) mutable {
            plugin::Polled out{{}, {}, std::chrono::hours{1}, {}};
            if (std::exchange(first, false)) out.fault = with;
            return out;
        };
    }
    bool is_ready() const { return health_.ready().good; }
};

TEST_F(LanePollTest, ASourceConnectsAndThenPolls) {
    start();

    ASSERT_TRUE(source_.is_asked("poll", 1));
    EXPECT_THAT(source_.verbs(), ElementsAre("connect", "poll"));
    EXPECT_TRUE(comes_to([&] { return lane_->state().state == "ok"; }));
    EXPECT_EQ(connections_, 1);
    EXPECT_TRUE(is_ready());
    EXPECT_EQ(lane_->state().last_success, clock_.now());
}

TEST_F(LanePollTest, ACallThatDoesNotComeBackIsSeenByTheWatchdogUntilItDoes) {
    std::promise<void> end;
    source_.on_poll = [hang = end.get_future().share()](const auto&) {
        hang.wait();
        return plugin::Polled{{}, {}, std::chrono::hours{1}, {}};
    };
    Watchdog dog(clock_, log_, health_, metrics_);
    start();
    dog.watch("source", "x", seconds{90}, false, [this] {
        return Watchdog::Beat{lane_->is_busy(), lane_->calls_done()};
    });
    ASSERT_TRUE(source_.is_asked("poll", 1));

    dog.tick();
    clock_.advance(seconds{91});
    dog.tick();
    EXPECT_THAT(dog.stuck(), ElementsAre(HasSubstr("the source 'x' has work")));
    EXPECT_FALSE(is_ready());

    end.set_value();
    posted();
    dog.tick();
    EXPECT_THAT(dog.stuck(), ::testing::IsEmpty());
    EXPECT_TRUE(is_ready());
}

TEST_F(LanePollTest, EventsThatMoveNoCursorAreNotAskedForAgainAtOnce) {
    source_.on_poll = [](const auto&) {
        plugin::Polled out{{}, {}, milliseconds{0}, {}};
        out.events.push_back({"1", "message.received", "t", "{}", {}, {}, 0});
        return out;
    };
    start();

    ASSERT_TRUE(source_.is_asked("poll", 1));
    for (int i = 0; i < 5; ++i) posted();
    EXPECT_THAT(source_.seen("poll"), ::testing::SizeIs(1));
    expect_next("poll", milliseconds{15'000});
}

TEST_F(LanePollTest, APausedSourceIsAskedNothingUntilItIsReleased) {
    source_.on_poll = [](const auto&) { return plugin::Polled{{}, {}, milliseconds{1'000}, {}}; };
    start();
    ASSERT_TRUE(source_.is_asked("poll", 1));
    lane_->hold("jane: new server");
    EXPECT_EQ(lane_->state().state, "paused");
    EXPECT_EQ(lane_->state().reason, "paused by a person: jane: new server");
    posted();  // the turn that may be under way is over
    const auto before = source_.seen("poll").size();
    for (int i = 0; i < 10; ++i) {
        clock_.advance(minutes{1});
        posted();
    }
    EXPECT_THAT(source_.seen("poll"), ::testing::SizeIs(before));
    lane_->release();
    EXPECT_TRUE(comes_to([&] {
        clock_.advance(milliseconds{100});
        return source_.seen("poll").size() > before;
    }));
    EXPECT_EQ(lane_->state().state, "ok");
}

TEST_F(LanePollTest, APausedSourceDoesNotKeepTheHubFromBeingReady) {
    source_.on_poll = [](const auto&) {
        return plugin::Polled{{}, {}, milliseconds{0}, Fault{FaultKind::retry, "down", {}}};
    };
    start();
    ASSERT_TRUE(comes_to([&] { return !is_ready(); }));
    ASSERT_TRUE(comes_to([&] { return lane_->state().state == "failing"; }));
    lane_->hold("jane");
    EXPECT_TRUE(comes_to([&] { return is_ready(); }));
    lane_->release();
    EXPECT_TRUE(comes_to([&] {
        clock_.advance(milliseconds{100});
        return !is_ready();
    })) << "what fails is told again";
}

TEST_F(LanePollTest, ASourceWhoseLoginFailedLogsInOnceItIsToldToTryAgain) {
    std::atomic<bool> is_mended = false;
    source_.on_connect = [&]() -> Result<> {
        if (is_mended) return {};
        return fault(FaultKind::auth);
    };
    start();
    ASSERT_TRUE(comes_to([&] { return lane_->state().state == "failing"; }));
    posted();
    ASSERT_THAT(source_.seen("connect"), ::testing::SizeIs(1));
    ASSERT_THAT(source_.seen("poll"), ::testing::IsEmpty());

    is_mended = true;
    lane_->try_again();

    EXPECT_TRUE(source_.is_asked("poll", 1)) << "no time has passed";
    EXPECT_THAT(source_.seen("connect"), ::testing::SizeIs(2));
}

TEST_F(LanePollTest, ToldToTryAgainWhileItIsPausedASourceIsAskedNothing) {
    make();
    lane_->hold("jane");
    lane_->start();
    lane_->try_again();
    for (int i = 0; i < 5; ++i) posted();
    EXPECT_THAT(source_.verbs(), ::testing::Not(::testing::Contains("connect")));
    EXPECT_EQ(lane_->state().state, "paused");
}

TEST_F(LanePollTest, ASourcePausedFromTheStartIsReady) {
    make();
    lane_->hold("jane");
    lane_->start();
    EXPECT_TRUE(comes_to([&] { return is_ready(); }));
    EXPECT_THAT(source_.seen("poll"), ::testing::IsEmpty());
}

TEST_F(LanePollTest, ASourceThatDoesNotPollIsNotPolled) {
    source_.about.polls = false;
    start();

    ASSERT_TRUE(comes_to([&] { return lane_->state().state == "ok"; }));
    clock_.advance(minutes{5});
    for (int i = 0; i < 5; ++i) posted();
    EXPECT_THAT(source_.seen("poll"), ::testing::IsEmpty());
}

TEST_F(LanePollTest, ARefusedConnectIsTriedAgainAfterGrowingPauses) {
    connects_fail({fault(FaultKind::retry), fault(FaultKind::retry), fault(FaultKind::retry)});
    start();

    ASSERT_TRUE(source_.is_asked("connect", 1));
    expect_next("connect", milliseconds{187});  // three quarters of 250: chance is one half
    expect_next("connect", milliseconds{375});
    expect_next("connect", milliseconds{750});
    EXPECT_TRUE(source_.is_asked("poll", 1));
    EXPECT_EQ(source_.verbs().back() == "receive" ? "poll" : source_.verbs().back(), "poll");
    EXPECT_EQ(connections_, 1);
}

TEST_F(LanePollTest, PausesEndAtAMinute) {
    connects_fail(std::vector<Fault>(12, fault(FaultKind::retry)));
    start();

    for (std::size_t n = 1; n <= 10; ++n) {
        ASSERT_TRUE(source_.is_asked("connect", n));
        posted();
        clock_.advance(minutes{1});
        posted();
    }
    ASSERT_TRUE(source_.is_asked("connect", 11));
    expect_next("connect", seconds{45});
}

TEST_F(LanePollTest, WhatTheServiceAsksForWinsOverOurOwnPause) {
    connects_fail({fault(FaultKind::rate_limited, minutes{15})});
    start();

    ASSERT_TRUE(source_.is_asked("connect", 1));
    expect_next("connect", minutes{15});
}

TEST_F(LanePollTest, ASourceThatCannotConnectTellsWhy) {
    connects_fail({fault(FaultKind::auth)});
    start();

    ASSERT_TRUE(comes_to([&] { return lane_->state().state == "failing"; }));
    EXPECT_EQ(lane_->state().reason, "connect: the service says auth");
    EXPECT_FALSE(is_ready());
    EXPECT_THAT(health_.ready().json, HasSubstr("connector.x"));
    EXPECT_EQ(connections_, 0);

    clock_.advance(minutes{1});
    ASSERT_TRUE(comes_to([&] { return lane_->state().state == "ok"; }));
    EXPECT_EQ(lane_->state().reason, "");
    EXPECT_TRUE(is_ready());
}

TEST_F(LanePollTest, EachPollBeginsWhereTheLastOneEnded) {
    source_.on_poll = [this](const std::string& cursor) -> plugin::Polled {
        if (cursor.empty()) return {{raw("1"), raw("2")}, "after 2", milliseconds{0}, {}};
        if (cursor == "after 2") return {{raw("3")}, "after 3", milliseconds{0}, {}};
        return {{}, {}, std::chrono::hours{1}, {}};
    };
    start();

    ASSERT_TRUE(source_.is_asked("poll", 3));  // at once, since each brought something
    EXPECT_THAT(source_.whats("poll"), ElementsAre("", "after 2", "after 3"));
    EXPECT_THAT(ids(), ElementsAre("1", "2", "3"));
    EXPECT_EQ(cursor(), "after 3");
    EXPECT_EQ(source_.seen("poll").back().at, source_.seen("poll").front().at);
}

TEST_F(LanePollTest, AfterARestartPollingGoesOnWhereItStood) {
    source_.on_poll = [](const auto&) { return plugin::Polled{{}, "stored", std::chrono::hours{1}, {}}; };
    start();
    ASSERT_TRUE(source_.is_asked("poll", 1));
    stop();

    begin();
    start();

    ASSERT_TRUE(source_.is_asked("poll", 2));
    EXPECT_THAT(source_.whats("poll"), ElementsAre("", "stored"));
}

TEST_F(LanePollTest, TheConfiguredIntervalWinsOverTheConnectorsWish) {
    start(seconds{7});

    ASSERT_TRUE(source_.is_asked("poll", 1));
    expect_next("poll", seconds{7});
    expect_next("poll", seconds{7});
}

TEST_F(LanePollTest, TheConnectorsWishIsObeyedOtherwise) {
    source_.on_poll = [](const auto&) { return plugin::Polled{{}, {}, minutes{3}, {}}; };
    start();

    ASSERT_TRUE(source_.is_asked("poll", 1));
    expect_next("poll", minutes{3});
}

TEST_F(LanePollTest, WithoutAnyWishAQuietSourceIsAskedEveryQuarterOfAMinute) {
    source_.on_poll = [](const auto&) { return plugin::Polled{}; };
    start();

    ASSERT_TRUE(source_.is_asked("poll", 1));
    expect_next("poll", seconds{15});
}

TEST_F(LanePollTest, WhatCameBeforeAFaultIsKeptWithItsCursor) {
    source_.on_poll = [this](const std::string& cursor) -> plugin::Polled {
        if (!cursor.empty()) return {{}, {}, std::chrono::hours{1}, {}};
        return {{raw("1")}, "after 1", milliseconds{0}, fault(FaultKind::rate_limited, seconds{90})};
    };
    start();

    ASSERT_TRUE(source_.is_asked("poll", 1));
    ASSERT_TRUE(comes_to([&] { return lane_->state().state == "failing"; }));
    EXPECT_EQ(lane_->state().reason, "poll: the service says rate_limited");
    EXPECT_THAT(ids(), ElementsAre("1"));
    EXPECT_EQ(cursor(), "after 1");
    expect_next("poll", seconds{90});
    EXPECT_EQ(source_.whats("poll").back(), "after 1");
    EXPECT_EQ(source_.seen("connect").size(), 1u) << "a limit is no reason to connect again";
}

TEST_F(LanePollTest, RefusedCredentialsMakeItConnectAgainAndTellsWhenTheyAreMended) {
    first_poll_fails(fault(FaultKind::auth, seconds{20}));
    start();

    ASSERT_TRUE(source_.is_asked("poll", 1));
    expect_next("connect", seconds{20});
    ASSERT_TRUE(source_.is_asked("poll", 2));
    ASSERT_TRUE(comes_to([&] { return lane_->state().state == "ok"; }));
    EXPECT_EQ(connections_, 2);
}

TEST_F(LanePollTest, ALostConnectionIsMadeAgainBeforeTheNextPoll) {
    first_poll_fails(fault(FaultKind::not_connected));
    start();

    ASSERT_TRUE(source_.is_asked("poll", 1));
    expect_next("connect", milliseconds{187});
    ASSERT_TRUE(source_.is_asked("poll", 2));
    EXPECT_EQ(connections_, 2);
}

TEST_F(LanePollTest, AnyOtherFaultIsNoReasonToConnectAgain) {
    first_poll_fails(fault(FaultKind::retry));
    start();

    ASSERT_TRUE(source_.is_asked("poll", 1));
    expect_next("poll", milliseconds{187});
    EXPECT_EQ(source_.seen("connect").size(), 1u);
    EXPECT_EQ(connections_, 1);
}

TEST_F(LanePollTest, ASourceThatConnectsAndThenRefusesToBePolledIsAskedEverMoreSeldom) {
    source_.on_poll = [](const auto&) { return plugin::Polled{{}, {}, {}, fault(FaultKind::auth)}; };
    start();

    ASSERT_TRUE(source_.is_asked("poll", 1));
    expect_next("poll", seconds{45});
    expect_next("poll", seconds{90});
    expect_next("poll", seconds{180});
}

TEST_F(LanePollTest, APollThatCallsItselfCancelledIsNotRepeatedWithoutAPause) {
    source_.on_poll = [](const auto&) { return plugin::Polled{{}, {}, {}, fault(FaultKind::cancelled)}; };
    start();

    ASSERT_TRUE(source_.is_asked("poll", 1));
    expect_next("poll", milliseconds{187});
}

TEST_F(LanePollTest, EventsThatCouldNotBeStoredAreAskedForAgain) {
    Failing full = [](db::Step step) {
        return step == db::Step::commit ? db::Injected::disk_full : db::Injected::none;
    };
    source_.on_poll = [this](const std::string& cursor) -> plugin::Polled {
        if (cursor.empty()) return {{raw("1")}, "after 1", milliseconds{0}, {}};
        return {{}, {}, std::chrono::hours{1}, {}};
    };
    fail(&full);
    start();

    ASSERT_TRUE(source_.is_asked("poll", 1));
    ASSERT_TRUE(comes_to([&] { return lane_->state().state == "failing"; }));
    EXPECT_THAT(lane_->state().reason, HasSubstr("storing events: disk full"));
    EXPECT_EQ(cursor(), "");
    fail(nullptr);
    expect_next("poll", milliseconds{187});
    EXPECT_EQ(source_.whats("poll")[1], "");
    ASSERT_TRUE(source_.is_asked("poll", 3));
    EXPECT_THAT(ids(), ElementsAre("1"));
    EXPECT_EQ(cursor(), "after 1");
}

}  // namespace
}  // namespace maillon::hub
