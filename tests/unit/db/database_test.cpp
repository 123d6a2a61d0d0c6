#include "tests/unit/db/database_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace maillon::db {
namespace {

using test::Pairs;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(DatabaseTest, KeepsAUnitAndShowsItToReaders) {
    const auto done = database_->run([](Unit& unit) { return Pairs::put(unit, 7); });

    EXPECT_TRUE(done);
    EXPECT_THAT(Pairs::lefts(*database_), ElementsAre(7));
    EXPECT_THAT(Pairs::rights(*database_), ElementsAre(7));
}

TEST_F(DatabaseTest, KeepsUnitsAcrossReopening) {
    ASSERT_TRUE(database_->run([](Unit& unit) { return Pairs::put(unit, 7); }));

    open(test::pair_options(folder_, clock_));

    EXPECT_THAT(Pairs::lefts(*database_), ElementsAre(7));
}

TEST_F(DatabaseTest, CreatesFolderAndFilesForTheOwnerAlone) {
    open({.url = folder_.url("deep/er/maillon.db"), .clock = &clock_});

    struct stat folder {};
    struct stat file {};
    ASSERT_EQ(::stat(folder_.file("deep/er").c_str(), &folder), 0);
    ASSERT_EQ(::stat(folder_.file("deep/er/maillon.db").c_str(), &file), 0);
    EXPECT_EQ(folder.st_mode & 0777, 0700u);
    EXPECT_EQ(file.st_mode & 0777, 0600u);
    for (const auto* name : {"deep/er/maillon.db-wal", "deep/er/maillon.db.lock"}) {
        ASSERT_EQ(::stat(folder_.file(name).c_str(), &file), 0) << name;
        EXPECT_EQ(file.st_mode & 0777, 0600u) << name;
    }
}

TEST_F(DatabaseTest, RefusesAStoreThatItDoesNotKnow) {
    const auto opened = Database::open({.url = "mysql://somewhere", .clock = &clock_});

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, FaultKind::config);
    EXPECT_THAT(opened.error().what, HasSubstr("mysql://somewhere"));
}

TEST_F(DatabaseTest, AStatementThatFailsFailsTheUnitWhateverItReturns) {
    const auto done = database_->run([](Unit& unit) -> Result<void> {
        EXPECT_TRUE(Pairs::put(unit, 1));
        EXPECT_FALSE(unit.exec("INSERT INTO lefts (n, note) VALUES (:n, '')", {1}));
        return {};
    });

    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, FaultKind::internal);
    EXPECT_THAT(Pairs::rights(*database_), IsEmpty());
}

TEST_F(DatabaseTest, NamesTheRefusalButNotTheValues) {
    const auto done = database_->run([](Unit& unit) -> Result<void> {
        auto put =
            unit.exec("INSERT INTO lefts (n, note) VALUES (:n, :note)", {1, Param(Kind::text, nullptr)});
        EXPECT_FALSE(put);
        return Pairs::put(unit, 4711, "anne@example.com");
    });

    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().what, HasSubstr("NOT NULL"));
    EXPECT_THAT(done.error().what, testing::Not(HasSubstr("anne@example.com")));
}

TEST_F(DatabaseTest, TurnsAnExceptionOfTheWorkIntoItsFault) {
    const auto done = database_->run([](Unit& unit) -> Result<void> {
        EXPECT_TRUE(Pairs::put(unit, 1));
        throw std::runtime_error("out of luck");
    });

    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().what, HasSubstr("out of luck"));
    EXPECT_THAT(Pairs::lefts(*database_), IsEmpty());
    EXPECT_TRUE(database_->run([](Unit& unit) { return Pairs::put(unit, 1); }));
}

TEST_F(DatabaseTest, ClosingFinishesWhatIsQueuedAndRefusesTheRest) {
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

TEST_F(DatabaseTest, ClosingEmptiesTheLog) {
    ASSERT_TRUE(database_->run([](Unit& unit) { return Pairs::put(unit, 1, std::string(100'000, 'x')); }));
    ASSERT_GT(std::filesystem::file_size(folder_.file("maillon.db-wal")), 100'000u);

    database_->close();

    EXPECT_FALSE(std::filesystem::exists(folder_.file("maillon.db-wal")));
    EXPECT_GT(std::filesystem::file_size(folder_.file("maillon.db")), 100'000u);
}

TEST_F(DatabaseTest, CheckpointsWhenTheLogHasGrown) {
    auto options = test::pair_options(folder_, clock_);
    options.checkpoint_pages = 50;
    open(std::move(options));
    const std::string page(4000, 'x');

    for (int n = 0; n < 200; ++n)
        ASSERT_TRUE(database_->run([&](Unit& unit) { return Pairs::put(unit, n, page); }));

    EXPECT_GE(database_->counters().checkpoints, 4u);
    EXPECT_LT(std::filesystem::file_size(folder_.file("maillon.db-wal")), 150u * 4200u);
}

TEST_F(DatabaseTest, AReaderCannotWrite) {
    const auto done = database_->read([](Reader& reader) -> Result<void> {
        auto put = reader.rows<int>("INSERT INTO lefts (n, note) VALUES (1, '') RETURNING n");
        return put ? Result<void>{} : Result<void>(put.error());
    });

    EXPECT_FALSE(done);
    EXPECT_THAT(Pairs::lefts(*database_), IsEmpty());
}

TEST_F(DatabaseTest, AReaderSeesOneMomentThroughout) {
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

TEST_F(DatabaseTest, MoreReadersThanConnectionsTakeTurns) {
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

}  // namespace
}  // namespace maillon::db
