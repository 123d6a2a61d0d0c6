#include "tests/unit/deliver/lane_fixture.h"

#include <atomic>

namespace maillon::deliver {
namespace {

using ::testing::ElementsAre;

class LaneOrderTest : public LaneTest {
protected:
    /// The keys of each batch that was delivered.
    std::vector<std::vector<std::string>> batches() const {
        std::vector<std::vector<std::string>> out;
        for (const auto& batch : crm_.seen()) {
            auto& keys = out.emplace_back();
            for (const auto& one : batch.calls) keys.push_back(one.idempotency_key);
        }
        return out;
    }
    /// Queues everything before the lane starts, so that the batches are certain.
    void send(const std::vector<Job>& jobs) {
        deliver_->add_instance("crm", crm_, retry_);
        for (const auto& job : jobs) deliver_->enqueue(job);
        deliver_->start();
        ASSERT_TRUE(settled(jobs.size()));
    }
};

TEST_F(LaneOrderTest, OneBatchHoldsOneCallOfATarget) {
    send({call("a1", "case-1"), call("a2", "case-1"), call("b1", "case-2"), call("free"),
          call("a3", "case-1")});
    EXPECT_THAT(batches(),
                ElementsAre(ElementsAre("a1", "b1", "free"), ElementsAre("a2"), ElementsAre("a3")));
}

TEST_F(LaneOrderTest, OneBatchHoldsOneCallOfARunsKey) {
    send({call("a1", "", "thread-1"), call("b1", "", "thread-2"), call("a2", "", "thread-1")});
    EXPECT_THAT(batches(), ElementsAre(ElementsAre("a1", "b1"), ElementsAre("a2")));
}

TEST_F(LaneOrderTest, ABatchIsNoLongerThanTheConnectorWants) {
    crm_.about.max_batch = 2;
    send({call("a"), call("b"), call("c"), call("d"), call("e")});
    EXPECT_THAT(batches(), ElementsAre(ElementsAre("a", "b"), ElementsAre("c", "d"), ElementsAre("e")));
}

TEST_F(LaneOrderTest, CallsInDoubtAndProcessorsGoInBatchesOfTheirOwn) {
    crm_.on_reconcile = [](const auto&) { return ScriptedConnector::ok(); };
    auto doubted = call("doubted");
    doubted.row.state = CallState::in_doubt;
    auto event = call("event");
    event.row.id = {};
    event.is_process = event.repeatable = true;
    send({doubted, call("a"), event, call("b")});
    std::vector<std::string> verbs;
    for (const auto& batch : crm_.seen()) verbs.push_back(batch.verb);
    EXPECT_THAT(verbs, ElementsAre("reconcile", "deliver", "process"));
    EXPECT_THAT(batches(), ElementsAre(ElementsAre("doubted"), ElementsAre("a", "b"), ElementsAre("event")));
}

TEST_F(LaneOrderTest, ALaterCallOfATargetDoesNotOvertakeOneThatWaitsForItsNextTry) {
    crm_.on_deliver = [](const plugin::OutCall& out) {
        return out.idempotency_key == "first" && out.attempt < 4
                   ? ScriptedConnector::fails(FaultKind::retry, "busy")
                   : ScriptedConnector::ok();
    };
    send({call("first", "case-1"), call("second", "case-1"), call("other", "case-2")});
    EXPECT_EQ(outcome(0).job.row.step, "other") << "only its own target waits";
    EXPECT_EQ(outcome(1).job.row.step, "first");
    EXPECT_EQ(outcome(2).job.row.step, "second");
    EXPECT_EQ(crm_.count("deliver", "second"), 1u);
}

TEST_F(LaneOrderTest, WhatIsHeldBackByAnotherCallMakesTheLaneNoWork) {
    retry_ = {seconds{100}, seconds{100}, std::chrono::hours{24}};
    std::atomic<bool> busy{true};
    crm_.on_deliver = [&](const auto&) {
        return busy ? ScriptedConnector::fails(FaultKind::retry, "busy") : ScriptedConnector::ok();
    };
    start();
    deliver_->enqueue(call("first", "case-1"));
    ASSERT_TRUE(passes([&] { return lane().trying == 0 && lane().turns == 1; }, milliseconds{0}));
    busy = false;

    deliver_->enqueue(call("second", "case-1"));

    ASSERT_TRUE(lane().next);
    EXPECT_GT(*lane().next, clock_.now()) << "due is what goes next, not what waits behind it";
    ASSERT_TRUE(settled(2, seconds{1}));
    EXPECT_EQ(outcome(0).job.row.step, "first");
}

TEST_F(LaneOrderTest, NorOneThatIsInDoubt) {
    std::atomic<int> asked{0};
    crm_.on_deliver = [](const plugin::OutCall& out) {
        return out.idempotency_key == "first" ? ScriptedConnector::fails(FaultKind::in_doubt, "line dead")
                                              : ScriptedConnector::ok();
    };
    crm_.on_reconcile = [&](const auto&) {
        return ++asked < 3 ? ScriptedConnector::fails(FaultKind::in_doubt, "not indexed yet")
                           : ScriptedConnector::ok();
    };
    send({call("first", "case-1"), call("second", "case-1")});
    EXPECT_EQ(outcome(0).job.row.step, "first");
    EXPECT_EQ(outcome(1).job.row.step, "second");
}

TEST_F(LaneOrderTest, LanesDoNotWaitForEachOther) {
    ScriptedConnector chat{clock_};
    crm_.on_deliver = [](const auto&) { return ScriptedConnector::fails(FaultKind::auth, "revoked"); };
    deliver_->add_instance("chat", chat, retry_);
    start();
    deliver_->enqueue(call("a"));
    auto job = call("b");
    job.row.instance = "chat";
    deliver_->enqueue(job);
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).job.row.step, "b");
    deliver_.reset();  // before the connector that it calls
}

}  // namespace
}  // namespace maillon::deliver
