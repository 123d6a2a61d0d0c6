#include "config_testing.h"

#include "core/config/language_schema.h"
#include "core/config/reading.h"
#include "core/config/sections.h"
#include "core/config/step_kinds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <set>

namespace maillon::config {
namespace {

namespace json = boost::json;

PluginWords chat() {
    PluginWords out;
    out.id = "chat";
    out.title = "Chat";
    out.summary = "Talks";
    out.is_connector = true;
    out.settings = json::parse(R"({"properties":{
        "room":{"type":"string","title":"Which room","pattern":"^[0-9]+$"},
        "word":{"type":"string","x-maillon-secret":true},
        "since":{"type":"integer","title":"never seen: the key is the hub's"},
        "size":{"type":"integer","title":"Size","description":"How many may talk","minimum":1,"default":5}},"required":["room"]})")
                       .as_object();
    out.operations["say"] = {
        "Say it",
        json::parse(
            R"({"properties":{"text":{"type":"string"},"times":{"type":"integer","title":"How often"}},"required":["text"]})")
            .as_object(),
        {}};
    out.events["message.received"] = {"Somebody wrote", {}};
    return out;
}

json::object schema_of(std::vector<PluginWords> plugins) {
    return language_schema(plugins);
}

const json::object& definition(const json::object& schema, std::string_view name) {
    return schema.at("$defs").as_object().at(json::string_view(name.data(), name.size())).as_object();
}

/// Calls `see(path, object)` for every object of a JSON tree.
template <class See>
void walk(const json::value& value, const std::string& path, See see) {
    if (const auto* object = value.if_object()) {
        see(path, *object);
        for (const auto& [key, inner] : *object) walk(inner, path + '/' + std::string(key), see);
    } else if (const auto* array = value.if_array()) {
        for (const auto& inner : *array) walk(inner, path + "/*", see);
    }
}

class Readers : public ::testing::Test {
protected:
    ValueTree map() {
        ValueTree out;
        out.kind = ValueTree::Kind::map;
        return out;
    }

    Sources sources_;
    Diagnostics diagnostics_;
    Environment environment_;
    Reading reading_{sources_, diagnostics_, environment_, "/etc/maillon"};
};

TEST_F(Readers, AKeyThatTheLanguageDoesNotHaveCannotBeRead) {
    const ValueTree tree = map();
    Fields fields(tree, "'keep'", reading_, kKeepShape);

    EXPECT_DEATH(fields.take("evnts"), "no shape of 'keep' has the key 'evnts'");
}

TEST_F(Readers, AKeyOfTheLanguageCannotBeLeftUnread) {
    const ValueTree tree = map();
    Fields fields(tree, "'keep'", reading_, kKeepShape);
    fields.take("events");
    fields.take("traces");

    EXPECT_DEATH(fields.finish(), "nobody reads 'dead_letters' of 'keep'");
    fields.take("dead_letters");
    fields.finish();
    EXPECT_TRUE(diagnostics_.empty());
}

TEST(LanguageSchema, EveryKeyExplainsItself) {
    const json::value schema = schema_of({chat()});
    int keys = 0;
    walk(schema, "", [&](const std::string& path, const json::object& object) {
        const auto* properties = object.if_contains("properties");
        const bool is_condition = path.ends_with("/if") || path.ends_with("/then");
        if (properties == nullptr || !properties->is_object() || is_condition) return;
        for (const auto& [key, inner] : properties->get_object()) {
            ++keys;
            const auto* words = inner.as_object().if_contains("description");
            const bool is_reference =
                inner.as_object().contains("$ref");  // what it refers to is checked itself
            EXPECT_TRUE(words != nullptr || is_reference || key == "text" || key == "size")
                << path << '/' << std::string_view(key.data(), key.size());
        }
    });
    EXPECT_GT(keys, 100);
}

TEST(LanguageSchema, EveryReferenceHasItsDefinitionAndEveryDefinitionIsReferredTo) {
    const json::object schema = schema_of({chat()});
    std::set<std::string> referred;
    walk(schema, "", [&](const std::string&, const json::object& object) {
        const auto* target = object.if_contains("$ref");
        if (target != nullptr && target->is_string()) referred.emplace(target->as_string());
    });
    std::set<std::string> defined;
    for (const auto& [name, value] : schema.at("$defs").as_object())
        defined.insert("#/$defs/" + std::string(name));

    EXPECT_EQ(referred, defined);
}

TEST(LanguageSchema, HasEveryKindOfStepAndEveryClassOfFailure) {
    const json::object schema = schema_of({chat()});
    const auto& keys = definition(schema, "step").at("properties").as_object();
    for (const auto& kind : step_kinds())
        EXPECT_TRUE(keys.contains(json::string_view(kind.key.data(), kind.key.size())));
    const auto& classes =
        definition(schema, "on_error").at("anyOf").as_array().at(1).at("properties").as_object();
    EXPECT_EQ(classes.size(), failure_classes().size());
}

