#include "core/deliver/circuit.h"
#include "tests/unit/deliver/lane_fixture.h"

namespace maillon::deliver {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using State = Circuit::State;

class CircuitTest : public ::testing::Test {
protected:
    static TimePoint at(seconds since) { return TimePoint{} + since; }
    Circuit circuit_{RetrySchedule({seconds{10}, seconds{40}, std::chrono::hours{1}}, [] { return 1.0; })};
};

TEST_F(CircuitTest, OpensAfterThreeFailuresInARowAndLetsOneCallFindOut) {
    circuit_.failed(at(seconds{0}), "503");
    circuit_.failed(at(seconds{1}), "503");
    EXPECT_EQ(circuit_.state(at(seconds{1})), State::closed);
    EXPECT_EQ(circuit_.most(50, at(seconds{1})), 50u);
    circuit_.failed(at(seconds{2}), "503");
    EXPECT_EQ(circuit_.state(at(seconds{11})), State::open);
    EXPECT_EQ(circuit_.most(50, at(seconds{11})), 0u);
    EXPECT_EQ(circuit_.why(), "not answering: 503");
    EXPECT_EQ(circuit_.state(at(seconds{12})), State::half_open);
    EXPECT_EQ(circuit_.most(50, at(seconds{12})), 1u);
}

TEST_F(CircuitTest, StaysOpenLongerEachTimeTheOneCallFails) {
    std::vector<seconds> pauses;
    auto now = at(seconds{0});
    for (int i = 0; i < 7; ++i) {
        circuit_.failed(now, "503");
        if (i < 2) continue;
        pauses.push_back(std::chrono::duration_cast<seconds>(circuit_.until() - now));
        now = circuit_.until();
    }
    EXPECT_THAT(pauses, ElementsAre(seconds{10}, seconds{20}, seconds{40}, seconds{40}, seconds{40}));
}

TEST_F(CircuitTest, ClosesWhenACallWorks) {
    for (int i = 0; i < 3; ++i) circuit_.failed(at(seconds{0}), "503");
    circuit_.worked();
    EXPECT_EQ(circuit_.state(at(seconds{10})), State::closed);
    circuit_.failed(at(seconds{11}), "503");
    EXPECT_EQ(circuit_.most(50, at(seconds{11})), 50u) << "the count begins anew";
}

TEST_F(CircuitTest, ARestThatTheRemoteAsksForIsNoFailure) {
    circuit_.rest(at(seconds{30}), "rate limited: 429");
    circuit_.rest(at(seconds{20}), "a shorter one takes nothing away");
    EXPECT_EQ(circuit_.state(at(seconds{1})), State::closed);
    EXPECT_TRUE(circuit_.is_shut(at(seconds{29})));
    EXPECT_EQ(circuit_.why(), "rate limited: 429");
    EXPECT_EQ(circuit_.most(50, at(seconds{30})), 50u);
}

using HoldTest = LaneTest;

TEST_F(HoldTest, APausedInstanceIsNotCalledUntilItIsReleased) {
    start();
    deliver_->hold("crm", "jane: new server");
    deliver_->enqueue(call("a"));
    EXPECT_FALSE(lane().next);
    EXPECT_EQ(lane().paused, "paused by a person: jane: new server");
    for (int i = 0; i < 20; ++i) {
        clock_.advance(seconds{60});
        deliver_->look_again();
    }
    EXPECT_EQ(crm_.count("deliver"), 0u);
    const store::CallRow stored{.run = RunId{2}, .instance = "crm"};
    for (const auto run : {RunId{1}, RunId{2}}) {
        const auto delay = deliver_->delay_of(run, run == stored.run ? &stored : nullptr);
        ASSERT_TRUE(delay) << "also of a call that the store alone holds";
        EXPECT_EQ(delay->why, "paused by a person: jane: new server");
        EXPECT_EQ(delay->todo, "maillon resume crm");
    }
    const store::CallRow elsewhere{.run = RunId{2}, .instance = "nobody"};
    EXPECT_FALSE(deliver_->delay_of(RunId{2}, &elsewhere));
    deliver_->release("crm");
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(lane().paused, "");
}

TEST_F(HoldTest, WhatReachesPeopleIsKeptWhileEverythingElseGoes) {
    start();
    deliver_->hold_outbound("jane: wrong text");
    auto answer = call("answer");
    answer.row.outbound = true;
    deliver_->enqueue(answer);
    deliver_->enqueue(call("note"));
    ASSERT_TRUE(settled(1));
    EXPECT_EQ(outcome(0).job.row.idempotency_key, "note");
    EXPECT_EQ(crm_.count("deliver", "answer"), 0u);
    ASSERT_TRUE(passes([&] { return !lane().since; })) << "the connector has nothing any more";
    EXPECT_EQ(lane().queued, 1u);
    EXPECT_FALSE(lane().next) << "nothing else is to come by itself";
    const auto delay = deliver_->delay_of(RunId{1});
    ASSERT_TRUE(delay);
    EXPECT_EQ(delay->why, "calls that reach people are paused by a person: jane: wrong text");
    EXPECT_EQ(delay->todo, "maillon resume outbound");
    const store::CallRow stored{.run = RunId{2}, .instance = "crm", .outbound = true};
    EXPECT_EQ(deliver_->delay_of(RunId{2}, &stored)->why, delay->why)
        << "also where the store alone holds it";
    const store::CallRow later{.run = RunId{2},
                               .instance = "crm",
                               .not_before = clock_.now() + std::chrono::hours{1},
                               .detail = "503 Service Unavailable"};
    EXPECT_EQ(deliver_->delay_of(RunId{2}, &later)->why, "503 Service Unavailable");
    EXPECT_EQ(deliver_->delay_of(RunId{2}, &later)->until, later.not_before);
    deliver_->release_outbound();
    ASSERT_TRUE(settled(2));
    EXPECT_EQ(crm_.count("deliver", "answer"), 1u);
}

TEST_F(HoldTest, WhatIsKeptHoldsBackNothingElseOfItsKey) {
    start();
    deliver_->hold_outbound("jane: wrong text");
    auto answer = call("answer", "case-1", "thread-1");
    answer.row.outbound = true;
    deliver_->enqueue(answer);
    deliver_->enqueue(call("note", "case-1", "thread-1"));

    ASSERT_TRUE(settled(1));

    EXPECT_EQ(outcome(0).job.row.idempotency_key, "note");
    ASSERT_TRUE(passes([&] { return !lane().since; }));
    EXPECT_FALSE(lane().next) << "nothing is due that nobody may make";
}

TEST_F(HoldTest, AfterAnOutageOneCallFindsOutBeforeTheOthersGo) {
    retry_ = {seconds{10}, seconds{10}, std::chrono::hours{24}};
    std::atomic<bool> is_down{true};
    crm_.on_deliver = [&](const auto&) {
        return is_down ? ScriptedConnector::fails(FaultKind::retry, "503") : ScriptedConnector::ok();
    };
    start();
    for (int i = 0; i < 20; ++i) deliver_->enqueue(call(std::to_string(i)));
    ASSERT_TRUE(passes([&] { return lane().circuit == State::open; }, milliseconds{500}));
    EXPECT_THAT(metrics_.render(), HasSubstr(R"(maillon_circuit_state{connector="crm"} )"));
    const auto before = crm_.seen().size();
    is_down = false;
    ASSERT_TRUE(settled(20, milliseconds{500}));
    EXPECT_EQ(crm_.seen()[before].calls.size(), 1u);
    EXPECT_EQ(lane().circuit, State::closed);
    EXPECT_FALSE(log_.of("deliver.circuit_open").empty());
    EXPECT_FALSE(log_.of("deliver.circuit_closed").empty());
}

}  // namespace
}  // namespace maillon::deliver
