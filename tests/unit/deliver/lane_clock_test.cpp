#include "tests/unit/deliver/lane_fixture.h"

#include <atomic>

namespace maillon::deliver {
namespace {

using std::chrono::hours;

/// Somebody sets the clock of the day; time goes on as before.
class SetClock final : public Clock {
public:
    explicit SetClock(const Clock& of) : of_(of) {}
    TimePoint now() const override { return of_.now() + milliseconds{set_.load()}; }
    SteadyPoint steady() const override { return of_.steady(); }
    void set(milliseconds by) { set_ += by.count(); }

private:
    const Clock& of_;
    std::atomic<std::int64_t> set_{0};
};

class LaneClockTest : public LaneTest {
protected:
    void SetUp() override {
        LaneTest::SetUp();
        retry_.first = retry_.longest = std::chrono::minutes{10};
        deliver_ =
            std::make_unique<Deliver>(Deliver::Parts{*database_, set_, log_, metrics_, [] { return 0.5; },
                                                     [this](Settled settled) {
                                                         const std::scoped_lock lock(mutex_);
                                                         settled_.push_back(std::move(settled));
                                                         changed_.notify_all();
                                                     }});
        start();
    }
    /// A call that waits, and until when.
    TimePoint waiting() {
        deliver_->enqueue(call("a"));
        EXPECT_TRUE(passes([&] { return lane().queued == 1 && lane().next > set_.now(); }, milliseconds{0}));
        return lane().next.value_or(TimePoint{});
    }
    bool goes_at(TimePoint moment) {
        return passes([&] { return lane().next == moment; }, milliseconds{0});
    }
    void set(milliseconds by) {
        set_.set(by);
        deliver_->look_again();
    }

    SetClock set_{clock_};
};

TEST_F(LaneClockTest, APauseIsNoLongerWhenTheClockIsSetBack) {
    crm_.on_deliver = [](const auto&) { return ScriptedConnector::fails(FaultKind::retry, "busy"); };
    const auto due = waiting();

    set(-hours{1});

    EXPECT_TRUE(goes_at(due - hours{1}));
    set(-hours{1});
    EXPECT_TRUE(goes_at(due - hours{2}));
}

TEST_F(LaneClockTest, NorIsThatForWhichTheRemoteAsks) {
    crm_.on_deliver = [](const auto&) {
        return ScriptedConnector::fails(FaultKind::rate_limited, "too many", hours{3});
    };
    const auto due = waiting();

    set(-hours{1});

    EXPECT_TRUE(goes_at(due - hours{1}));
    EXPECT_EQ(lane().still_until, due - hours{1});
}

TEST_F(LaneClockTest, SetForwardItTriesEarly) {
    std::atomic<bool> is_busy = true;
    crm_.on_deliver = [&](const auto&) {
        return is_busy ? ScriptedConnector::fails(FaultKind::retry, "busy") : ScriptedConnector::ok();
    };
    waiting();

    is_busy = false;
    set(hours{1});

    EXPECT_TRUE(passes([&] { return settled_.size() == 1; }, milliseconds{0}));
}

TEST_F(LaneClockTest, ANewCallWaitsForNothingWhereTheClockWasSetBackSinceItWasMade) {
    set(-hours{24});

    deliver_->enqueue(call("a"));

    EXPECT_TRUE(passes([&] { return settled_.size() == 1; }, milliseconds{0}));
}

TEST_F(LaneClockTest, WhatWaitsForAMomentIsNotTakenForWhatWaitsLongWhenTheClockIsSetBack) {
    crm_.on_deliver = [](const auto&) {
        return ScriptedConnector::fails(FaultKind::rate_limited, "too many", std::chrono::seconds{3});
    };
    waiting();

    set_.set(-hours{24});  // before the lane has looked at it

    EXPECT_TRUE(deliver_->give_back(10).empty());
}

}  // namespace
}  // namespace maillon::deliver