TEST(LanguageSchema, TheDefaultsOfTheHubAreThoseThatHoldWhenNothingIsWritten) {
    const json::object schema = schema_of({chat()});
    std::string text = "hub:\n";
    for (const auto* name : {"keep", "log", "limits", "commit"}) {
        text += "  " + std::string(name) + ":\n";
        for (const auto& [key, inner] : definition(schema, name).at("properties").as_object())
            text += "    " + std::string(key) + ": " + json::serialize(inner.at("default")) + '\n';
    }
    for (const auto& [key, inner] : definition(schema, "hub").at("properties").as_object()) {
        if (const auto* preset = inner.as_object().if_contains("default"))
            text += "  " + std::string(key) + ": " + json::serialize(*preset) + '\n';
    }
    const auto written = load_text(text);
    const auto unwritten = load_text("hub: {}\n");

    ASSERT_TRUE(written.ok()) << said(written);
    const Hub &a = written.config->hub, &b = unwritten.config->hub;
    EXPECT_EQ(a.listen.host, b.listen.host);
    EXPECT_EQ(a.listen.port, b.listen.port);
    EXPECT_EQ(a.admin, b.admin);
    EXPECT_EQ(a.store, b.store);
    EXPECT_EQ(a.secrets, b.secrets);
    EXPECT_EQ(a.keep.events, b.keep.events);
    EXPECT_EQ(a.keep.traces, b.keep.traces);
    EXPECT_EQ(a.keep.dead_letters, b.keep.dead_letters);
    EXPECT_EQ(a.log.level, b.log.level);
    EXPECT_EQ(a.log.format, b.log.format);
    EXPECT_EQ(a.limits.max_body, b.limits.max_body);
    EXPECT_EQ(a.limits.max_hops, b.limits.max_hops);
    EXPECT_EQ(a.limits.max_runs, b.limits.max_runs);
    EXPECT_EQ(a.limits.max_items, b.limits.max_items);
    EXPECT_EQ(a.commit.wait, b.commit.wait);
    EXPECT_EQ(a.commit.units, b.commit.units);
}

TEST(LanguageSchema, TheDefaultsOfAConnectorAreThoseThatHoldWhenNothingIsWritten) {
    const json::object schema = schema_of({chat()});
    std::string text = "connectors:\n  c:\n    plugin: chat\n    retry:\n";
    for (const auto& [key, inner] : definition(schema, "retry").at("properties").as_object())
        text += "      " + std::string(key) + ": " + json::serialize(inner.at("default")) + '\n';
    for (const auto* key : {"since", "max_age"}) {
        text += "    " + std::string(key) + ": " +
                json::serialize(definition(schema, "connector").at("properties").at(key).at("default")) +
                '\n';
    }
    const auto result = load_text(text);

    ASSERT_TRUE(result.ok()) << said(result);
    const Instance& written = result.config->connectors.at("c");
    const Instance unwritten;
    EXPECT_EQ(written.since.kind, unwritten.since.kind);
    EXPECT_EQ(written.max_age, unwritten.max_age);
    EXPECT_EQ(written.retry.first, unwritten.retry.first);
    EXPECT_EQ(written.retry.longest, unwritten.retry.longest);
    EXPECT_EQ(written.retry.until_given_up, unwritten.retry.until_given_up);
}

TEST(LanguageSchema, APlugInsSettingsStandBesideTheHubsOwnKeysWhichWin) {
    const json::object schema = schema_of({chat()});
    const auto& connector = definition(schema, "connector_chat");
    const auto& keys = connector.at("properties").as_object();

    EXPECT_EQ(connector.at("additionalProperties"), false);
    EXPECT_EQ(json::serialize(connector.at("required")), R"(["plugin","room"])");
    EXPECT_EQ(json::serialize(keys.at("word")), R"({"$ref":"#/$defs/secret"})");
    EXPECT_EQ(keys.at("size").at("default"), 5);
    EXPECT_EQ(keys.at("size").at("anyOf").at(0).at("minimum"), 1);
    EXPECT_EQ(keys.at("room").at("description"), "Which room");
    EXPECT_EQ(keys.at("size").at("description"), "How many may talk") << "a title is only a stand-in";
    // A room may be written as a bare number, which YAML reads as one.
    EXPECT_EQ(json::serialize(keys.at("room").at("anyOf").at(0).at("type")),
              R"(["string","number","boolean"])");
    EXPECT_EQ(keys.at("since").at("default"), "now");
}

TEST(LanguageSchema, OperationsAndEventsOfThePlugInsAreAllThatMayBeNamed) {
    const json::object schema = schema_of({chat()});

    EXPECT_EQ(definition(schema, "target").at("pattern"), "^[A-Za-z_][A-Za-z0-9_]{0,63}\\.(?:say)$");
    EXPECT_THAT(std::string(definition(schema, "trigger").at("pattern").as_string()),
                ::testing::HasSubstr("\\.(?:message\\.received))$"));
    EXPECT_THAT(std::string(definition(schema, "trigger").at("markdownDescription").as_string()),
                ::testing::HasSubstr("Somebody wrote (Chat)"));
    EXPECT_EQ(json::serialize(definition(schema, "step_call").at("allOf").at(0)),
              R"({"if":{"properties":{"call":{"pattern":"\\.say$"}},"required":["call"]},)"
              R"("then":{"properties":{"with":{"$ref":"#/$defs/arguments_chat_say"}},"required":["with"]}})");
}

TEST(LanguageSchema, WithoutPlugInsNoConnectorAndNoCallIsPossible) {
    const json::object schema = schema_of({});

    EXPECT_EQ(json::serialize(definition(schema, "connector_plugin")), R"({"not":{}})");
    EXPECT_EQ(json::serialize(definition(schema, "target")), R"({"not":{}})");
}

}  // namespace
}  // namespace maillon::config
