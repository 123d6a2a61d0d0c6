#include "core/db/postgres_text.h"

#include "core/base/text.h"
#include "core/db/postgres_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace maillon::db {
namespace {

using postgres::message_of;
using testing::HasSubstr;
using testing::Not;

/// All texts of up to three of the bytes that matter.
std::vector<std::string> texts() {
    std::vector<std::string> all{""};
    for (std::size_t i = 0; i < all.size() && all[i].size() < 3; ++i)
        for (const char c : {'\0', '\1', '\2', '0', '1', 'x', '\x80', '\xc3', '\xa9', '\xff'})
            all.push_back(all[i] + c);
    return all;
}

TEST(PostgresText, EveryTextIsHeldAndComesBack) {
    std::set<std::string> forms;
    for (const auto& text : texts()) {
        std::string form;
        if (!postgres::encode(text, form)) form = text;
        auto back = form;
        postgres::decode(back);

        EXPECT_EQ(back, text);
        EXPECT_TRUE(is_utf8(form));
        EXPECT_EQ(form.find('\0'), form.npos);
        EXPECT_TRUE(forms.insert(form).second) << "two texts look alike";
    }
}

TEST(PostgresText, TextsOfUtf8KeepTheirOrder) {
    std::vector<std::string> sound;
    for (const auto& text : texts())
        if (is_utf8(text)) sound.push_back(text);
    const auto form = [](const std::string& text) {
        std::string out;
        return postgres::encode(text, out) ? out : text;
    };

    for (const auto& a : sound)
        for (const auto& b : sound) EXPECT_EQ(a < b, form(a) < form(b));
}

TEST(PostgresText, OrdinaryTextsAreLeftAlone) {
    std::string untouched = "before";

    EXPECT_FALSE(postgres::encode("Désolé, 🙂\n\t", untouched));
    EXPECT_EQ(untouched, "before");
}

TEST(PostgresText, AStatementForOneRowBecomesOneForArrays) {
    const std::vector kinds{Kind::text, Kind::integer, Kind::real};

    EXPECT_EQ(
        postgres::for_arrays("INSERT INTO t (a, b, c) VALUES (:a, :b, :c) ON CONFLICT (a) DO NOTHING", kinds),
        "INSERT INTO t (a, b, c) SELECT * FROM unnest(CAST(:a AS text[]), CAST( :b AS bigint[]),"
        " CAST( :c AS float8[])) ON CONFLICT (a) DO NOTHING");
}

TEST(PostgresText, OfAMessageTheFirstLineIsKeptWithItsCode) {
    const auto english = message_of(
        "Cannot execute query. ERROR:  23502: null value in column \"note\"\nDETAIL:  Failing row contains "
        "(anne@example.com).\n");
    const auto german = message_of("FEHLER:  53100: Platte voll: kein Platz");
    const auto none = message_of("server closed the connection unexpectedly\n\tThis probably means");

    EXPECT_EQ(english.code, "23502");
    EXPECT_EQ(english.text, "null value in column \"note\"");
    EXPECT_EQ(german.code, "53100");
    EXPECT_EQ(german.text, "Platte voll: kein Platz");
    EXPECT_EQ(none.code, "");
    EXPECT_EQ(none.text, "server closed the connection unexpectedly");
}

TEST(PostgresText, CodesSayWhatBecomesOfTheTransaction) {
    EXPECT_EQ(postgres::trouble_of("57P01"), Trouble::lost);
    EXPECT_EQ(postgres::trouble_of("08006"), Trouble::lost);
    EXPECT_EQ(postgres::trouble_of("53100"), Trouble::disk_full);
    EXPECT_EQ(postgres::trouble_of("40P01"), Trouble::busy);
    EXPECT_EQ(postgres::trouble_of("58030"), Trouble::io_error);
    EXPECT_EQ(postgres::trouble_of("XX001"), Trouble::io_error);
    EXPECT_EQ(postgres::trouble_of("23505"), Trouble::statement);
    EXPECT_EQ(postgres::trouble_of(""), Trouble::statement);
}

TEST(PostgresUrl, SaysWhereWithoutThePassword) {
    const auto url =
        PostgresUrl::of("postgresql://hub:pa%40ss@db1:5432,db2/crm?sslmode=verify-full&password=other");

    ASSERT_TRUE(url) << url.error().what;
    EXPECT_EQ(url->place, "postgresql://hub@db1:5432,db2/crm");
    EXPECT_TRUE(url->has_password);
    EXPECT_FALSE(PostgresUrl::of("postgresql://hub@db/crm")->has_password);
    EXPECT_TRUE(PostgresUrl::of("postgres://hub@db/crm?password=x")->has_password);
}

TEST(PostgresUrl, AsksForTlsWhereTheWayLeavesThisMachine) {
    const auto connecting = [](const std::string& url) { return PostgresUrl::of(url)->for_connecting(); };

    EXPECT_THAT(connecting("postgresql://hub@db/crm"), HasSubstr("sslmode=require"));
    EXPECT_THAT(connecting("postgresql://hub@127.0.0.1,db/crm"), HasSubstr("sslmode=require"));
    EXPECT_THAT(connecting("postgresql://hub@127.0.0.1:5433/crm"), Not(HasSubstr("sslmode")));
    EXPECT_THAT(connecting("postgresql://hub@%2Frun%2Fpostgresql/crm"), Not(HasSubstr("sslmode")));
    EXPECT_THAT(connecting("postgresql:///crm?host=db"), HasSubstr("&sslmode=require"));
    EXPECT_THAT(connecting("postgresql://db/crm?sslmode=verify-full"), Not(HasSubstr("sslmode=require")));
    EXPECT_EQ(connecting("postgresql://localhost").substr(0, 39), "postgresql://localhost?connect_timeout=");
}

TEST(PostgresUrl, RefusesWhatCannotBeReadAndQuotesNothingOfIt) {
    for (const auto* rest :
         {"", "hub:S3cret/x@db/crm", "hub:S3c ret@db/crm", "hub:S3cret@db@x/crm", "hub:S3cret%2@db/crm",
          "hub@db:S3cret/crm", "hub@db/crm?S3cret", "hub@db/crm?password=S3cret=x", "hub@db/crm?a=S3cret@db",
          "hub:S3cret%00@db/crm", "hub:S3cret#@db/crm"}) {
        const auto url = PostgresUrl::of("postgresql://" + std::string(rest));

        ASSERT_FALSE(url) << rest;
        EXPECT_EQ(url.error().kind, FaultKind::config);
        EXPECT_THAT(url.error().what, Not(HasSubstr("S3c")));
    }
}

}  // namespace
}  // namespace maillon::db
