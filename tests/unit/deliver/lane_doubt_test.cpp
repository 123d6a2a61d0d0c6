#include "tests/unit/deliver/lane_fixture.h"

#include <atomic>

namespace maillon::deliver {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

/// The line goes dead at the first try; later ones get through.
ScriptedConnector::Answer dead_at_first() {
    return [](const plugin::OutCall& call) {
        return call.attempt == 1 ? ScriptedConnector::fails(FaultKind::in_doubt, "the line went dead")
                                 : ScriptedConnector::ok(R"({"second":true})");
    };
}

TEST_F(LaneTest, ACallInDoubtThatArrivedIsDoneAndNeverSentAgain) {
    crm_.on_deliver = dead_at_first();
    crm_.on_reconcile = [](const auto&) { return ScriptedConnector::ok(R"({"id":"n-1"})", "n-1"); };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).outcome.state, CallState::done);
    EXPECT_EQ(outcome(0).outcome.remote_id, "n-1");
    EXPECT_EQ(crm_.count("deliver"), 1u);
    EXPECT_EQ(crm_.count("reconcile", "a"), 1u);
}

TEST_F(LaneTest, ACallInDoubtThatDidNotArriveIsSentAgainUnderTheSameKey) {
    crm_.on_deliver = dead_at_first();
    crm_.on_reconcile = [](const auto&) { return ScriptedConnector::fails(FaultKind::retry, "not there"); };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).outcome.state, CallState::done);
    EXPECT_EQ(outcome(0).outcome.result, R"({"second":true})");
    EXPECT_EQ(crm_.count("deliver", "a"), 2u);
    EXPECT_EQ(crm_.count("reconcile", "a"), 1u);
}

TEST_F(LaneTest, WhatIsMappedAnewIsOnlyAskedAboutAndGivenBackToBeMade) {
    doubts_ = {{"note", config::WhenInDoubt::again}};
    crm_.on_reconcile = [](const plugin::OutCall& call) {
        const bool can_tell = call.operation != "note";
        return ScriptedConnector::fails(can_tell ? FaultKind::retry : FaultKind::in_doubt, "not there");
    };
    start();
    for (const auto* operation : {"create", "note"}) {
        auto job = call(operation);
        job.row.operation = operation;
        job.row.state = CallState::in_doubt;
        job.is_mapped_anew = true;
        deliver_->enqueue(std::move(job));
    }

    ASSERT_TRUE(settled(2));

    for (std::size_t i : {0u, 1u}) {
        EXPECT_TRUE(outcome(i).is_to_be_made);
        EXPECT_EQ(outcome(i).outcome.state, CallState::failed) << "as far as the store is told";
        EXPECT_EQ(outcome(i).outcome.fault, FaultKind::retry);
    }
    EXPECT_EQ(crm_.count("deliver"), 0u);
}

TEST_F(LaneTest, WhatIsNotThereYetMayStillComeAndIsMadeAgainOnlyWhenItHadTime) {
    retry_ = {milliseconds{10}, std::chrono::minutes{5}, std::chrono::hours{24}};
    crm_.on_deliver = dead_at_first();
    std::vector<TimePoint> asked;
    bool comes_late = true;
    crm_.on_reconcile = [&](const auto&) {
        asked.push_back(clock_.now());
        const bool is_there = comes_late && asked.size() == 2;
        return is_there ? ScriptedConnector::ok() : ScriptedConnector::fails(FaultKind::retry, "not there");
    };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(settled(1, milliseconds{100}));
    EXPECT_EQ(outcome(0).outcome.state, CallState::done);
    EXPECT_EQ(crm_.count("deliver", "a"), 1u) << "a proxy had given up; what is behind it had not";
    ASSERT_THAT(asked, SizeIs(2));
    EXPECT_GE(asked[1] - asked[0], seconds{29});

    asked.clear();
    comes_late = false;
    deliver_->enqueue(call("b"));
    ASSERT_TRUE(settled(2, milliseconds{100}));
    EXPECT_EQ(outcome(1).outcome.state, CallState::done);
    EXPECT_EQ(crm_.count("deliver", "b"), 2u);
    EXPECT_THAT(asked, SizeIs(2));
}

