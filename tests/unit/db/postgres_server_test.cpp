#include "tests/unit/db/postgres_fixture.h"

namespace maillon::db {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// What an administrator reads when the server is not as the hub needs it.
class PostgresServerTest : public PostgresTest {
protected:
    Fault refusal(const std::string& url) const {
        auto database = Database::open(test::pair_options(url, clock_));
        EXPECT_FALSE(database) << "opened " << url;
        return database ? Fault{} : database.error();
    }
};

TEST_F(PostgresServerTest, NobodyThereIsSaidAndMayBeBetterLater) {
    const test::TemporaryFolder nowhere;

    const auto fault =
        refusal("postgresql://hub:S3cret@%2Ftmp%2F" + nowhere.path().filename().string() + "/crm");

    EXPECT_EQ(fault.kind, FaultKind::retry);
    EXPECT_THAT(fault.what,
                AllOf(HasSubstr("cannot be reached"), HasSubstr("/crm"), Not(HasSubstr("S3cret"))));
}

TEST_F(PostgresServerTest, AWrongPasswordIsSaidAndNotShown) {
    server_->sql("DROP ROLE IF EXISTS locked; CREATE ROLE locked LOGIN PASSWORD 'right'");

    const auto wrong = refusal(server_->url("maillon", "locked:S3cret"));
    const auto none = refusal(server_->url("maillon", "locked"));

    EXPECT_EQ(wrong.kind, FaultKind::config);
    EXPECT_THAT(wrong.what, AllOf(HasSubstr("password authentication failed"), HasSubstr("PGPASSFILE"),
                                  Not(HasSubstr("S3cret"))));
    EXPECT_THAT(none.what, AllOf(HasSubstr("no password supplied"), HasSubstr("PGPASSFILE")));
}

TEST_F(PostgresServerTest, TheRightPasswordOpensAndIsNoPartOfThePlace) {
    server_->sql(
        "DROP SCHEMA IF EXISTS locked; DROP ROLE IF EXISTS locked; CREATE ROLE locked LOGIN PASSWORD "
        "'S3cret';"
        "CREATE SCHEMA locked AUTHORIZATION locked");

    auto database = Database::open(test::pair_options(
        server_->url("maillon", "locked:S3cret", "?options=-csearch_path%3Dlocked"), clock_));

    ASSERT_TRUE(database) << database.error().what;
    EXPECT_THAT((*database)->place(), AllOf(HasSubstr("locked@"), Not(HasSubstr("S3cret"))));
    database->reset();
    server_->sql("DROP SCHEMA locked CASCADE");
}

TEST_F(PostgresServerTest, ADatabaseThatIsNotThereIsSaid) {
    const auto fault = refusal(server_->url("nowhere"));

    EXPECT_EQ(fault.kind, FaultKind::config);
    EXPECT_THAT(fault.what, AllOf(HasSubstr("\"nowhere\" does not exist"), HasSubstr("create it")));
}

TEST_F(PostgresServerTest, AUserWhomTheServerDoesNotLetInIsSaid) {
    server_->sql("DROP ROLE IF EXISTS stranger; CREATE ROLE stranger LOGIN");

    const auto fault = refusal(server_->url("maillon", "stranger"));

    EXPECT_THAT(fault.what, HasSubstr("stranger"));
    EXPECT_THAT(fault.what, HasSubstr("pg_hba.conf"));
}

TEST_F(PostgresServerTest, AnotherEncodingIsRefused) {
    server_->sql("DROP DATABASE IF EXISTS latin", "postgres");
    server_->sql("CREATE DATABASE latin OWNER maillon ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0",
                 "postgres");

    const auto fault = refusal(server_->url("latin"));

    EXPECT_EQ(fault.kind, FaultKind::config);
    EXPECT_THAT(fault.what, AllOf(HasSubstr("LATIN1"), HasSubstr("--encoding=UTF8")));
}

TEST_F(PostgresServerTest, AUserWhoMayNotCreateTablesIsTold) {
    server_->sql("DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN");

    const auto fault = refusal(server_->url("maillon", "guest"));

    EXPECT_EQ(fault.kind, FaultKind::config);
    EXPECT_THAT(fault.what,
                AllOf(HasSubstr("guest may not create tables"), HasSubstr("GRANT USAGE, CREATE")));
}

TEST_F(PostgresServerTest, ASchemaThatIsNotThereIsSaid) {
    const auto fault = refusal(server_->url("maillon", "maillon", "?options=-csearch_path%3Dnowhere"));

    EXPECT_THAT(fault.what, HasSubstr("no schema of the search path exists"));
}

TEST_F(PostgresServerTest, TablesOfAnotherProgramAreLeftAlone) {
    const auto schema = url_.substr(url_.rfind("%3D") + 3);
    server_->sql("CREATE TABLE " + schema + ".orders (id int)");

    const auto fault = refusal(url_);

    EXPECT_EQ(fault.kind, FaultKind::config);
    EXPECT_THAT(fault.what, HasSubstr("tables of another program"));
    EXPECT_EQ(server_->sql("SELECT tablename FROM pg_tables WHERE schemaname = '" + schema + "'").size(), 1u);
}

// A schema that stands before pg_catalog answers for the server.
TEST_F(PostgresServerTest, AnOldServerIsRefused) {
    const auto schema = url_.substr(url_.rfind("%3D") + 3);
    server_->sql(
        "CREATE FUNCTION " + schema +
        ".current_setting(name text) RETURNS text LANGUAGE sql AS"
        " $$ SELECT CASE name WHEN 'server_version_num' THEN '120022' WHEN 'server_version' THEN '12.22'"
        " ELSE pg_catalog.current_setting(name) END $$");

    const auto fault = refusal(url_ + "%2Cpg_catalog");

    EXPECT_EQ(fault.kind, FaultKind::config);
    EXPECT_THAT(fault.what, AllOf(HasSubstr("12.22 is too old"), HasSubstr("13 or newer")));
}

TEST_F(PostgresServerTest, ACopyThatCannotBeWrittenMayBecomeTheServerLater) {
    const auto schema = url_.substr(url_.rfind("%3D") + 3);
    server_->sql("CREATE FUNCTION " + schema +
                 ".pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS $$ SELECT true $$");

    const auto fault = refusal(url_ + "%2Cpg_catalog");

    EXPECT_EQ(fault.kind, FaultKind::retry);
    EXPECT_THAT(fault.what, HasSubstr("target_session_attrs=read-write"));
}

TEST_F(PostgresServerTest, ASessionBehindAPoolerIsRefused) {
    const auto schema = url_.substr(url_.rfind("%3D") + 3);
    server_->sql("CREATE FUNCTION " + schema +
                 ".pg_backend_pid() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$");

    const auto fault = refusal(url_ + "%2Cpg_catalog");

    EXPECT_EQ(fault.kind, FaultKind::config);
    EXPECT_THAT(fault.what, HasSubstr("pool"));
}

TEST_F(PostgresServerTest, CommitsWaitForTheDiskWhateverTheRoleIsSetTo) {
    server_->sql("ALTER ROLE maillon SET synchronous_commit = off");

    auto database = open();
    ASSERT_TRUE(database) << database.error().what;
    std::optional<std::string> setting;
    const auto asked = (*database)->run([&](Unit& unit) -> Result<void> {
        auto row = unit.row<std::string>("SELECT current_setting('synchronous_commit')");
        if (row) setting = *row;
        return {};
    });
    server_->sql("ALTER ROLE maillon RESET synchronous_commit");

    EXPECT_TRUE(asked);
    EXPECT_EQ(setting, "on");
}

}  // namespace
}  // namespace maillon::db
