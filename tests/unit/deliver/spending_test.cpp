#include "core/store/spending.h"

#include "tests/unit/deliver/budgets_fixture.h"

#include <atomic>
#include <future>

namespace maillon::deliver {
namespace {

using std::chrono::hours;
using ::testing::HasSubstr;

/// A lane that minds budgets.
class SpendingTest : public BudgetsTest {
protected:
    /// A call that may be made until then.
    Job lapsing(const std::string& key, TimePoint expires) {
        auto job = call(key);
        job.row.expires = expires;
        return job;
    }
    double used() const { return budgets_->states().front().used; }
};

TEST_F(SpendingTest, ALaneMakesNoMoreCallsThanItMayAndSaysWhyItWaits) {
    calls(10, 4);
    begin();
    deliver_->add_instance("crm", crm_, retry_);
    for (int i = 0; i < 8; ++i) deliver_->enqueue(call("n" + std::to_string(i)));
    auto answer = call("answer");
    answer.priority = Priority::person;
    deliver_->enqueue(answer);
    deliver_->start();
    ASSERT_TRUE(passes([&] { return settled_.size() >= 3; }, milliseconds{0}));
    const auto waits = [&] {
        const auto state = lane();
        return state.queued > 0 && state.trying == 0 && state.paused != "";
    };
    ASSERT_TRUE(passes(waits, milliseconds{0}));
    EXPECT_THAT(lane().paused,
                HasSubstr("what is left of budget 'quarter' is kept for calls that people wait for, until"));
    const auto delay = deliver_->delay_of(RunId{1});
    ASSERT_TRUE(delay);
    EXPECT_THAT(delay->why, HasSubstr("budget 'quarter'"));
    EXPECT_EQ(delay->until, lane().still_until);
    EXPECT_FALSE(deliver_->delay_of(RunId{2}));
    EXPECT_LE(crm_.count("deliver"), 4u);
    EXPECT_EQ(crm_.count("deliver", "answer"), 1u) << "although it came last";
    ASSERT_TRUE(settled(9, seconds{30}));
    const auto rows = read([](db::Reader& reader) { return store::Spending::list(reader); }).value();
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].name, "quarter");
    EXPECT_GT(rows[0].used, 0.0);
}

TEST_F(SpendingTest, WhatIsTooOldToBeSentCostsNothing) {
    go_to("2026-03-01T10:00:00Z");
    money(1.0);
    begin();
    start();
    for (int i = 0; i < 8; ++i) deliver_->enqueue(lapsing("old" + std::to_string(i), now()));
    deliver_->enqueue(lapsing("fresh", now() + hours{1}));

    ASSERT_TRUE(settled(9, milliseconds{0}));

    EXPECT_EQ(crm_.count("deliver"), 1u);
    EXPECT_EQ(crm_.count("deliver", "fresh"), 1u);
    EXPECT_EQ(used(), 0.25);
}

TEST_F(SpendingTest, ItLapsesAlthoughTheBudgetIsUsedUp) {
    go_to("2026-03-01T10:00:00Z");
    money(1.0);
    begin();
    start();
    EXPECT_EQ(taken(), 4);
    deliver_->enqueue(lapsing("old", now()));
    deliver_->enqueue(lapsing("ages", now() + hours{1}));

    ASSERT_TRUE(settled(1, milliseconds{0}));
    EXPECT_EQ(outcome(0).job.row.step, "old");
    ASSERT_TRUE(passes([&] { return !lane().paused.empty(); }, milliseconds{0}));
    EXPECT_EQ(lane().next, now() + hours{1}) << "not only tomorrow";
    clock_.advance(hours{1});
    deliver_->look_again();

    ASSERT_TRUE(settled(2, milliseconds{0}));
    EXPECT_EQ(outcome(1).outcome.state, CallState::failed);
    EXPECT_THAT(outcome(1).outcome.detail, HasSubstr("older than max_age"));
    EXPECT_EQ(crm_.count("deliver"), 0u);
    EXPECT_EQ(used(), 1.0);
}

TEST_F(SpendingTest, ACallThatCannotBeRecordedCostsNothingUntilItIsMade) {
    go_to("2026-03-01T10:00:00Z");
    std::atomic<bool> full{false};
    money(1.0);
    begin_with_disk(full);
    start();
    const auto one = call("a");
    full = true;
    deliver_->enqueue(one);
    ASSERT_TRUE(passes([&] { return log_.of("deliver.not_recorded").size() >= 6; }, seconds{1}));
    EXPECT_EQ(crm_.count("deliver"), 0u);

    full = false;

    ASSERT_TRUE(settled(1, seconds{1}));
    EXPECT_EQ(outcome(0).outcome.state, CallState::done);
    EXPECT_EQ(used(), 0.25);
    deliver_.reset();
    database_.reset();
}

TEST_F(SpendingTest, WhatCallsWithoutARecordHaveUsedIsKeptToo) {
    go_to("2026-03-01T10:00:00Z");
    money(1.0);
    begin();
    start();
    for (int i = 0; i < 3; ++i) {
        deliver_->enqueue({{.run = RunId{1},
                            .step = "read",
                            .instance = "crm",
                            .operation = "create",
                            .idempotency_key = "read" + std::to_string(i),
                            .created = now(),
                            .not_before = now()},
                           {},
                           true});
    }
    ASSERT_TRUE(settled(3, milliseconds{0}));

    deliver_.reset();
    make();
    load();

    EXPECT_EQ(used(), 0.75);
}

TEST_F(SpendingTest, KeepingIsOneUnitAtATimeHoweverManyAsk) {
    go_to("2026-03-01T10:00:00Z");
    money(100.0);
    std::promise<void> go;
    database_->submit(
        [held = go.get_future().share()](db::Unit&) -> Result<> {
            held.wait();
            return {};
        },
        [](const Result<>&) {});
    const auto before = database_->counters().units;
    for (int i = 0; i < 100; ++i) {
        EXPECT_FALSE(budgets_->take("crm", "create", {}, Priority::person));
        budgets_->keep_soon(*database_);
    }
    EXPECT_LE(database_->queued(), 2u);

    go.set_value();
    make();
    load();

    EXPECT_EQ(used(), 25.0);
    EXPECT_EQ(database_->counters().units - before, 2u) << "the one that held back the others, and one";
    budgets_->keep_soon(*database_);
    make();
    EXPECT_EQ(database_->counters().units - before, 2u) << "nothing has changed";
}

TEST_F(SpendingTest, WhatTheDiskHadNoRoomForIsKeptLater) {
    go_to("2026-03-01T10:00:00Z");
    std::atomic<bool> full{false};
    money(1.0);
    begin_with_disk(full);
    EXPECT_EQ(taken(Priority::person, 2), 2);
    full = true;
    budgets_->keep_soon(*database_);
    ASSERT_TRUE(passes([&] { return database_->counters().disk_full > 0; }, milliseconds{0}));
    full = false;
    // The one that failed may still be under way: then this asks for nothing.
    ASSERT_TRUE(passes(
        [&] {
            budgets_->keep_soon(*database_);
            const auto rows = read([](db::Reader& reader) { return store::Spending::list(reader); }).value();
            return !rows.empty() && rows.front().used == 0.5;
        },
        milliseconds{0}));
    budgets_.reset();
    deliver_.reset();
    database_.reset();
}

}  // namespace
}  // namespace maillon::deliver
