#include "tests/unit/db/database_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace maillon::db {
namespace {

using test::Pairs;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_P(DatabaseTest, KeepsAUnitAndShowsItToReaders) {
    const auto done = database_->run([](Unit& unit) { return Pairs::put(unit, 7); });

    EXPECT_TRUE(done);
    EXPECT_THAT(Pairs::lefts(*database_), ElementsAre(7));
    EXPECT_THAT(Pairs::rights(*database_), ElementsAre(7));
}

TEST_P(DatabaseTest, KeepsUnitsAcrossReopening) {
    ASSERT_TRUE(database_->run([](Unit& unit) { return Pairs::put(unit, 7); }));

    open(options());

    EXPECT_THAT(Pairs::lefts(*database_), ElementsAre(7));
}

TEST_P(DatabaseTest, RefusesAStoreThatItDoesNotKnow) {
    const auto opened = Database::open({.url = "mysql://somewhere", .clock = &clock_});

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, FaultKind::config);
    EXPECT_THAT(opened.error().what, HasSubstr("mysql:"));
    EXPECT_THAT(opened.error().what, HasSubstr("sqlite:"));
    EXPECT_THAT(opened.error().what, HasSubstr("postgresql:"));
}

TEST_P(DatabaseTest, AStatementThatFailsFailsTheUnitWhateverItReturns) {
    const auto done = database_->run([](Unit& unit) -> Result<void> {
        EXPECT_TRUE(Pairs::put(unit, 1));
        EXPECT_FALSE(unit.exec("INSERT INTO lefts (n, note) VALUES (:n, '')", {1}));
        return {};
    });

    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, FaultKind::internal);
    EXPECT_THAT(Pairs::rights(*database_), IsEmpty());
}

TEST_P(DatabaseTest, NamesTheRefusalButNotTheValues) {
    const auto done = database_->run([](Unit& unit) -> Result<void> {
        auto put =
            unit.exec("INSERT INTO lefts (n, note) VALUES (:n, :note)", {1, Param(Kind::text, nullptr)});
        EXPECT_FALSE(put);
        return Pairs::put(unit, 4711, "anne@example.com");
    });

    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().what, HasSubstr(is_sqlite() ? "NOT NULL" : "not-null"));
    EXPECT_THAT(done.error().what, testing::Not(HasSubstr("anne@example.com")));
}

TEST_P(DatabaseTest, TurnsAnExceptionOfTheWorkIntoItsFault) {
    const auto done = database_->run([](Unit& unit) -> Result<void> {
        EXPECT_TRUE(Pairs::put(unit, 1));
        throw std::runtime_error("out of luck");
    });

    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().what, HasSubstr("out of luck"));
    EXPECT_THAT(Pairs::lefts(*database_), IsEmpty());
    EXPECT_TRUE(database_->run([](Unit& unit) { return Pairs::put(unit, 1); }));
}

TEST_P(DatabaseTest, ClosingFinishesWhatIsQueuedAndRefusesTheRest) {
    std::atomic<int> kept{0};
    for (int n = 0; n < 50; ++n)
        database_->submit([n](Unit& unit) { return Pairs::put(unit, n); },
                          [&](const Result<void>& outcome) { kept += outcome ? 1 : 0; });

    database_->close();

    EXPECT_EQ(kept, 50);
    const auto late = database_->run([](Unit& unit) { return Pairs::put(unit, 99); });
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, FaultKind::cancelled);
    EXPECT_FALSE(database_->read([](Reader&) -> Result<void> { return {}; }));
}

TEST_P(DatabaseTest, AReaderCannotWrite) {
    const auto done = database_->read([](Reader& reader) -> Result<void> {
        auto put = reader.rows<int>("INSERT INTO lefts (n, note) VALUES (1, '') RETURNING n");
        return put ? Result<void>{} : Result<void>(put.error());
    });

    EXPECT_FALSE(done);
    EXPECT_THAT(Pairs::lefts(*database_), IsEmpty());
}

TEST_P(DatabaseTest, AReaderSeesOneMomentThroughout) {
    const auto done = database_->read([&](Reader& reader) -> Result<void> {
        const auto count = [&] { return **reader.row<int>("SELECT count(*) FROM lefts"); };
        EXPECT_EQ(count(), 0);
        EXPECT_TRUE(database_->run([](Unit& unit) { return Pairs::put(unit, 1); }));
        EXPECT_EQ(count(), 0);
        return {};
    });

    EXPECT_TRUE(done);
    EXPECT_THAT(Pairs::lefts(*database_), ElementsAre(1));
}

TEST_P(DatabaseTest, MoreReadersThanConnectionsTakeTurns) {
    ASSERT_TRUE(database_->run([](Unit& unit) { return Pairs::put(unit, 1); }));
    std::atomic<int> right{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 12; ++i)
        threads.emplace_back([&] {
            for (int k = 0; k < 50; ++k)
                right += Pairs::lefts(*database_) == std::set<std::int64_t>{1} ? 1 : 0;
        });
    for (auto& thread : threads) thread.join();

    EXPECT_EQ(right, 600);
}

TEST_P(DatabaseTest, SaysWhatItTakes) {
    const auto before = database_->bytes();
    ASSERT_TRUE(database_->run([](Unit& unit) {
        // No text that could be compressed.
        std::string text;
        for (int i = 0; i < 60'000; ++i) text += std::to_string(i * 7919L % 104729);
        return Pairs::put(unit, 1, text);
    }));

    ASSERT_TRUE(before) << before.error().what;
    EXPECT_GT(*before, 0);
    EXPECT_GT(database_->bytes().value(), *before + 100'000);
    EXPECT_EQ(database_->trouble(), "");
}

MAILLON_ON_EVERY_STORE(DatabaseTest);

}  // namespace
}  // namespace maillon::db
