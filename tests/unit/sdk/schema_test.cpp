#include "maillon/sdk.hpp"

#include <gtest/gtest.h>

namespace maillon {
namespace {

std::string required_of(const Schema& schema) {
    return json::serialize(schema.json().at("required"));
}
json::object field(const Schema& schema, std::string_view name) {
    return schema.json().at("properties").at(name).as_object();
}

TEST(Schema, AFieldWithoutADefaultIsRequired) {
    const auto schema =
        Schema().text("a", "A").text("b", "B", "x").integer("c", "C").boolean("d", "D", false);

    EXPECT_EQ(required_of(schema), R"(["a","c"])");
    EXPECT_EQ(field(schema, "b").at("default"), "x");
    EXPECT_EQ(field(schema, "d").at("default"), false);
    EXPECT_FALSE(field(schema, "a").contains("default"));
}

TEST(Schema, AnEmptyDefaultIsADefault) {
    EXPECT_EQ(required_of(Schema().text("a", "A", "")), "[]");
}

TEST(Schema, OptionalTakesTheLastFieldOutOfTheRequired) {
    const auto schema = Schema().text("a", "A").text("b", "B").optional().text("c", "C");

    EXPECT_EQ(required_of(schema), R"(["a","c"])");
}

TEST(Schema, OptionalAfterADefaultLeavesTheFieldBeforeAlone) {
    EXPECT_EQ(required_of(Schema().text("a", "A").text("b", "B", "x").optional()), R"(["a"])");
}

TEST(Schema, TypesAndLimitsAreWritten) {
    const auto schema =
        Schema().integer("n", "N", 5).between(1, 9).number("x", "X", 0.5).one_of("k", "K", {"a", "b"}, "a");

    EXPECT_EQ(field(schema, "n").at("type"), "integer");
    EXPECT_EQ(field(schema, "n").at("minimum"), 1);
    EXPECT_EQ(field(schema, "n").at("maximum"), 9);
    EXPECT_EQ(field(schema, "x").at("type"), "number");
    EXPECT_EQ(json::serialize(field(schema, "k").at("enum")), R"(["a","b"])");
}

TEST(Schema, SecretsAndAddressesAreMarkedForTheHost) {
    const auto schema = Schema().secret("password", "P").url("url", "U");

    EXPECT_EQ(field(schema, "password").at("x-maillon-secret"), true);
    EXPECT_EQ(field(schema, "url").at("x-maillon-egress"), true);
    EXPECT_EQ(field(schema, "url").at("format"), "uri");
}

TEST(Schema, UndeclaredFieldsAreRefusedUnlessItIsOpen) {
    EXPECT_EQ(Schema().json().at("additionalProperties"), false);
    EXPECT_EQ(Schema().open().json().at("additionalProperties"), true);
    EXPECT_EQ(Schema().json().at("type"), "object");
}

TEST(Schema, AnyTakesASchemaAsItIs) {
    const auto schema = Schema().any("list", {{"type", "array"}, {"minItems", 1}});

    EXPECT_EQ(field(schema, "list").at("minItems"), 1);
    EXPECT_EQ(required_of(schema), R"(["list"])");
}

TEST(Operations, CarryEveryPromise) {
    Operation reply{"reply", "Answer", Schema().text("to", "To").text("text", "Text")};
    reply.outbound = true;
    reply.idempotent_for = 3600;
    reply.target = {"to"};
    Operation find{"find", "Find", Schema()};
    find.reads = true;
    const auto all = Operations().add(reply).add(find).json();

    EXPECT_EQ(all.at("reply").at("title"), "Answer");
    EXPECT_EQ(all.at("reply").at("outbound"), true);
    EXPECT_EQ(all.at("reply").at("idempotent"), false);
    EXPECT_EQ(all.at("reply").at("idempotent_for"), 3600);
    EXPECT_EQ(json::serialize(all.at("reply").at("target")), R"(["to"])");
    EXPECT_EQ(all.at("reply").at("arguments").at("properties").as_object().size(), 2u);
    EXPECT_EQ(all.at("find").at("reads"), true);
}

TEST(EventTypes, CarryTitleAndSchema) {
    const auto all = EventTypes().type("message.received", "A message", {{"type", "object"}}).json();

    EXPECT_EQ(all.at("message.received").at("title"), "A message");
    EXPECT_EQ(all.at("message.received").at("data").at("type"), "object");
}

}  // namespace
}  // namespace maillon
