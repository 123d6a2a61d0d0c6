#include "tests/unit/db/database_fixture.h"

#include <atomic>
#include <thread>

namespace maillon::db {
namespace {

using test::Pairs;
using testing::ElementsAre;

using GroupingTest = DatabaseTest;

TEST_F(GroupingTest, RollsBackAFailedUnitAlone) {
    const auto outcomes = run_together({
        [](Unit& unit) { return Pairs::put(unit, 1); },
        [](Unit& unit) -> Result<void> {
            auto put = Pairs::put(unit, 2);
            return put ? Result<void>(rejected("no")) : put;
        },
        [](Unit& unit) { return Pairs::put(unit, 3); },
    });

    EXPECT_TRUE(outcomes[0]);
    ASSERT_FALSE(outcomes[1]);
    EXPECT_EQ(outcomes[1].error().what, "no");
    EXPECT_TRUE(outcomes[2]);
    EXPECT_THAT(Pairs::lefts(*database_), ElementsAre(1, 3));
    EXPECT_THAT(Pairs::rights(*database_), ElementsAre(1, 3));
    EXPECT_EQ(database_->counters().failed_units, 1u);
}

TEST_F(GroupingTest, AUnitSeesTheUnitsBeforeItInTheSameGroup) {
    std::optional<std::int64_t> seen;
    run_together({
        [](Unit& unit) { return Pairs::put(unit, 5); },
        [&seen](Unit& unit) -> Result<void> {
            auto row = unit.row<std::int64_t>("SELECT n FROM lefts");
            if (!row) return row.error();
            seen = *row;
            return {};
        },
    });

    EXPECT_EQ(seen, 5);
}

TEST_F(GroupingTest, GathersWhatIsQueuedIntoOneCommit) {
    std::vector<Database::Work> units;
    for (int n = 0; n < 100; ++n) units.push_back([n](Unit& unit) { return Pairs::put(unit, n); });
    const auto before = database_->counters();

    run_together(std::move(units));

    EXPECT_EQ(database_->counters().units - before.units, 101u);
    EXPECT_EQ(database_->counters().commits - before.commits, 1u);
}

TEST_F(GroupingTest, EndsAGroupAtItsMostUnits) {
    auto options = test::pair_options(folder_, clock_);
    options.group_units = 10;
    open(std::move(options));
    std::vector<Database::Work> units;
    for (int n = 0; n < 99; ++n) units.push_back([n](Unit& unit) { return Pairs::put(unit, n); });

    run_together(std::move(units));

    EXPECT_EQ(database_->counters().commits, 10u);
}

TEST_F(GroupingTest, EndsAGroupAfterItsTime) {
    std::vector<Database::Work> units;
    for (int n = 0; n < 9; ++n)
        units.push_back([this, n](Unit& unit) {
            clock_.advance(std::chrono::milliseconds{10});
            return Pairs::put(unit, n);
        });

    run_together(std::move(units));

    EXPECT_EQ(database_->counters().commits, 5u)
        << "20 ms are two units of 10 ms each, the gate takes no time";
}

TEST_F(GroupingTest, TellsOutcomesInOrderAfterTheCommit) {
    std::vector<int> told;
    std::promise<void> all;
    std::promise<void> started;
    std::promise<void> gate;
    database_->submit(
        [&started, opened = gate.get_future().share()](Unit&) -> Result<void> {
            started.set_value();
            opened.wait();
            return {};
        },
        [](const Result<void>&) {});
    started.get_future().wait();
    for (int n = 0; n < 20; ++n)
        database_->submit([n](Unit& unit) { return Pairs::put(unit, n); },
                          [&, n](const Result<void>&) {
                              EXPECT_TRUE(Pairs::lefts(*database_).contains(n));
                              told.push_back(n);
                              if (n == 19) all.set_value();
                          });
    EXPECT_EQ(database_->queued(), 20u);
    gate.set_value();
    all.get_future().wait();

    EXPECT_EQ(told.size(), 20u);
    EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
}

TEST_F(GroupingTest, DoneMaySubmitTheNextUnit) {
    std::promise<Result<void>> second;
    database_->submit(
        [](Unit& unit) { return Pairs::put(unit, 1); },
        [&](const Result<void>&) { submit([](Unit& unit) { return Pairs::put(unit, 2); }, second); });

    EXPECT_TRUE(second.get_future().get());
    EXPECT_THAT(Pairs::lefts(*database_), ElementsAre(1, 2));
}

TEST_F(GroupingTest, ManyThreadsMaySubmit) {
    std::atomic<int> kept{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int n = 0; n < 50; ++n)
                kept += database_->run([=](Unit& unit) { return Pairs::put(unit, t * 1000 + n); }) ? 1 : 0;
        });
    for (auto& thread : threads) thread.join();

    EXPECT_EQ(kept, 200);
    EXPECT_EQ(Pairs::rights(*database_).size(), 200u);
}

}  // namespace
}  // namespace maillon::db