TEST_F(LaneTest, AnOperationMaySayWhatIsDoneWhenNobodyCanTell) {
    doubts_ = {{"create", config::WhenInDoubt::again}};
    crm_.on_deliver = dead_at_first();
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).outcome.state, CallState::done);
    EXPECT_EQ(crm_.count("deliver", "a"), 2u);
    EXPECT_EQ(crm_.count("reconcile", "a"), 8u) << "only when the remote cannot tell";
}

TEST_F(LaneTest, WhatNobodyCanTellMayCountAsFailedOrAsDone) {
    doubts_ = {{"create", config::WhenInDoubt::failed}, {"note", config::WhenInDoubt::done}};
    crm_.on_deliver = dead_at_first();
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).outcome.state, CallState::failed);
    EXPECT_EQ(outcome(0).outcome.fault, FaultKind::in_doubt);
    EXPECT_THAT(outcome(0).outcome.detail, HasSubstr("counts as failed (in_doubt): cannot tell"));
    auto note = call("b");
    note.row.operation = "note";
    deliver_->enqueue(note);
    ASSERT_TRUE(settled(2));
    EXPECT_EQ(outcome(1).outcome.state, CallState::done);
    EXPECT_EQ(crm_.count("deliver"), 2u);
}

TEST_F(LaneTest, ARemoteThatCannotTellIsAskedSeveralTimesAndThenAPersonDecides) {
    crm_.on_deliver = dead_at_first();
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).outcome.state, CallState::in_doubt);
    EXPECT_EQ(outcome(0).outcome.detail, "cannot tell");
    EXPECT_EQ(crm_.count("reconcile"), 8u);
    EXPECT_EQ(crm_.count("deliver"), 1u);
    EXPECT_THAT(metrics_.render(), HasSubstr(R"(maillon_calls_total{connector="crm",outcome="in_doubt"} 1)"));
}

TEST_F(LaneTest, AConnectorWithoutReconcileIsAskedOnce) {
    crm_.about.reconciles = false;
    crm_.on_deliver = dead_at_first();
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).outcome.state, CallState::in_doubt);
    EXPECT_EQ(crm_.count("reconcile"), 1u);
}

TEST_F(LaneTest, AQuestionThatHasToWaitIsNotCalledARateLimit) {
    crm_.on_deliver = [](const plugin::OutCall& out) {
        return out.idempotency_key == "a" ? ScriptedConnector::fails(FaultKind::in_doubt, "line dead")
                                          : ScriptedConnector::ok();
    };
    std::atomic<int> asked{0};
    crm_.on_reconcile = [&](const auto&) {
        return ++asked < 2 ? ScriptedConnector::fails(FaultKind::rate_limited, "HTTP 500", seconds{30})
                           : ScriptedConnector::ok();
    };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(passes([&] { return asked == 1 && lane().trying == 0; }, milliseconds{100}));
    EXPECT_EQ(lane().paused, "");
    EXPECT_EQ(deliver_->delay_of(RunId{1})->why, "it is asked about what became of it: HTTP 500");
    auto other = call("b");
    other.row.run = RunId{2};
    deliver_->enqueue(other);
    ASSERT_TRUE(settled(1, milliseconds{0})) << "calls do not rest with the question";
    EXPECT_EQ(outcome(0).job.row.idempotency_key, "b");
    EXPECT_EQ(asked, 1);
    ASSERT_TRUE(settled(2, milliseconds{500}));
    EXPECT_EQ(outcome(1).outcome.state, CallState::done);
    EXPECT_EQ(crm_.count("deliver", "a"), 1u);
}

