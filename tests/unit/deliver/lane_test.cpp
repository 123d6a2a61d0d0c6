#include "tests/unit/deliver/lane_fixture.h"

#include <atomic>

namespace maillon::deliver {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_F(LaneTest, AnOutcomeIsSettledAsTheConnectorReportedIt) {
    crm_.on_deliver = [](const auto&) { return plugin::CallReport{{}, R"({"id":"n-1"})", "n-1", "rev-3"}; };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(settled(1));
    const auto done = outcome(0);
    EXPECT_EQ(done.outcome.state, CallState::done);
    EXPECT_EQ(done.outcome.result, R"({"id":"n-1"})");
    EXPECT_EQ(done.outcome.remote_id, "n-1");
    EXPECT_EQ(done.outcome.remote_revision, "rev-3");
    EXPECT_EQ(done.job.row.attempts, 1);
    const auto seen = crm_.seen().front().calls.front();
    EXPECT_EQ(seen.idempotency_key, "a");
    EXPECT_EQ(seen.operation, "create");
    EXPECT_EQ(seen.arguments, R"({"module":"Notes"})");
}

TEST_F(LaneTest, ACallToAnInstanceThatIsNotThereHasFailed) {
    start();
    auto job = call("a");
    job.row.instance = "gone";

    deliver_->enqueue(std::move(job));

    EXPECT_EQ(outcome(0).outcome.state, CallState::failed);
    EXPECT_EQ(outcome(0).outcome.fault, FaultKind::unsupported);
    EXPECT_EQ(outcome(0).outcome.detail, "'gone' is no longer configured");
}

TEST_F(LaneTest, WhatCanNeverSucceedIsSettledAsFailedAtOnce) {
    crm_.on_deliver = [](const auto&) {
        return ScriptedConnector::fails(FaultKind::rejected, "no such module");
    };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).outcome.state, CallState::failed);
    EXPECT_EQ(outcome(0).outcome.fault, FaultKind::rejected);
    EXPECT_EQ(outcome(0).outcome.detail, "no such module");
    EXPECT_EQ(crm_.count("deliver"), 1u);
}

TEST_F(LaneTest, ATransientFailureIsTriedAgainAndTheCallIsTryingOnDiskBeforeTheConnectorSeesIt) {
    std::vector<std::pair<CallState, int>> found;
    crm_.on_deliver = [&](const plugin::OutCall& out) {
        const auto row = on_disk(out.idempotency_key);
        found.emplace_back(row.state, row.attempts);
        EXPECT_EQ(out.attempt, row.attempts);
        return out.attempt < 3 ? ScriptedConnector::fails(FaultKind::retry, "busy") : ScriptedConnector::ok();
    };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).outcome.state, CallState::done);
    EXPECT_THAT(found, ElementsAre(std::pair{CallState::trying, 1}, std::pair{CallState::trying, 2},
                                   std::pair{CallState::trying, 3}));
    EXPECT_THAT(metrics_.render(), HasSubstr(R"(maillon_calls_total{connector="crm",outcome="retried"} 2)"));
    EXPECT_THAT(metrics_.render(), HasSubstr(R"(maillon_calls_total{connector="crm",outcome="done"} 1)"));
}

TEST_F(LaneTest, ACallThatWaitsForItsNextTryIsPendingOnDiskWithTheReason) {
    retry_ = {std::chrono::hours{1}, std::chrono::hours{1}, std::chrono::hours{24}};
    crm_.on_deliver = [](const auto&) { return ScriptedConnector::fails(FaultKind::retry, "busy"); };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(passes([&] { return on_disk("a").fault.has_value(); }, milliseconds{0}));
    const auto row = on_disk("a");
    EXPECT_EQ(row.state, CallState::pending);
    EXPECT_EQ(row.fault, FaultKind::retry);
    EXPECT_EQ(row.detail, "busy");
    EXPECT_EQ(row.not_before, now() + std::chrono::minutes{45})
        << "between half and the whole of an hour, by chance";
}

TEST_F(LaneTest, ACallThatDoesNotComeBackIsSeenAsTheOldest) {
    std::optional<LaneState> seen;
    const auto begun = now();
    crm_.on_deliver = [&](const auto&) {
        clock_.advance(std::chrono::minutes{20});
        seen = lane();
        return ScriptedConnector::ok();
    };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(seen->trying, 1u);
    EXPECT_EQ(seen->oldest, begun);
    EXPECT_TRUE(passes([&] { return !lane().oldest; }));
}

