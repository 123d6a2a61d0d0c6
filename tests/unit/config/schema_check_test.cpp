#include "core/config/schema_check.h"

#include "config_testing.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace maillon::config {
namespace {

constexpr std::string_view kSchema = R"({
  "type": "object",
  "required": ["url", "password"],
  "properties": {
    "url": {"type": "string", "pattern": "^https?://", "description": "the address of the CRM, https://crm.example.com"},
    "user": {"type": "string", "default": "hub", "minLength": 2, "maxLength": 8},
    "password": {"type": "string", "x-maillon-secret": true},
    "phone": {"type": "string"},
    "port": {"type": "integer", "minimum": 1, "maximum": 65535},
    "ratio": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    "verify": {"type": "boolean", "default": true},
    "mode": {"enum": ["fast", "careful", 3]},
    "version": {"const": "v11"},
    "tags": {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1, "maxItems": 3},
    "proxy": {"type": ["string", "null"]},
    "either": {"type": ["integer", "string"]},
    "inner": {"type": "object", "properties": {"depth": {"type": "integer", "default": 1}, "key": {"type": "string", "x-maillon-secret": true}}},
    "free": {"type": "object"},
    "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
    "x-schema": {"type": "string"}
  }
})";

boost::json::object schema(std::string_view text = kSchema) {
    return boost::json::parse(boost::json::string_view(text.data(), text.size())).as_object();
}

struct Checked {
    std::string settings;  ///< as JSON; empty when there was an error
    std::string said;
};

/// Settings of connector crm, in flow style, checked against kSchema.
Checked check(const std::string& settings) {
    auto result = load_text("connectors:\n  crm: { plugin: sugarcrm, " + settings + " }\n");
    EXPECT_TRUE(result.ok()) << said(result);
    if (!result.ok()) return {};
    const auto typed = check_against_schema(result.config->connectors.at("crm"), schema(), result.diagnostics,
                                            *result.sources);
    EXPECT_EQ(typed.has_value(), !result.diagnostics.has_errors());
    return {typed ? boost::json::serialize(*typed) : "", said(result)};
}

/// The first line of what is said about settings that are complete but for `more`, without its place.
std::string first_line(const std::string& more) {
    const auto text = check("url: \"https://a\", password: \"${secret.p}\", " + more).said;
    const auto begin = text.find("error: ");
    return begin == std::string::npos ? text : text.substr(begin + 7, text.find('\n') - begin - 7);
}

std::string hint(const std::string& more) {
    const auto text = check("url: \"https://a\", password: \"${secret.p}\", " + more).said;
    const auto begin = text.find("hint: ");
    return begin == std::string::npos ? "" : text.substr(begin + 6, text.find('\n', begin) - begin - 6);
}

TEST(SchemaCheck, TypesPlainTextByTheSchemaAndFillsDefaultsIn) {
    const auto result = check(
        "url: https://crm.example.com, password: \"${secret.sugar}\", phone: +33612345678, port: 8080, "
        "ratio: 0.5, verify: false, "
        "mode: careful, version: v11, tags: [ 1, b ], proxy: null, inner: {}, free: { a: [ 1, true ] }, "
        "counts: { n: 3 }");

    EXPECT_EQ(result.said, "");
    EXPECT_EQ(
        result.settings,
        R"({"url":"https://crm.example.com","password":{"$secret":"sugar"},"phone":"+33612345678","port":8080,"ratio":5E-1,)"
        R"("verify":false,"mode":"careful","version":"v11","tags":["1","b"],"proxy":null,"inner":{"depth":1},)"
        R"("free":{"a":[1,true]},"counts":{"n":3},"user":"hub"})");
}

TEST(SchemaCheck, KeepsNumbersAsTextWhereTheSchemaSaysText) {
    EXPECT_NE(check("url: \"https://a\", password: \"${secret.p}\", phone: 0612345678, user: 1234")
                  .settings.find(R"("phone":"0612345678","user":"1234")"),
              std::string::npos);
}

