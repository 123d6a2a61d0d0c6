#include "core/base/time.h"
#include "tests/unit/deliver/lane_fixture.h"

namespace maillon::deliver {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A connector that does not come back before it is let go, whether it was cancelled or not.
class Deaf {
public:
    plugin::CallReport hold() {
        std::unique_lock lock(mutex_);
        is_in_ = true;
        wake_.notify_all();
        wake_.wait(lock, [this] { return is_free_; });
        return ScriptedConnector::ok();
    }
    bool is_entered() {
        std::unique_lock lock(mutex_);
        return wake_.wait_for(lock, seconds{60}, [this] { return is_in_; });
    }
    void let_go() {
        const std::scoped_lock lock(mutex_);
        is_free_ = true;
        wake_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable wake_;
    bool is_in_ = false, is_free_ = false;
};

class LaneHangTest : public LaneTest {
protected:
    void TearDown() override {
        deaf_.let_go();
        LaneTest::TearDown();
    }
    Deaf deaf_;
};

TEST_F(LaneHangTest, TheCallThatAConnectorHasIsToldWithItsNumberAndSinceWhen) {
    crm_.on_deliver = [this](const auto&) { return deaf_.hold(); };
    start();
    const auto begun = now();
    auto first = call("a");
    const auto number = std::to_string(first.row.id.value());
    deliver_->enqueue(std::move(first));
    ASSERT_TRUE(deaf_.is_entered());

    EXPECT_EQ(lane().doing, "create (call " + number + ")");
    EXPECT_EQ(lane().since, begun);
    const auto delay = deliver_->delay_of(RunId{1});
    ASSERT_TRUE(delay);
    EXPECT_EQ(delay->why, "connector 'crm' has had it since " + to_rfc3339(begun));

    deaf_.let_go();
    ASSERT_TRUE(settled(1));
    EXPECT_TRUE(passes([&] { return lane().doing.empty(); }));
    EXPECT_EQ(lane().since, std::nullopt);
}

TEST_F(LaneHangTest, AConnectorThatDoesNotHearItsCancellingIsLeftBehindAndNamed) {
    crm_.on_deliver = [this](const auto&) { return deaf_.hold(); };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(deaf_.is_entered());

    const auto [left, cancelled] = deliver_->stop(milliseconds{0}, milliseconds{1});

    EXPECT_THAT(left, ElementsAre(HasSubstr("connector 'crm' has not come back from create (call ")));
    EXPECT_THAT(cancelled, ElementsAre("crm"));
}

TEST_F(LaneHangTest, ConnectorsThatComeBackLeaveNothingBehind) {
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(settled(1));

    const auto [left, cancelled] = deliver_->stop(seconds{60});

    EXPECT_THAT(left, IsEmpty());
    EXPECT_THAT(cancelled, IsEmpty());
}

TEST_F(LaneHangTest, ARemoteThatIsDownIsTroubleForAsLongAsSomethingWaits) {
    std::atomic<bool> is_down = true;
    crm_.on_deliver = [&](const auto&) {
        return is_down ? ScriptedConnector::fails(FaultKind::not_connected, "nobody there")
                       : ScriptedConnector::ok();
    };
    start();
    EXPECT_EQ(lane().trouble, "");

    deliver_->enqueue(call("a"));
    ASSERT_TRUE(passes([&] { return lane().circuit != Circuit::State::closed; }));
    EXPECT_EQ(lane().trouble, "not answering: nobody there");
    deliver_->hold("crm", "a person knows");
    EXPECT_EQ(lane().trouble, "") << "what somebody wants is no trouble";
    deliver_->release("crm");

    is_down = false;
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(lane().trouble, "");
}

TEST_F(LaneHangTest, WhatWaitsInTheStoreIsTroubleToo) {
    crm_.on_deliver = [](const auto&) {
        return ScriptedConnector::fails(FaultKind::not_connected, "nobody there");
    };
    retry_.longest = std::chrono::hours{1};
    retry_.first = std::chrono::hours{1};
    start();
    for (const auto* key : {"a", "b", "c"}) deliver_->enqueue(call(key, "one target"));
    ASSERT_TRUE(passes([&] { return lane().circuit == Circuit::State::open; }, std::chrono::minutes{10}));

    ASSERT_FALSE(deliver_->give_back(0).empty());

    EXPECT_EQ(lane().queued, 0u);
    EXPECT_EQ(lane().trouble, "not answering: nobody there");
}

TEST_F(LaneHangTest, RefusedCredentialsAreTroubleUntilSomebodyHasMendedThem) {
    crm_.on_deliver = [](const auto&) { return ScriptedConnector::fails(FaultKind::auth, "401"); };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(passes([&] { return !lane().trouble.empty(); }));

    EXPECT_EQ(lane().trouble, "credentials refused: 401");
    EXPECT_EQ(lane().still_until, std::nullopt) << "it does not go on by itself";
}

TEST_F(LaneHangTest, UntilWhenTheRemoteWantsToBeLeftAloneIsTold) {
    crm_.on_deliver = [](const auto&) {
        return ScriptedConnector::fails(FaultKind::rate_limited, "too many", std::chrono::hours{2});
    };
    start();
    const auto begun = now();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(passes([&] { return lane().still_until.has_value(); }));

    EXPECT_GE(*lane().still_until, begun + std::chrono::hours{2});
    EXPECT_EQ(lane().trouble, "") << "the remote is well, and says what it wants";
}

TEST_F(LaneHangTest, CallsThatDidNotArriveDoNotOpenTheCircuit) {
    // Each in a batch of its own.
    crm_.about.max_batch = 1;
    crm_.on_deliver = [](const plugin::OutCall& call) {
        return call.attempt == 1 ? ScriptedConnector::fails(FaultKind::in_doubt, "cut")
                                 : ScriptedConnector::ok();
    };
    crm_.on_reconcile = [](const auto&) { return ScriptedConnector::fails(FaultKind::retry, "not there"); };
    start();
    for (const auto* key : {"a", "b", "c", "d", "e"}) deliver_->enqueue(call(key));

    ASSERT_TRUE(settled(5));

    EXPECT_THAT(log_.of("deliver.circuit_open"), IsEmpty());
}

}  // namespace
}  // namespace maillon::deliver
