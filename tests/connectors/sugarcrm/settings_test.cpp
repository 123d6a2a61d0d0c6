#include "fake_sugar.h"
#include "keys.h"

#include <gtest/gtest.h>

namespace maillon::sugarcrm {
namespace {

Settings read(json::object more) {
    auto config = FakeSugar::config({{"api", "v11_20"}});
    for (auto& [name, value] : more) config[name] = value;
    return read_settings(config);
}

std::string refusal(json::object more) {
    try {
        read(std::move(more));
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.code(), Code::config);
        return failure.what();
    }
    return "none";
}

TEST(SugarSettings, MakeTheAddressOfTheApi) {
    EXPECT_EQ(read({{"url", "https://crm.example.com"}}).base, "https://crm.example.com/rest/v11_20");
    EXPECT_EQ(read({{"url", "https://crm.example.com/sub//"}, {"api", "v11_4"}}).base,
              "https://crm.example.com/sub/rest/v11_4");
}

TEST(SugarSettings, NameWhatCannotBeUsed) {
    EXPECT_NE(refusal({{"url", "/"}}).find("/url"), std::string::npos);
    EXPECT_NE(refusal({{"api", "11"}}).find("/api"), std::string::npos);
    EXPECT_NE(refusal({{"api", "v11/../x"}}).find("/api"), std::string::npos);
    EXPECT_NE(refusal({{"user", ""}}).find("/user"), std::string::npos);
    EXPECT_NE(refusal({{"password", ""}}).find("/password"), std::string::npos);
    EXPECT_NE(refusal({{"key_field", "a b"}}).find("/key_field"), std::string::npos);
}

TEST(SugarSettings, HaveDefaultsAndKeepSecretsByName) {
    testkit::FakeHost host;
    testkit::Driver driver(host, FakeSugar::config());
    const auto schema = json::parse(view(driver.connector().config_schema)).as_object();
    const auto& properties = schema.at("properties").as_object();

    EXPECT_EQ(properties.at("api").at("default"), "v11_20");
    EXPECT_EQ(properties.at("key_field").at("default"), "sync_key");
    EXPECT_EQ(properties.at("bulk").at("default"), true);
    EXPECT_EQ(properties.at("page_size").at("default"), 200);
    EXPECT_EQ(properties.at("overlap").at("default"), 60);
    EXPECT_EQ(properties.at("password").at("x-maillon-secret"), true);
    EXPECT_EQ(properties.at("client_secret").at("x-maillon-secret"), true);
    EXPECT_EQ(properties.at("url").at("x-maillon-egress"), true);
    EXPECT_EQ(schema.at("required"), (json::array{"url", "user", "password"}));
}

TEST(SugarSettings, CreatingAnInstanceTalksToNobody) {
    testkit::FakeHost host;
    testkit::Driver driver(host, FakeSugar::config());

    EXPECT_TRUE(host.sent.empty());
}

TEST(SugarKeys, AreShortAndStableAndDiffer) {
    const auto key = short_key("evt-1/route/step");

    EXPECT_EQ(key.size(), 44u);
    EXPECT_EQ(key.substr(0, 4), "mln:");
    EXPECT_EQ(key, short_key("evt-1/route/step"));
    EXPECT_NE(key, short_key("evt-1/route/stepp"));
    EXPECT_EQ(short_key(std::string(4000, 'x')).size(), 44u);
    // First 40 digits of SHA-256("abc").
    EXPECT_EQ(short_key("abc"), "mln:ba7816bf8f01cfea414140de5dae2223b00361a3");
}

TEST(SugarOperations, AreDeclaredWithTheirPromises) {
    testkit::FakeHost host;
    testkit::Driver driver(host, FakeSugar::config());
    const auto all = driver.operations();

    for (const auto name : {"find", "get"}) EXPECT_EQ(all.at(name).at("reads"), true) << name;
    for (const auto name : {"update", "link", "unlink"})
        EXPECT_EQ(all.at(name).at("idempotent"), true) << name;
    // A repeated POST would make a second record: the hub must ask first.
    for (const auto name : {"create", "upsert"}) EXPECT_EQ(all.at(name).at("idempotent"), false) << name;
    EXPECT_EQ(all.at("upsert").at("target"), (json::array{"module", "key"}));
    EXPECT_EQ(all.at("update").at("target"), (json::array{"module", "id"}));
    EXPECT_EQ(all.at("upsert").at("result").at("properties").at("created").at("type"), "boolean");
    for (const auto& [name, operation] : all) {
        EXPECT_EQ(operation.at("outbound"), false) << name;
        EXPECT_EQ(operation.at("arguments").at("type"), "object") << name;
        EXPECT_EQ(operation.at("result").at("type"), "object") << name;
    }
}

TEST(SugarOperations, SayWhatTheirListsHold) {
    testkit::FakeHost host;
    testkit::Driver driver(host, FakeSugar::config());
    const auto all = driver.operations();
    const auto argument = [&](const char* operation, const char* name) -> const json::value& {
        return all.at(operation).at("arguments").at("properties").at(name);
    };

    EXPECT_EQ(argument("link", "ids").at("items").at("type"), (json::array{"string", "object"}));
    EXPECT_EQ(argument("link", "ids").at("items").at("required"), json::array{"id"});
    EXPECT_EQ(argument("unlink", "ids").at("items").at("type"), "string");
    EXPECT_EQ(argument("find", "filter").at("type"), (json::array{"object", "array"}));
    EXPECT_EQ(argument("find", "filter").at("items").at("type"), "object");
    EXPECT_EQ(all.at("link").at("result").at("properties").at("ids").at("items"),
              argument("link", "ids").at("items"));
}

TEST(SugarModule, IsASinkADirectoryAndAnswersForCallsInDoubt) {
    const auto& connector = *maillon_module_entry()->connectors[0];

    EXPECT_EQ(view(connector.id), "sugarcrm");
    EXPECT_EQ(connector.source, nullptr);
    EXPECT_EQ(connector.sink->max_batch, 50u);
    EXPECT_NE(connector.extension(MAILLON_DIRECTORY), nullptr);
    EXPECT_NE(connector.extension(MAILLON_RECONCILE), nullptr);
    EXPECT_EQ(connector.extension("maillon.unknown/1"), nullptr);
    EXPECT_EQ(connector.caps & MAILLON_CAP_CONCURRENT, 0u);
}

}  // namespace
}  // namespace maillon::sugarcrm