TEST(SchemaCheck, LetsTheNaturalTypeDecideBetweenSeveral) {
    EXPECT_NE(
        check("url: \"https://a\", password: \"${secret.p}\", either: 12").settings.find(R"("either":12)"),
        std::string::npos);
    EXPECT_NE(check("url: \"https://a\", password: \"${secret.p}\", either: 012")
                  .settings.find(R"("either":"012")"),
              std::string::npos);
    EXPECT_NE(check("url: \"https://a\", password: \"${secret.p}\", either: \"12\"")
                  .settings.find(R"("either":"12")"),
              std::string::npos);
}

TEST(SchemaCheck, TypesWhatComesFromTheEnvironmentLikePlainText) {
    EXPECT_NE(check("url: \"https://a\", password: \"${secret.p}\", port: \"${env.PORT}\"")
                  .settings.find(R"("port":8181)"),
              std::string::npos);
}

TEST(SchemaCheck, SaysWhatIsMissingAtTheInstance) {
    EXPECT_EQ(check("user: ab").said,
              "maillon.yaml:2:3: error: crm: 'url' is missing\n"
              " 2 |   crm: { plugin: sugarcrm, user: ab }\n"
              "   |   ^~~\n"
              "  hint: the address of the CRM, https://crm.example.com\n"
              "maillon.yaml:2:3: error: crm: 'password' is missing\n"
              " 2 |   crm: { plugin: sugarcrm, user: ab }\n"
              "   |   ^~~\n"
              "  hint: write:  password: \"${secret.NAME}\"\n"
              "2 errors\n");
}

TEST(SchemaCheck, HintsWithTheTitleWhereTheSchemaHasNoDescription) {
    auto loaded = load_text("connectors:\n  crm: { plugin: sugarcrm }\n");
    ASSERT_TRUE(loaded.ok());
    const auto titled = schema(
        R"({"properties":{"a":{"type":"string","title":"The account"},"b":{"type":"string","title":"B",
            "description":"More about it"}},"required":["a","b"]})");

    check_against_schema(loaded.config->connectors.at("crm"), titled, loaded.diagnostics, *loaded.sources);

    const auto all = loaded.diagnostics.sorted();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].hint, "The account");
    EXPECT_EQ(all[1].hint, "More about it");
}

TEST(SchemaCheck, WarnsOfAddressesWithoutTlsThatLeaveTheMachine) {
    const auto egress = schema(R"({"properties":{"url":{"type":"string","x-maillon-egress":true}}})");
    const auto warnings = [&](const std::string& url) {
        auto loaded = load_text("connectors:\n  crm: { plugin: sugarcrm, url: \"" + url + "\" }\n");
        EXPECT_TRUE(check_against_schema(loaded.config->connectors.at("crm"), egress, loaded.diagnostics,
                                         *loaded.sources))
            << url;
        return loaded.diagnostics.warnings();
    };

    for (const auto* url :
         {"http://crm.example.com", "http://crm.example.com:8080/a", "http://10.0.0.1",
          "http://[fd00::1]:80/", "http://localhost.example.com", "http://127.0.0.1.example.com"})
        EXPECT_EQ(warnings(url), 1u) << url;
    for (const auto* url : {"https://crm.example.com", "http://localhost:8080", "http://127.0.0.1:9/a",
                            "http://[::1]:80", "http://localhost"})
        EXPECT_EQ(warnings(url), 0u) << url;
}

