#include "tests/unit/db/pairs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace maillon::db {
namespace {

using test::Pairs;
using testing::HasSubstr;

/// What holds for a store in a file only.
class SqliteFileTest : public testing::Test {
protected:
    void SetUp() override { open(test::pair_options(folder_, clock_)); }

    void open(Options options) {
        database_.reset();
        auto opened = Database::open(std::move(options));
        ASSERT_TRUE(opened) << opened.error().what;
        database_ = std::move(*opened);
    }

    test::TemporaryFolder folder_;
    FakeClock clock_;
    std::unique_ptr<Database> database_;
};

TEST_F(SqliteFileTest, CreatesFolderAndFilesForTheOwnerAlone) {
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

TEST_F(SqliteFileTest, ClosingEmptiesTheLog) {
    ASSERT_TRUE(database_->run([](Unit& unit) { return Pairs::put(unit, 1, std::string(100'000, 'x')); }));
    ASSERT_GT(std::filesystem::file_size(folder_.file("maillon.db-wal")), 100'000u);

    database_->close();

    EXPECT_FALSE(std::filesystem::exists(folder_.file("maillon.db-wal")));
    EXPECT_GT(std::filesystem::file_size(folder_.file("maillon.db")), 100'000u);
}

TEST_F(SqliteFileTest, CheckpointsWhenTheLogHasGrown) {
    auto options = test::pair_options(folder_, clock_);
    options.checkpoint_pages = 50;
    open(std::move(options));
    const std::string page(4000, 'x');

    for (int n = 0; n < 200; ++n)
        ASSERT_TRUE(database_->run([&](Unit& unit) { return Pairs::put(unit, n, page); }));

    EXPECT_GE(database_->counters().checkpoints, 4u);
    EXPECT_LT(std::filesystem::file_size(folder_.file("maillon.db-wal")), 150u * 4200u);
}

TEST_F(SqliteFileTest, RefusesAFileThatIsNoDatabase) {
    const test::TemporaryFolder folder;
    std::ofstream(folder.file("maillon.db")) << std::string(8192, 'x');

    auto database = Database::open(test::pair_options(folder, clock_));

    ASSERT_FALSE(database);
    EXPECT_THAT(database.error().what, HasSubstr("maillon.db"));
    EXPECT_EQ(std::filesystem::file_size(folder.file("maillon.db")), 8192u) << "the file was touched";
}

TEST_F(SqliteFileTest, RefusesTheDatabaseOfAnotherProgram) {
    ASSERT_TRUE(database_->run([](Unit& unit) -> Result<void> {
        auto done = unit.exec("PRAGMA application_id = 7");
        return done ? Result<void>{} : Result<void>(done.error());
    }));
    database_.reset();

    auto database = Database::open(test::pair_options(folder_, clock_));

    ASSERT_FALSE(database);
    EXPECT_THAT(database.error().what, HasSubstr("not a store of Maillon"));
}

}  // namespace
}  // namespace maillon::db
