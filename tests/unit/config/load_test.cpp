#include "config_testing.h"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

#include <chrono>

namespace maillon::config {
namespace {

using namespace std::chrono_literals;

LoadResult load_complaint() {
    return load_texts(
        {{"maillon.yaml", read_file(std::filesystem::path(MAILLON_TEST_DATA) / "good/complaint.yaml")}},
        "/etc/maillon", test_environment());
}

TEST(Load, ReadsTheHub) {
    const auto result = load_complaint();

    ASSERT_TRUE(result.ok()) << said(result);
    const Hub& hub = result.config->hub;
    EXPECT_EQ(said(result), "");
    EXPECT_EQ(hub.listen.host, "127.0.0.1");
    EXPECT_EQ(hub.listen.port, 8080);
    EXPECT_TRUE(hub.listen.is_loopback());
    EXPECT_EQ(hub.public_url, "https://hub.example.com");
    EXPECT_EQ(hub.admin, "/etc/maillon/run/admin.sock");
    EXPECT_EQ(hub.store, "/etc/maillon/maillon.db");
    EXPECT_EQ(hub.keep.traces, 24h * 7);
    EXPECT_EQ(hub.limits.max_body, 2u << 20);
    EXPECT_EQ(hub.places.at("keep.events"), (Place{0, 6, 19, 3}));
}

TEST(Load, PartsTheHubsKeysOfAnInstanceFromThePlugInsOwn) {
    const auto result = load_complaint();

    ASSERT_TRUE(result.ok()) << said(result);
    const Instance& x = result.config->connectors.at("x");
    EXPECT_EQ(x.plugin.value, "twitter");
    EXPECT_EQ(x.since.kind, Since::Kind::ago);
    EXPECT_EQ(x.since.ago, 24h * 7);
    EXPECT_EQ(x.every, Millis{30s});
    EXPECT_EQ(boost::json::serialize(natural_value(x.settings)),
              R"({"account":"acme","token":"${secret.x_token}"})");
    const Instance& crm = result.config->connectors.at("crm");
    EXPECT_EQ(crm.retry.first, 1s);
    EXPECT_EQ(crm.retry.until_given_up, 1h);
    EXPECT_EQ(crm.since.kind, Since::Kind::now);
    EXPECT_EQ(crm.max_age, 24h);
    EXPECT_FALSE(crm.every);
}

TEST(Load, PutsTheEnvironmentInAndKeepsSecretsOut) {
    const auto result = load_complaint();

    ASSERT_TRUE(result.ok()) << said(result);
    const auto& settings = result.config->connectors.at("crm").settings;
    EXPECT_EQ(
        boost::json::serialize(natural_value(settings)),
        R"({"url":"https://crm.example.com","user":"hub","password":"${secret.sugar}","phone":"+33612345678","port":8181})");
    ASSERT_EQ(result.config->secrets.size(), 2u);
    EXPECT_EQ(result.config->secrets[0].value, "x_token");
    EXPECT_EQ(result.config->secrets[1].value, "sugar");
    EXPECT_EQ(result.config->secrets[1].place.line, 14u);
}

TEST(Load, TakesNoReferenceOutOfTheEnvironment) {
    const auto result = load_text("connectors:\n  x: { plugin: twitter, odd: \"${env.ODD}\" }\n");

    ASSERT_TRUE(result.ok()) << said(result);
    EXPECT_TRUE(result.config->secrets.empty());
    EXPECT_EQ(boost::json::serialize(natural_value(result.config->connectors.at("x").settings)),
              R"({"odd":"a ${secret.x} b"})");
}

TEST(Load, TakesAStoreOnAServerAsItIsWrittenAndFromASecret) {
    const auto written = load_text("hub:\n  store: postgresql://hub@db/crm?sslmode=verify-full\n");
    const auto secret = load_text("hub:\n  store: \"${secret.store_url}\"\n");
    const auto file = load_text("hub:\n  store: sqlite:/var/lib/m.db\n");

    ASSERT_TRUE(written.ok() && secret.ok() && file.ok()) << said(written) << said(secret) << said(file);
    EXPECT_EQ(written.config->hub.store_url, "postgresql://hub@db/crm?sslmode=verify-full");
    EXPECT_EQ(secret.config->hub.store_url, "${secret.store_url}");
    ASSERT_EQ(secret.config->secrets.size(), 1u);
    EXPECT_EQ(secret.config->secrets[0].value, "store_url");
    EXPECT_EQ(file.config->hub.store_url, "");
}

TEST(Load, RefusesThePasswordOfAStoreInClearTextAndDoesNotShowIt) {
    for (const auto* url :
         {"postgresql://hub:letmein@db/crm", "postgres://db/crm?user=hub&password=letmein"}) {
        const auto result = load_text("hub:\n  store: \"" + std::string(url) + "\"\n");

        EXPECT_FALSE(result.ok());
        EXPECT_NE(said(result).find("must not stand here in clear text"), std::string::npos);
        EXPECT_EQ(said(result).find("letmein"), std::string::npos) << said(result);
    }
}

TEST(Load, ReadsDirectoriesAndConversations) {
    const auto result = load_complaint();

    ASSERT_TRUE(result.ok()) << said(result);
    const Directory& customers = result.config->directories.at("customers");
    EXPECT_EQ(customers.instance, "crm");
    EXPECT_EQ(customers.module, "Contacts");
    ASSERT_EQ(customers.fields.size(), 5u);
    EXPECT_EQ(customers.fields[4].name.value, "handle_x");
    EXPECT_EQ(customers.fields[4].value.scalar.text, "twitter_c");
    EXPECT_EQ(result.config->conversations.at("support").closes_after, 24h * 3);
    EXPECT_EQ(result.config->conversations.at("sales").closes_after, 24h * 7);
}

TEST(Load, KeepsThePrefixOfTheHubsOwnEvents) {
    const auto result = load_complaint();

    ASSERT_TRUE(result.ok()) << said(result);
    const Route& route = result.config->routes.at("closed_to_answer");
    ASSERT_EQ(route.from.size(), 2u);
    EXPECT_EQ(route.from[0].connector, "crm");
    EXPECT_EQ(route.from[0].type, "record.changed");
    EXPECT_EQ(route.from[1].connector, "hub");
    EXPECT_EQ(route.from[1].type, "hub.case.closed");
    EXPECT_EQ(route.max_age, Millis{2h});
}

TEST(Load, ReadsEachFormOfSince) {
    const auto since = [](const std::string& text) {
        const auto result = load_text("connectors:\n  x: { plugin: twitter, since: \"" + text + "\" }\n");
        EXPECT_TRUE(result.ok()) << said(result);
        return result.config ? result.config->connectors.at("x").since : Since{};
    };

    EXPECT_EQ(since("now").kind, Since::Kind::now);
    EXPECT_EQ(since("beginning").kind, Since::Kind::beginning);
    EXPECT_EQ(since("90m").ago, Millis{90min});
    EXPECT_EQ(since("2026-09-14T10:00:00+02:00").moment,
              TimePoint{std::chrono::sys_days{std::chrono::year{2026} / 9 / 14}} + 8h);
}

TEST(Load, ReadsAddressesOfBothFamilies) {
    const auto listen = [](const std::string& text) {
        return load_text("hub:\n  listen: \"" + text + "\"\n");
    };

    EXPECT_EQ(listen("[::1]:80").config->hub.listen.host, "::1");
    EXPECT_TRUE(listen("[::1]:80").config->hub.listen.is_loopback());
    EXPECT_EQ(listen("[::1]:80").config->hub.public_url, "http://[::1]:80");
    EXPECT_FALSE(listen("0.0.0.0:0").config->hub.listen.is_loopback());
    for (const auto wrong :
         {"::1:80", "127.0.0.1", "127.0.0.1:65536", "127.0.0.1:", ":80", "a b:80", "http://a:80", "[::1]"}) {
        EXPECT_FALSE(listen(wrong).ok()) << wrong;
    }
}

TEST(Load, WarnsOfAPublicAddressWithoutTlsOffThisMachine) {
    const auto warnings = [](const std::string& url) {
        return load_text("hub:\n  public_url: " + url + "\n").diagnostics.warnings();
    };

    EXPECT_EQ(warnings("http://hub.example.com"), 1u);
    for (const auto* url : {"https://hub.example.com", "http://localhost:8080", "http://127.0.0.1:8080"})
        EXPECT_EQ(warnings(url), 0u) << url;
}

TEST(Load, RefusesAnAdminSocketWhosePathTheSystemWouldCut) {
    const auto longest = "/" + std::string(106, 'a');

    EXPECT_TRUE(load_text("hub:\n  admin: unix:" + longest + "\n").ok());
    const auto result = load_text("hub:\n  admin: unix:" + longest + "a\n");
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.diagnostics.sorted().at(0).message, "the path of a socket has at most 107 bytes");
}

TEST(Load, TakesAnEmptyFileForAnEmptyConfiguration) {
    for (const auto text : {"", "\n", "# nothing\n", "---\n", "hub:\nroutes:\n"}) {
        const auto result = load_text(text);
        EXPECT_TRUE(result.ok()) << text << said(result);
        EXPECT_TRUE(result.config->routes.empty());
    }
}

TEST(Load, ReportsEveryErrorInTheOrderOfTheirPlaces) {
    const auto result = load_texts(
        {{"b.yaml", "hub:\n  lisen: 1\n  keep: { events: x }\nroutes:\n  r: { steps: [ { cal: a.b } ] }\n"},
         {"a.yaml", "blocks:\n  b: []\n"}},
        "/", Environment{});

    std::vector<std::string> places;
    for (const auto& one : result.diagnostics.sorted()) places.push_back(result.sources->where(one.place));

    EXPECT_EQ(places, (std::vector<std::string>{"b.yaml:2:3", "b.yaml:3:19", "b.yaml:5:3", "b.yaml:5:19",
                                                "a.yaml:2:6"}))
        << said(result);
    EXPECT_FALSE(result.ok());
}

TEST(Load, MakesTheStoredTextGiveTheSameConfigurationAgain) {
    const auto first = load_complaint();
    ASSERT_TRUE(first.ok());

    const auto second = load_stored(first.config->text, "/etc/maillon", test_environment());

    ASSERT_TRUE(second.ok()) << said(second);
    EXPECT_EQ(second.config->hash, first.config->hash);
    EXPECT_EQ(second.config->text, first.config->text);
    EXPECT_EQ(second.config->routes.at("complaint_to_case").steps.size(), 3u);
    EXPECT_EQ(first.config->hash.size(), 64u);
}

TEST(Load, HasAnotherHashForAnotherText) {
    const auto one = load_text("hub: { listen: 127.0.0.1:1 }\n");
    const auto other = load_text("hub: { listen: 127.0.0.1:2 }\n");

    EXPECT_NE(one.config->hash, other.config->hash);
}

TEST(Load, SumsUpWhenNearlyAllKeysAreUnknown) {
    std::string text = "hub:\n";
    for (int i = 0; i < 20000; ++i) text += "  key_" + std::to_string(i) + ": 1\n";

    const auto result = load_text(text);

    EXPECT_EQ(result.diagnostics.errors(), 1u);
    EXPECT_NE(said(result).find("maillon.yaml:2:3: error: hub has 20000 unknown keys"), std::string::npos);
}

TEST(LoadStored, RefusesWhatIsNotAStoredText) {
    for (const auto text : {"", "{", "[]", "{}", "{\"files\":3}"}) {
        const auto result = load_stored(text, "/", Environment{});
        EXPECT_FALSE(result.ok()) << text;
        EXPECT_EQ(result.diagnostics.errors(), 1u);
    }
}

TEST(Load, SpeaksOnlyOnceOfANameThatIsNoGood) {
    const auto result = load_text(
        "connectors:\n  my-x: { plugin: twitter }\nroutes:\n  r: { from: my-x.message.received, steps: [ { "
        "drop: a } ] }\n");

    EXPECT_EQ(result.diagnostics.errors(), 1u) << said(result);
}

TEST(Load, NeverEndsInARunawayOnBlocksThatCallEachOther) {
    std::string text = "blocks:\n";
    for (int i = 0; i < 5000; ++i)
        text += "  b" + std::to_string(i) + ": [ { do: b" + std::to_string(i + 1) + " } ]\n";
    text += "  b5000: [ { drop: done } ]\n";

    const auto result = load_text(text);

    EXPECT_FALSE(result.ok());
    EXPECT_NE(said(result).find("blocks call each other more than 32 levels deep"), std::string::npos);
}

TEST(Environment, OfTheProcessHoldsItsVariables) {
    ASSERT_EQ(::setenv("MAILLON_CONFIG_TEST", "a=b", 1), 0);

    EXPECT_EQ(Environment::of_process().variables.at("MAILLON_CONFIG_TEST"), "a=b");
}

}  // namespace
}  // namespace maillon::config
