#include "tests/unit/db/database_fixture.h"

#include <atomic>
#include <thread>

namespace maillon::db {
namespace {

using test::Pairs;
using testing::ElementsAre;

/// A unit that tells that it has begun, and waits until it may end.
class Held {
public:
    Database::Work work(std::int64_t n) {
        return [this, n, may_end = may_end_.get_future().share()](Unit& unit) {
            begun_.set_value();
            may_end.wait();
            return Pairs::put(unit, n);
        };
    }
    void wait_until_begun() { begun_.get_future().wait(); }
    void let_go() { may_end_.set_value(); }

private:
    std::promise<void> begun_, may_end_;
};

class LentTurnTest : public DatabaseTest {
protected:
    Result<void> is_written_by(std::thread::id& writes, std::int64_t n) {
        std::promise<Result<void>> outcome;
        database_->write_here(
            [&writes, n](Unit& unit) {
                writes = std::this_thread::get_id();
                return Pairs::put(unit, n);
            },
            [&](Result<void> result) { outcome.set_value(std::move(result)); });
        return outcome.get_future().get();
    }
};

TEST_P(LentTurnTest, WhileNothingIsToBeWrittenTheCallerWrites) {
    std::thread::id writes;
    const auto before = database_->counters().units;

    for (int n = 0; n < 3; ++n) {
        ASSERT_TRUE(is_written_by(writes, n));
        EXPECT_EQ(writes == std::this_thread::get_id(), is_sqlite()) << "a server's answer takes longer";
    }
    EXPECT_THAT(Pairs::lefts(*database_), ElementsAre(0, 1, 2));
    EXPECT_EQ(database_->counters().units - before, 3u);
}

TEST_P(LentTurnTest, BehindOneThatIsBeingWrittenItWaitsInTheQueue) {
    Held first;
    std::promise<Result<void>> first_done, second_done;
    std::thread::id writes;
    submit(first.work(1), first_done);
    first.wait_until_begun();

    database_->write_here(
        [&writes](Unit& unit) {
            writes = std::this_thread::get_id();
            return Pairs::put(unit, 2);
        },
        [&](Result<void> result) { second_done.set_value(std::move(result)); });

    EXPECT_EQ(database_->queued(), 1u) << "nobody was kept waiting";
    first.let_go();
    EXPECT_TRUE(first_done.get_future().get());
    EXPECT_TRUE(second_done.get_future().get());
    EXPECT_NE(writes, std::this_thread::get_id());
}

TEST_P(LentTurnTest, WhatComesMeanwhileIsWrittenNext) {
    Held lent;
    std::promise<Result<void>> next;
    std::vector<int> order;
    std::thread caller([&] {
        database_->write_here(lent.work(1), [&](const Result<void>& done) {
            EXPECT_TRUE(done);
            order.push_back(1);
        });
    });
    lent.wait_until_begun();
    database_->submit([](Unit& unit) { return Pairs::put(unit, 2); },
                      [&](Result<void> done) {
                          order.push_back(2);
                          next.set_value(std::move(done));
                      });
    EXPECT_EQ(database_->queued(), 1u);
    lent.let_go();
    caller.join();

    EXPECT_TRUE(next.get_future().get());
    EXPECT_THAT(order, ElementsAre(1, 2)) << "told in the order of the commits";
}

TEST_P(LentTurnTest, FromWithinAnAnswerItIsQueued) {
    std::promise<Result<void>> second;
    database_->write_here([](Unit& unit) { return Pairs::put(unit, 1); },
                          [&](const Result<void>& done) {
                              EXPECT_TRUE(done);
                              database_->write_here(
                                  [](Unit& unit) { return Pairs::put(unit, 2); },
                                  [&](Result<void> result) { second.set_value(std::move(result)); });
                          });

    EXPECT_TRUE(second.get_future().get());
    EXPECT_THAT(Pairs::lefts(*database_), ElementsAre(1, 2));
}

TEST_P(LentTurnTest, AFailedUnitLeavesNothingAndTheNextIsWritten) {
    const auto failed = database_->run([](Unit& unit) -> Result<void> {
        auto put = Pairs::put(unit, 1);
        return put ? Result<void>(rejected("no")) : put;
    });
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().what, "no");

    EXPECT_TRUE(database_->run([](Unit& unit) { return Pairs::put(unit, 2); }));
    EXPECT_THAT(Pairs::lefts(*database_), ElementsAre(2));
    EXPECT_EQ(database_->counters().failed_units, 1u);
}

TEST_P(LentTurnTest, ClosingWaitsForWhoeverWrites) {
    Held lent;
    Result<void> outcome = rejected("not told");
    std::thread caller(
        [&] { database_->write_here(lent.work(1), [&](Result<void> done) { outcome = std::move(done); }); });
    lent.wait_until_begun();
    std::thread closer([&] { database_->close(); });
    const auto is_closing = std::make_shared<std::atomic<bool>>(false);
    while (!*is_closing) {
        database_->submit([](Unit&) -> Result<void> { return {}; },
                          [is_closing](const Result<void>& done) { *is_closing = !done; });
        std::this_thread::yield();
    }
    lent.let_go();
    caller.join();
    closer.join();

    EXPECT_TRUE(outcome) << outcome.error().what;
    open(options());
    EXPECT_THAT(Pairs::lefts(*database_), ElementsAre(1));
}

MAILLON_ON_EVERY_STORE(LentTurnTest);

}  // namespace
}  // namespace maillon::db