TEST(SchemaCheck, NeverShowsASecretInClearText) {
    const auto result = check("url: \"https://a\", password: hunter2, inner: { key: \"s3cret\" }, prot: 1");

    EXPECT_EQ(result.said.find("hunter2"), std::string::npos) << result.said;
    EXPECT_EQ(result.said.find("s3cret"), std::string::npos) << result.said;
    EXPECT_EQ(result.said,
              "maillon.yaml:2:56: error: crm: 'password' is a secret and must not stand here in clear text\n"
              " 2 |   crm: { plugin: sugarcrm, url: \"https://a\", password: *******, inner: { key: "
              "\"******\" }, prot: 1 }\n"
              "   |                                                        ^~~~~~~\n"
              "  hint: put it into a file of its own in the folder hub.secrets and write:  password: "
              "\"${secret.NAME}\"\n"
              "        if this file has left your machine, change the secret itself as well\n"
              "maillon.yaml:2:79: error: crm: 'key' is a secret and must not stand here in clear text\n"
              " 2 |   crm: { plugin: sugarcrm, url: \"https://a\", password: *******, inner: { key: "
              "\"******\" }, prot: 1 }\n"
              "   |                                                                               ^~~~~~~~\n"
              "  hint: put it into a file of its own in the folder hub.secrets and write:  key: "
              "\"${secret.NAME}\"\n"
              "        if this file has left your machine, change the secret itself as well\n"
              "maillon.yaml:2:91: error: crm: unknown key 'prot'\n"
              " 2 |   crm: { plugin: sugarcrm, url: \"https://a\", password: *******, inner: { key: "
              "\"******\" }, prot: 1 }\n"
              "   |                                                                                          "
              " ^~~~\n"
              "  hint: did you mean 'port'?\n"
              "3 errors\n");
}

TEST(SchemaCheck, SaysWhatTypeAValueMustHave) {
    EXPECT_EQ(first_line("port: abc"), "crm: 'port' must be a whole number, not 'abc'");
    EXPECT_EQ(first_line("port: 1.5"), "crm: 'port' must be a whole number, not '1.5'");
    EXPECT_EQ(first_line("port: [ 1 ]"), "crm: 'port' must be a whole number, not a list");
    EXPECT_EQ(first_line("tags: a"), "crm: 'tags' must be a list, not 'a'");
    EXPECT_EQ(first_line("tags: { a: b }"), "crm: 'tags' must be a list, not a map");
    EXPECT_EQ(first_line("inner: a"), "crm: 'inner' must be a map, not 'a'");
    EXPECT_EQ(first_line("phone: null"), "crm: 'phone' is empty and must be a text");
    EXPECT_EQ(first_line("port: \"${secret.p}\""), "crm: 'port' must be a whole number, not a secret");
    EXPECT_EQ(first_line("counts: { n: x }"), "crm: 'n' must be a whole number, not 'x'");
    EXPECT_EQ(first_line("inner: { deep: 1 }"), "crm: unknown key 'deep'");
}

TEST(SchemaCheck, SaysHowToMendWhatYamlReadsDifferently) {
    EXPECT_EQ(hint("verify: yes"), "write true");
    EXPECT_EQ(hint("verify: Off"), "write false");
    EXPECT_EQ(hint("verify: \"true\""), "write true, without quotes");
    EXPECT_EQ(hint("port: \"8080\""), "write it without quotes: 8080");
    EXPECT_EQ(hint("port: 0x50"), "write it in decimal digits, without a leading zero");
    EXPECT_EQ(hint("port: 0755"), "write it in decimal digits, without a leading zero");
    EXPECT_EQ(hint("port: 1_000"), "write the digits without '_'");
    EXPECT_EQ(hint("tags: a"), "write [a]");
}

