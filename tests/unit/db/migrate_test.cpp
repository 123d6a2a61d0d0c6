#include "tests/unit/db/every_store.h"
#include "tests/unit/db/pairs.h"

#include <gmock/gmock.h>

namespace maillon::db {
namespace {

using testing::HasSubstr;

class MigrateTest : public test::EveryStoreTest {
protected:
    Result<std::unique_ptr<Database>> open(std::vector<Migration> steps) {
        return Database::open({.url = place_->url(), .clock = &clock_, .migrations = std::move(steps)});
    }

    std::vector<std::string> tables(Database& database) const {
        const auto* sql = is_sqlite() ? "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
                                      : "SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname ="
                                        " current_schema() AND tablename <> 'store_writer' ORDER BY 1";
        return *database.read([&](Reader& reader) { return reader.rows<std::string>(sql); });
    }

    FakeClock clock_;
    const Migration first_{"part", 1, {"CREATE TABLE one (n {int})"}};
    const Migration second_{"part", 2, {"CREATE TABLE two (n {int})", "INSERT INTO one (n) VALUES (2)"}};
};

TEST_P(MigrateTest, BuildsAnEmptyStoreStepByStep) {
    auto database = open({first_, second_});

    ASSERT_TRUE(database) << database.error().what;
    EXPECT_THAT(tables(**database), testing::ElementsAre("one", "schema_steps", "two"));
}

TEST_P(MigrateTest, AppliesOnlyWhatIsNew) {
    { ASSERT_TRUE(open({first_})); }
    { ASSERT_TRUE(open({first_, second_})); }

    auto database = open({first_, second_});

    ASSERT_TRUE(database) << database.error().what;
    EXPECT_EQ((*database)->read([](Reader& reader) { return reader.rows<int>("SELECT n FROM one"); }).value(),
              std::vector{2});
}

TEST_P(MigrateTest, RefusesAStoreOfANewerProgram) {
    { ASSERT_TRUE(open({first_, second_})); }

    auto database = open({first_});

    ASSERT_FALSE(database);
    EXPECT_EQ(database.error().kind, FaultKind::config);
    EXPECT_THAT(database.error().what, HasSubstr("newer Maillon"));
    EXPECT_THAT(database.error().what, HasSubstr("part has version 2, this program knows 1"));
}

TEST_P(MigrateTest, RefusesAPartThatItDoesNotKnow) {
    { ASSERT_TRUE(open({first_, {"extra", 1, {}}})); }

    EXPECT_FALSE(open({first_}));
}

TEST_P(MigrateTest, AStepThatFailsLeavesNothingBehind) {
    { ASSERT_TRUE(open({first_})); }
    const Migration broken{"part", 2, {"CREATE TABLE two (n {int})", "CREATE TABLE one (n {int})"}};

    auto failed = open({first_, broken});
    auto database = open({first_});

    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().what, HasSubstr("part 2"));
    ASSERT_TRUE(database) << database.error().what;
    EXPECT_THAT(tables(**database), testing::ElementsAre("one", "schema_steps"));
}

MAILLON_ON_EVERY_STORE(MigrateTest);

}  // namespace
}  // namespace maillon::db