TEST_F(LaneTest, ItIsGivenUpWhenTimeIsUp) {
    retry_.until_given_up = seconds{5};
    crm_.on_deliver = [](const auto&) { return ScriptedConnector::fails(FaultKind::retry, "busy"); };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(settled(1, milliseconds{500}));
    EXPECT_EQ(outcome(0).outcome.state, CallState::failed);
    EXPECT_EQ(outcome(0).outcome.fault, FaultKind::retry);
    EXPECT_THAT(outcome(0).outcome.detail, StartsWith("given up after "));
    EXPECT_THAT(outcome(0).outcome.detail, HasSubstr("tries: busy"));
    EXPECT_GT(crm_.count("deliver"), 1u);
}

TEST_F(LaneTest, ARateLimitHoldsTheWholeInstanceForAsLongAsTheRemoteAsked) {
    std::atomic<bool> limited{true};
    crm_.on_deliver = [&](const auto&) {
        return limited.exchange(false) ? ScriptedConnector::fails(FaultKind::rate_limited, "429", seconds{30})
                                       : ScriptedConnector::ok();
    };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(passes([&] { return !lane().paused.empty(); }, milliseconds{0}));
    EXPECT_EQ(lane().paused, "rate limited: 429");
    deliver_->enqueue(call("b"));
    ASSERT_TRUE(settled(2, milliseconds{500}));
    const auto seen = crm_.seen();
    ASSERT_GE(seen.size(), 2u);
    EXPECT_GE(seen[1].at - seen[0].at, seconds{30});
    EXPECT_TRUE(lane().paused.empty());
}

TEST_F(LaneTest, AWishForMonthsHoldsNothingForLongerThanThePatience) {
    crm_.on_deliver = [](const auto&) {
        return ScriptedConnector::fails(FaultKind::rate_limited, "429", std::chrono::days{300});
    };
    start();
    const auto begun = now();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(passes([&] { return lane().queued == 1 && !lane().paused.empty(); }, milliseconds{0}));
    EXPECT_EQ(lane().next, begun + std::chrono::hours{24});
    EXPECT_EQ(lane().still_until, begun + std::chrono::hours{24});

    ASSERT_TRUE(settled(1, std::chrono::minutes{30}));

    EXPECT_EQ(outcome(0).outcome.state, CallState::failed);
    EXPECT_EQ(outcome(0).outcome.detail, "given up after 2 tries: 429");
}

TEST_F(LaneTest, WhatWasRefusedForItsCredentialsGoesAtOnceWhenTheInstanceIsResumed) {
    std::atomic<bool> refused{true};
    crm_.on_deliver = [&](const auto&) {
        return refused.exchange(false) ? ScriptedConnector::fails(FaultKind::auth, "token revoked")
                                       : ScriptedConnector::ok();
    };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(passes([&] { return !lane().paused.empty() && lane().queued == 1; }, milliseconds{0}));
    deliver_->resume("crm");
    ASSERT_TRUE(passes([&] { return crm_.seen().size() == 2; }, milliseconds{0})) << "no time has passed";
}

TEST_F(LaneTest, RefusedCredentialsPauseTheInstanceUntilItIsResumed) {
    std::atomic<bool> refused{true};
    crm_.on_deliver = [&](const auto&) {
        return refused.exchange(false) ? ScriptedConnector::fails(FaultKind::auth, "token revoked")
                                       : ScriptedConnector::ok();
    };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(passes([&] { return !lane().paused.empty(); }, milliseconds{0}));
    EXPECT_EQ(lane().paused, "credentials refused: token revoked");
    deliver_->enqueue(call("b"));
    clock_.advance(std::chrono::hours{1});
    const auto mended = now();
    deliver_->resume("crm");
    ASSERT_TRUE(settled(2));
    const auto seen = crm_.seen();
    for (std::size_t i = 1; i < seen.size(); ++i)
        EXPECT_GE(seen[i].at, mended) << "nothing was sent while it was paused";
    EXPECT_EQ(outcome(0).outcome.state, CallState::done);
    EXPECT_EQ(outcome(1).outcome.state, CallState::done);
    EXPECT_EQ(log_.of("deliver.paused").size(), 1u);
}

TEST_F(LaneTest, ARemoteThatIsDownIsLeftToRest) {
    retry_ = {milliseconds{10}, std::chrono::hours{1}, std::chrono::hours{24}};
    crm_.on_deliver = [](const auto&) {
        return ScriptedConnector::fails(FaultKind::retry, "connection refused");
    };
    start();
    deliver_->enqueue(call("a"));
    // The instance rests as soon as the third failure is seen; the call is back in the queue a moment later.
    ASSERT_TRUE(passes([&] { return !lane().paused.empty() && lane().queued == 1; }));
    EXPECT_EQ(lane().paused, "not answering: connection refused");
    EXPECT_GE(crm_.count("deliver"), 3u);
    EXPECT_EQ(lane().queued, 1u);
    EXPECT_TRUE(lane().oldest.has_value());
}