TEST_F(LaneTest, AQuestionThatCannotBeAskedStarvesNoCallsAndGoesToAPersonInTheEnd) {
    retry_ = {milliseconds{100}, seconds{60}, std::chrono::hours{2}};
    crm_.on_deliver = [](const plugin::OutCall& out) {
        return out.idempotency_key == "lost" ? ScriptedConnector::fails(FaultKind::in_doubt, "line dead")
                                             : ScriptedConnector::ok();
    };
    std::atomic<int> asked{0};
    crm_.on_reconcile = [&](const auto&) {
        ++asked;
        return ScriptedConnector::fails(FaultKind::not_connected, "HTTP 504 for this one");
    };
    start();
    deliver_->enqueue(call("lost"));
    ASSERT_TRUE(passes([&] { return asked >= 10; }, seconds{1}));
    EXPECT_EQ(lane().circuit, Circuit::State::closed) << "it takes calls";
    EXPECT_EQ(lane().trouble, "cannot be asked what became of calls: not answering: HTTP 504 for this one");

    deliver_->enqueue(call("next"));
    ASSERT_TRUE(settled(1, milliseconds{0}));
    EXPECT_EQ(outcome(0).job.row.idempotency_key, "next");

    ASSERT_TRUE(settled(2, seconds{10}));
    EXPECT_EQ(outcome(1).outcome.state, CallState::in_doubt) << "a person decides";
    EXPECT_EQ(outcome(1).outcome.detail, "HTTP 504 for this one");
    EXPECT_LE(asked, 300) << "ever more rarely";
    EXPECT_EQ(crm_.count("deliver", "lost"), 1u);
}

TEST_F(LaneTest, AskingThatFailsIsNotAnAnswer) {
    crm_.on_deliver = dead_at_first();
    std::atomic<int> asked{0};
    crm_.on_reconcile = [&](const auto&) {
        return ++asked < 12 ? ScriptedConnector::fails(FaultKind::not_connected, "down")
                            : ScriptedConnector::ok();
    };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).outcome.state, CallState::done);
    EXPECT_EQ(asked, 12);
    EXPECT_EQ(crm_.count("deliver"), 1u);
}

TEST_F(LaneTest, ARepeatableCallIsRepeatedAndNotReconciled) {
    crm_.on_deliver = dead_at_first();
    start();
    auto job = call("a");
    job.row.id = {};
    job.repeatable = true;
    deliver_->enqueue(job);
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).outcome.state, CallState::done);
    EXPECT_EQ(crm_.count("deliver"), 2u);
    EXPECT_EQ(crm_.count("reconcile"), 0u);
}

TEST_F(LaneTest, ACallThatWasFoundTryingAtStartIsReconciledBeforeAnythingIsSent) {
    crm_.on_reconcile = [](const auto&) { return ScriptedConnector::ok(R"({"id":"n-7"})"); };
    start();
    auto job = call("a");
    job.row.state = CallState::in_doubt;
    deliver_->enqueue(job);
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).outcome.state, CallState::done);
    EXPECT_EQ(crm_.count("deliver"), 0u);
}

TEST_F(LaneTest, ADiskThatIsFullWhileACallGoesBackToWaitingDoesNotStrandIt) {
    std::atomic<bool> full{false};
    deliver_.reset();
    database_.reset();
    auto opened = store::open({.url = folder_.url(), .clock = &clock_, .inject = [&](db::Step step) {
                                   return step == db::Step::commit && full.exchange(false)
                                              ? db::Injected::disk_full
                                              : db::Injected::none;
                               }});
    ASSERT_TRUE(opened);
    database_ = std::move(*opened);
    begin();
    crm_.on_deliver = [&](const plugin::OutCall& out) {
        if (out.attempt > 1) return ScriptedConnector::ok();
        full = true;  // the next commit is the one that notes the retry
        return ScriptedConnector::fails(FaultKind::retry, "busy");
    };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).outcome.state, CallState::done);
    EXPECT_FALSE(log_.of("deliver.not_recorded").empty()) << "the disk was full at that moment";
    EXPECT_EQ(on_disk("a").attempts, 2);
    deliver_.reset();
    database_.reset();
}

}  // namespace
}  // namespace maillon::deliver
