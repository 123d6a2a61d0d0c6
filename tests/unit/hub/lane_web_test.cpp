#include "tests/unit/hub/lane_test.h"

namespace maillon::hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::size_t kMostWaiting = 1'000;

/// A door that a call waits at until it is opened.
class Gate {
public:
    void pass() {
        reached_.set_value();
        opened_.get_future().wait();
    }
    void wait_until_reached() { reached_.get_future().wait(); }
    void open() { opened_.set_value(); }

private:
    std::promise<void> reached_, opened_;
};

/// Requests of the web, and the end.
class LaneWebTest : public LaneTest {
protected:
    void SetUp() override {
        LaneTest::SetUp();
        source_.on_receive = [this](const plugin::WebRequest& request) -> Result<plugin::Received> {
            return plugin::Received{{raw(request.body)}, 202, "thanks", "text/x-thanks"};
        };
    }
    void receive_fails(FaultKind kind) {
        source_.on_receive = [kind](const auto&) -> Result<plugin::Received> { return fault(kind); };
    }
    static bool is_answered(const std::future<WebAnswer>& answer) {
        return answer.wait_for(seconds{0}) == std::future_status::ready;
    }
};

TEST_F(LaneWebTest, ARequestsEventsAreStoredAndTheConnectorsAnswerGoesBack) {
    start();

    const auto answer = posted("1");

    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.body, "thanks");
    EXPECT_EQ(answer.content_type, "text/x-thanks");
    EXPECT_THAT(ids(), ElementsAre("1"));
}

TEST_F(LaneWebTest, WhatAServiceTellsMayBeOlderThanSince) {
    source_.on_receive = [this](const auto&) -> Result<plugin::Received> {
        auto old = raw("old");
        old.time_ms = 1;
        return plugin::Received{{old}, 200, {}, {}};
    };
    start();

    EXPECT_EQ(posted().status, 200);
    EXPECT_THAT(ids(), ElementsAre("old"));
}

TEST_F(LaneWebTest, NothingIsAnsweredBeforeTheCommit) {
    start();
    posted("1");
    Gate gate;
    std::atomic<bool> once{true};
    Failing waits = [&](db::Step step) {
        if (step == db::Step::commit && once.exchange(false)) gate.pass();
        return db::Injected::none;
    };
    fail(&waits);

    auto answer = post("2");
    gate.wait_until_reached();

    EXPECT_FALSE(is_answered(answer));
    EXPECT_THAT(ids(), ElementsAre("1"));
    gate.open();
    EXPECT_EQ(answer.get().status, 202);
    EXPECT_THAT(ids(), ElementsAre("1", "2"));
    fail(nullptr);
}

TEST_F(LaneWebTest, RequestsThatWaitTogetherAreCommittedTogether) {
    Gate gate;
    std::atomic<bool> once{true};
    source_.on_receive = [&](const plugin::WebRequest& request) -> Result<plugin::Received> {
        if (once.exchange(false)) gate.pass();
        if (request.body == "wrong") return fault(FaultKind::auth);
        return plugin::Received{{raw(request.body)}, 202, request.body, {}};
    };
    start();
    std::vector<std::future<WebAnswer>> answers;
    answers.push_back(post("1"));
    gate.wait_until_reached();
    for (const char* body : {"2", "wrong", "3"}) answers.push_back(post(body));
    const auto before = database_->counters().commits;
    gate.open();

    EXPECT_EQ(answers[0].get().body, "1");
    EXPECT_EQ(answers[1].get().body, "2");
    EXPECT_EQ(answers[2].get().status, 403) << "one that is refused holds nobody up";
    EXPECT_EQ(answers[3].get().body, "3");
    EXPECT_EQ(database_->counters().commits, before + 1);
    EXPECT_THAT(ids(), ElementsAre("1", "2", "3"));
}