TEST_F(LaneTest, AConflictIsTriedAFewTimesAndThenFails) {
    crm_.on_deliver = [](const auto&) {
        return ScriptedConnector::fails(FaultKind::conflict, "changed meanwhile");
    };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).outcome.state, CallState::failed);
    EXPECT_EQ(outcome(0).outcome.fault, FaultKind::conflict);
    EXPECT_EQ(crm_.count("deliver"), 4u);
}

TEST_F(LaneTest, TriesThatFailedOtherwiseAreNotCountedAsConflicts) {
    crm_.on_deliver = [](const plugin::OutCall& out) {
        return out.attempt <= 4  ? ScriptedConnector::fails(FaultKind::rate_limited, "429", milliseconds{10})
               : out.attempt < 8 ? ScriptedConnector::fails(FaultKind::conflict, "changed meanwhile")
                                 : ScriptedConnector::ok();
    };
    start();
    deliver_->enqueue(call("a"));
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).outcome.state, CallState::done);
    EXPECT_EQ(crm_.count("deliver"), 8u);
}

TEST_F(LaneTest, ACallThatMetConflictsBeforeARestartIsNotTriedAnyMoreOftenForIt) {
    crm_.on_deliver = [](const auto&) {
        return ScriptedConnector::fails(FaultKind::conflict, "changed meanwhile");
    };
    start();
    auto job = call("a");
    job.row.attempts = 3;
    job.row.first_tried = now();
    job.row.fault = FaultKind::conflict;
    deliver_->enqueue(job);
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).outcome.fault, FaultKind::conflict);
    EXPECT_EQ(crm_.count("deliver"), 1u);
}

TEST_F(LaneTest, AnAnswerThatIsTooOldIsNotSent) {
    start();
    auto old = call("old");
    old.row.expires = now();
    auto fresh = call("fresh");
    fresh.row.expires = now() + std::chrono::hours{1};
    deliver_->enqueue(old);
    deliver_->enqueue(fresh);
    ASSERT_TRUE(settled(2));
    EXPECT_EQ(outcome(0).job.row.step, "old");
    EXPECT_EQ(outcome(0).outcome.state, CallState::failed);
    EXPECT_THAT(outcome(0).outcome.detail, HasSubstr("older than max_age"));
    EXPECT_EQ(outcome(1).outcome.state, CallState::done);
    EXPECT_EQ(crm_.count("deliver", "old"), 0u);
}

TEST_F(LaneTest, AProcessorIsAskedWithoutARecord) {
    crm_.on_process = [](const auto&) { return ScriptedConnector::ok(R"({"language":"fr"})"); };
    start();
    Job job{{.run = RunId{1},
             .step = "use",
             .instance = "crm",
             .operation = "message.received",
             .created = now(),
             .not_before = now()},
            "k",
            true,
            true};
    deliver_->enqueue(job);
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).outcome.result, R"({"language":"fr"})");
    EXPECT_EQ(crm_.count("process"), 1u);
    EXPECT_EQ(crm_.count("deliver"), 0u);
}

TEST_F(LaneTest, StoppingCancelsWhatRunsAndLeavesTheRestInTheStore) {
    crm_.about.max_batch = 1;
    std::mutex mutex;
    std::condition_variable wake;
    bool entered = false, cancelled = false;
    crm_.on_deliver = [&](const auto&) {
        std::unique_lock lock(mutex);
        entered = true;
        wake.notify_all();
        wake.wait_for(lock, seconds{60}, [&] { return cancelled; });
        return ScriptedConnector::fails(FaultKind::cancelled, "stopping");
    };
    crm_.on_cancel = [&] {
        const std::scoped_lock lock(mutex);
        cancelled = true;
        wake.notify_all();
    };
    start();
    deliver_->enqueue(call("a"));
    deliver_->enqueue(call("b"));
    {
        std::unique_lock lock(mutex);
        ASSERT_TRUE(wake.wait_for(lock, seconds{60}, [&] { return entered; }));
    }
    deliver_->stop(milliseconds{0});
    EXPECT_TRUE(cancelled);
    EXPECT_EQ(crm_.count("deliver"), 1u);
    reopen();  // finishes what was queued for the writer
    EXPECT_EQ(on_disk("a").state, CallState::pending);
    EXPECT_EQ(on_disk("b").state, CallState::pending);
    EXPECT_EQ(on_disk("b").attempts, 0);
    EXPECT_TRUE(settled_.empty());
}

}  // namespace
}  // namespace maillon::deliver
