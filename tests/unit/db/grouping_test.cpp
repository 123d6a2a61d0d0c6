#include "tests/unit/db/database_fixture.h"

#include <atomic>
#include <thread>

namespace maillon::db {
namespace {

using test::Pairs;
using testing::ElementsAre;

class GroupingTest : public DatabaseTest {};

TEST_P(GroupingTest, RollsBackAFailedUnitAlone) {
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

TEST_P(GroupingTest, AUnitSeesTheUnitsBeforeItInTheSameGroup) {
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

TEST_P(GroupingTest, GathersWhatIsQueuedIntoOneCommit) {
    std::vector<Database::Work> units;
    for (int n = 0; n < 100; ++n) units.push_back([n](Unit& unit) { return Pairs::put(unit, n); });
    const auto before = database_->counters();

    run_together(std::move(units));

    EXPECT_EQ(database_->counters().units - before.units, 101u);
    EXPECT_EQ(database_->counters().commits - before.commits, 1u);
}

TEST_P(GroupingTest, EndsAGroupAtItsMostUnits) {
    auto tens = options();
    tens.group_units = 10;
    open(std::move(tens));
    std::vector<Database::Work> units;
    for (int n = 0; n < 99; ++n) units.push_back([n](Unit& unit) { return Pairs::put(unit, n); });

    run_together(std::move(units));

    EXPECT_EQ(database_->counters().commits, 10u);
}

TEST_P(GroupingTest, EndsAGroupAfterItsTime) {
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

TEST_P(GroupingTest, TellsOutcomesInOrderAfterTheCommit) {
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

TEST_P(GroupingTest, DoneMaySubmitTheNextUnit) {
    std::promise<Result<void>> second;
    database_->submit(
        [](Unit& unit) { return Pairs::put(unit, 1); },
        [&](const Result<void>&) { submit([](Unit& unit) { return Pairs::put(unit, 2); }, second); });

    EXPECT_TRUE(second.get_future().get());
    EXPECT_THAT(Pairs::lefts(*database_), ElementsAre(1, 2));
}

TEST_P(GroupingTest, ManyThreadsMaySubmit) {
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

TEST_P(GroupingTest, UndoesAnyUnitsOfAGroupAndNoOthers) {
    for (int which = 0; which < 16; ++which) {
        std::vector<Database::Work> units;
        std::set<std::int64_t> expected;
        for (int k = 0; k < 4; ++k) {
            const int n = which * 10 + k;
            const bool fails = (which >> k & 1) != 0;
            if (!fails) expected.insert(n);
            units.push_back([n, fails](Unit& unit) -> Result<void> {
                auto put = Pairs::put(unit, n);
                return put && fails ? Result<void>(rejected("no")) : put;
            });
        }
        const auto before = Pairs::lefts(*database_);

        run_together(std::move(units));

        auto after = Pairs::lefts(*database_);
        for (const auto n : before) after.erase(n);
        EXPECT_EQ(after, expected) << "pattern " << which;
        EXPECT_EQ(Pairs::lefts(*database_), Pairs::rights(*database_));
    }
}

MAILLON_ON_EVERY_STORE(GroupingTest);

}  // namespace
}  // namespace maillon::db