TEST(SchemaCheck, ChecksLimits) {
    EXPECT_EQ(first_line("port: 0"), "crm: 'port' must be at least 1, not 0");
    EXPECT_EQ(first_line("port: 70000"), "crm: 'port' must be at most 65535, not 70000");
    EXPECT_EQ(first_line("ratio: 0"), "crm: 'ratio' must be more than 0, not 0");
    EXPECT_EQ(first_line("ratio: 1"), "crm: 'ratio' must be less than 1, not 1");
    EXPECT_EQ(first_line("user: a"), "crm: 'user' must have at least 2 characters");
    EXPECT_EQ(first_line("user: ééééééééé"), "crm: 'user' must have at most 8 characters, and has 9");
    EXPECT_EQ(first_line("tags: []"), "crm: 'tags' must have at least 1 entries");
    EXPECT_EQ(first_line("tags: [ a, b, c, d ]"), "crm: 'tags' must have at most 3 entries");
    EXPECT_EQ(first_line("tags: [ \"\" ]"), "crm: 'tags' is empty");
    EXPECT_EQ(first_line("mode: fats"), "crm: 'mode' cannot be 'fats'");
    EXPECT_EQ(hint("mode: fats"), "did you mean 'fast'?");
    EXPECT_EQ(hint("mode: 4"), "known are: fast, careful and 3");
    EXPECT_EQ(first_line("version: v10"), "crm: 'version' must be 'v11', not 'v10'");
    EXPECT_EQ(first_line("mode: 3"), "");
}

TEST(SchemaCheck, ChecksPatterns) {
    const auto text = check("url: ftp://a, password: \"${secret.p}\"").said;

    EXPECT_NE(text.find("crm: 'url' does not have the right form: 'ftp://a'"), std::string::npos) << text;
    EXPECT_NE(text.find("it must match ^https?://"), std::string::npos) << text;
}

TEST(CheckTemplate, TakesAnExpressionForAnyTypeAndTextAroundItForText) {
    const auto result = load_text(
        "connectors:\n  x: { plugin: twitter }\n  crm: { plugin: sugarcrm }\nroutes:\n  r:\n    from: "
        "x.message.received\n    steps:\n"
        "      - call: crm.upsert\n        with: { url: \"${event.url}\", port: \"${event.port}\", ratio: "
        "\"${a} %\", user: \"a ${b}\", "
        "password: plain, tags: \"${event.tags}\", pots: 1 }\n");
    ASSERT_TRUE(result.ok()) << said(result);
    const auto& step = result.config->routes.at("r").steps.at(0);
    Diagnostics diagnostics;

    check_template(std::get<Call>(step.action).with, schema(), "crm.upsert", step.place, diagnostics);

    std::vector<std::string> messages;
    for (const auto& one : diagnostics.sorted()) messages.push_back(one.message);
    EXPECT_EQ(messages, (std::vector<std::string>{
                            "crm.upsert: 'ratio' must be a number, and an expression inside text makes text",
                            "crm.upsert: unknown key 'pots'"}));
}

TEST(CheckTemplate, SaysWhatIsMissingAtTheStep) {
    const auto result = load_text(
        "connectors:\n  x: { plugin: twitter }\n  crm: { plugin: sugarcrm }\nroutes:\n  r:\n    from: "
        "x.message.received\n    steps:\n"
        "      - call: crm.upsert\n        with: { url: \"${event.url}\" }\n");
    ASSERT_TRUE(result.ok()) << said(result);
    const auto& step = result.config->routes.at("r").steps.at(0);
    Diagnostics diagnostics;

    check_template(std::get<Call>(step.action).with, schema(), "crm.upsert", step.place, diagnostics);

    ASSERT_EQ(diagnostics.errors(), 1u);
    EXPECT_EQ(diagnostics.sorted()[0].message, "crm.upsert: 'password' is missing");
    EXPECT_EQ(result.sources->where(diagnostics.sorted()[0].place), "maillon.yaml:8:9");
}

TEST(CheckTemplate, TakesAnythingForASchemaWithoutRules) {
    const auto result = load_text(
        "connectors:\n  x: { plugin: twitter }\nroutes:\n  r:\n    from: x.message.received\n    steps:\n"
        "      - call: x.send\n        with: { a: { b: [ 1, \"${c}\", null ] } }\n");
    ASSERT_TRUE(result.ok()) << said(result);
    Diagnostics diagnostics;

    check_template(std::get<Call>(result.config->routes.at("r").steps.at(0).action).with, {}, "x.send", {},
                   diagnostics);

    EXPECT_TRUE(diagnostics.empty());
}

}  // namespace
}  // namespace maillon::config