TEST_F(LaneWebTest, WhatCouldNotBeStoredIsToBeSentAgain) {
    start();
    posted("1");
    Failing full = [](db::Step step) {
        return step == db::Step::commit ? db::Injected::disk_full : db::Injected::none;
    };
    fail(&full);
    EXPECT_EQ(posted("2").status, 503);
    EXPECT_THAT(ids(), ElementsAre("1"));
    EXPECT_EQ(log_.of("source.not_stored").size(), 1u);

    fail(nullptr);
    EXPECT_EQ(posted("2").status, 202);
    EXPECT_THAT(ids(), ElementsAre("1", "2"));
}

TEST_F(LaneWebTest, AFaultIsAnsweredByWhoseItIs) {
    const std::vector<std::pair<FaultKind, int>> all{
        {FaultKind::auth, 403},         {FaultKind::rejected, 400},  {FaultKind::unsupported, 400},
        {FaultKind::retry, 503},        {FaultKind::internal, 503},  {FaultKind::not_connected, 503},
        {FaultKind::rate_limited, 503}, {FaultKind::cancelled, 503},
    };
    for (const auto& [kind, status] : all) {
        receive_fails(kind);
        start();
        const auto answer = posted();
        stop();

        EXPECT_EQ(answer.status, status) << name_of(kind);
        EXPECT_THAT(answer.body, ::testing::Not(HasSubstr("the service says")))
            << "no inner words to strangers";
    }
    EXPECT_EQ(log_.of("source.request_failed").size(), all.size());
    EXPECT_THAT(ids(), ::testing::IsEmpty());
}

TEST_F(LaneWebTest, RequestsDoNotWaitForAConnection) {
    source_.on_connect = []() -> Result<> { return fault(FaultKind::retry); };
    start();

    EXPECT_EQ(posted("1").status, 202);
    EXPECT_THAT(ids(), ElementsAre("1"));
}

TEST_F(LaneWebTest, RequestsGoBeforeEverythingElse) {
    Gate gate;
    source_.on_poll = [&](const std::string& cursor) -> plugin::Polled {
        if (!cursor.empty()) return {{}, {}, std::chrono::hours{1}, {}};
        gate.pass();
        return {{raw("polled")}, "there is more", milliseconds{0}, {}};  // the next poll is due at once
    };
    start();
    gate.wait_until_reached();
    auto first = post("1");
    auto second = post("2");
    gate.open();

    EXPECT_EQ(first.get().status, 202);
    EXPECT_EQ(second.get().status, 202);
    ASSERT_TRUE(source_.is_asked("poll", 2));
    EXPECT_THAT(source_.verbs(), ElementsAre("connect", "poll", "receive", "receive", "poll"));
}

TEST_F(LaneWebTest, WhenTooManyWaitTheNextOneIsRefusedAtOnce) {
    Gate gate;
    std::atomic<bool> once{true};
    source_.on_receive = [&](const auto&) -> Result<plugin::Received> {
        if (once.exchange(false)) gate.pass();
        return plugin::Received{};
    };
    start();
    std::vector<std::future<WebAnswer>> answers;
    answers.push_back(post("being handled"));
    gate.wait_until_reached();
    for (std::size_t i = 0; i < kMostWaiting; ++i) answers.push_back(post("waits"));
    EXPECT_EQ(lane_->state().web_waiting, kMostWaiting);

    auto refused = post("too many");

    ASSERT_TRUE(is_answered(refused));
    EXPECT_EQ(refused.get().status, 503);
    gate.open();
    for (auto& answer : answers) EXPECT_EQ(answer.get().status, 200);
    EXPECT_EQ(lane_->state().web_waiting, 0u);
}

TEST_F(LaneWebTest, RequestsThatWaitAtTheStopAreToBeSentAgain) {
    Gate gate;
    source_.on_connect = [&]() -> Result<> {
        gate.pass();
        return {};
    };
    start();
    gate.wait_until_reached();
    auto waits = post("1");
    lane_->ask_to_stop();
    auto late = post("2");
    ASSERT_TRUE(is_answered(waits)) << "at once, though the lane is at a call that may take long";
    EXPECT_EQ(waits.get().status, 503);
    ASSERT_TRUE(is_answered(late));
    EXPECT_EQ(late.get().status, 503);
    gate.open();

    lane_->join(std::chrono::steady_clock::now() + minutes{1});

    EXPECT_THAT(source_.seen("receive"), ::testing::IsEmpty());
    EXPECT_THAT(ids(), ::testing::IsEmpty());
}

