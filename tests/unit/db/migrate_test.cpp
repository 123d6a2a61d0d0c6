#include "tests/unit/db/pairs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace maillon::db {
namespace {

using testing::HasSubstr;

class MigrateTest : public testing::Test {
protected:
    Result<std::unique_ptr<Database>> open(std::vector<Migration> steps) {
        return Database::open({.url = folder_.url(), .clock = &clock_, .migrations = std::move(steps)});
    }

    static std::vector<std::string> tables(Database& database) {
        return *database.read([](Reader& reader) {
            return reader.rows<std::string>(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
        });
    }

    test::TemporaryFolder folder_;
    FakeClock clock_;
    const Migration first_{"part", 1, {"CREATE TABLE one (n {int})"}};
    const Migration second_{"part", 2, {"CREATE TABLE two (n {int})", "INSERT INTO one (n) VALUES (2)"}};
};

TEST_F(MigrateTest, BuildsAnEmptyStoreStepByStep) {
    auto database = open({first_, second_});

    ASSERT_TRUE(database) << database.error().what;
    EXPECT_THAT(tables(**database), testing::ElementsAre("one", "schema_steps", "two"));
}

TEST_F(MigrateTest, AppliesOnlyWhatIsNew) {
    { ASSERT_TRUE(open({first_})); }
    { ASSERT_TRUE(open({first_, second_})); }

    auto database = open({first_, second_});

    ASSERT_TRUE(database) << database.error().what;
    EXPECT_EQ((*database)->read([](Reader& reader) { return reader.rows<int>("SELECT n FROM one"); }).value(),
              std::vector{2});
}

TEST_F(MigrateTest, RefusesAStoreOfANewerProgram) {
    { ASSERT_TRUE(open({first_, second_})); }

    auto database = open({first_});

    ASSERT_FALSE(database);
    EXPECT_EQ(database.error().kind, FaultKind::config);
    EXPECT_THAT(database.error().what, HasSubstr("newer Maillon"));
    EXPECT_THAT(database.error().what, HasSubstr("part has version 2, this program knows 1"));
}

TEST_F(MigrateTest, RefusesAPartThatItDoesNotKnow) {
    { ASSERT_TRUE(open({first_, {"extra", 1, {}}})); }

    EXPECT_FALSE(open({first_}));
}

TEST_F(MigrateTest, AStepThatFailsLeavesNothingBehind) {
    { ASSERT_TRUE(open({first_})); }
    const Migration broken{"part", 2, {"CREATE TABLE two (n {int})", "CREATE TABLE one (n {int})"}};

    auto failed = open({first_, broken});
    auto database = open({first_});

    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().what, HasSubstr("part 2"));
    ASSERT_TRUE(database) << database.error().what;
    EXPECT_THAT(tables(**database), testing::ElementsAre("one", "schema_steps"));
}

TEST_F(MigrateTest, RefusesAFileThatIsNoDatabase) {
    std::ofstream(folder_.file("maillon.db")) << std::string(8192, 'x');

    auto database = open({first_});

    ASSERT_FALSE(database);
    EXPECT_THAT(database.error().what, HasSubstr("maillon.db"));
    EXPECT_EQ(std::filesystem::file_size(folder_.file("maillon.db")), 8192u) << "the file was touched";
}

TEST_F(MigrateTest, RefusesTheDatabaseOfAnotherProgram) {
    {
        auto ours = open({first_});
        ASSERT_TRUE(ours);
        ASSERT_TRUE((*ours)->run([](Unit& unit) -> Result<void> {
            auto done = unit.exec("PRAGMA application_id = 7");
            return done ? Result<void>{} : Result<void>(done.error());
        }));
    }

    auto database = open({first_});

    ASSERT_FALSE(database);
    EXPECT_THAT(database.error().what, HasSubstr("not a store of Maillon"));
}

}  // namespace
}  // namespace maillon::db