TEST_F(LaneWebTest, TheRequestThatTheConnectorHasAtTheStopIsTakenIn) {
    Gate gate;
    source_.on_receive = [&](const plugin::WebRequest& request) -> Result<plugin::Received> {
        gate.pass();
        return plugin::Received{{raw(request.body)}, 202, {}, {}};
    };
    start();
    auto begun = post("1");
    gate.wait_until_reached();
    auto waits = post("2");
    lane_->ask_to_stop();
    ASSERT_TRUE(is_answered(waits));
    EXPECT_EQ(waits.get().status, 503);
    EXPECT_FALSE(is_answered(begun));
    gate.open();

    lane_->join(std::chrono::steady_clock::now() + minutes{1});

    EXPECT_EQ(begun.get().status, 202);
    EXPECT_THAT(ids(), ElementsAre("1"));
}

TEST_F(LaneWebTest, RequestsThatWaitMayBeTakenInBeforeTheEnd) {
    Gate gate;
    source_.on_connect = [&]() -> Result<> {
        gate.pass();
        return {};
    };
    source_.on_receive = [this](const auto&) { return plugin::Received{{raw("1")}, 200, {}, {}}; };
    start();
    gate.wait_until_reached();
    auto waits = post("1");
    lane_->ask_to_stop(true);
    gate.open();

    lane_->join(std::chrono::steady_clock::now() + minutes{1});

    EXPECT_EQ(waits.get().status, 200);
    EXPECT_THAT(ids(), ElementsAre("1"));
}

TEST_F(LaneWebTest, ACallThatBlocksAtTheStopIsCancelled) {
    Gate gate;
    std::atomic<int> cancels{0};
    source_.on_poll = [&](const auto&) {
        gate.pass();
        return plugin::Polled{{}, {}, {}, fault(FaultKind::cancelled)};
    };
    source_.on_cancel = [&] {
        ++cancels;
        gate.open();
    };
    start();
    gate.wait_until_reached();
    lane_->ask_to_stop();

    lane_->join(std::chrono::steady_clock::now());

    EXPECT_EQ(cancels, 1);
    EXPECT_EQ(source_.seen("poll").size(), 1u);
    EXPECT_EQ(lane_->state().state, "ok") << "a stop is no failure of the source";
}

TEST_F(LaneWebTest, ACallThatEndsInTimeIsNotCancelled) {
    Gate gate;
    std::atomic<int> cancels{0};
    source_.on_poll = [&](const auto&) {
        gate.pass();
        return plugin::Polled{{raw("1")}, "after 1", {}, {}};
    };
    source_.on_cancel = [&] { ++cancels; };
    start();
    gate.wait_until_reached();
    lane_->ask_to_stop();
    gate.open();

    lane_->join(std::chrono::steady_clock::now() + minutes{1});

    EXPECT_EQ(cancels, 0);
    EXPECT_THAT(ids(), ElementsAre("1")) << "what a call under way brought is kept";
    EXPECT_EQ(cursor(), "after 1");
}

TEST_F(LaneWebTest, ALaneThatNeverStartedAnswersWhatItWasGiven) {
    config::Instance settings;
    settings.name.value = "x";
    std::future<WebAnswer> waits;
    {
        SourceLane lane({clock_, log_, *ingest_, health_, [] { return 0.5; }, [] {}}, settings, source_);
        auto promise = std::make_shared<std::promise<WebAnswer>>();
        waits = promise->get_future();
        lane.receive({}, [promise](const WebAnswer& answer) { promise->set_value(answer); });
    }
    ASSERT_TRUE(is_answered(waits));
    EXPECT_EQ(waits.get().status, 503);
}

}  // namespace
}  // namespace maillon::hub
