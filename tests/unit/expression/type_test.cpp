#include "core/expression/signature.h"
#include "core/expression/type_schema.h"
#include "core/expression/unify.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

namespace maillon::expression {
namespace {

std::string from_schema(std::string_view schema) {
    return to_string(type_of_schema(boost::json::parse(schema)));
}

TEST(Type, ItsTextIsReadBack) {
    for (const char* text : {"int", "list(int)", "map(string, dyn)", "wrapper(int)", "optional_type(string)",
                             "type(int)", "tuple(A, list(B))", "timestamp", "null_type", "net.IP"}) {
        const auto type = parse_type(text);
        ASSERT_TRUE(type) << text;
        EXPECT_EQ(to_string(*type), text);
        EXPECT_EQ(parse_type(to_string(*type)), type);
    }
    EXPECT_EQ(parse_type("google.protobuf.Duration"), Type(TypeKind::duration));
    EXPECT_EQ(parse_type("list"), Type::list(TypeKind::dyn));
}

TEST(Type, MalformedTextIsNoType) {
    for (const char* text :
         {"", "list(", "list()", "map(int)", "list(int", "list(int))", "a b", "wrapper(int,)"})
        EXPECT_FALSE(parse_type(text)) << text;
    EXPECT_FALSE(parse_type(std::string(100'000, '(')));
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "list(";
    EXPECT_FALSE(parse_type(deep));
}

TEST(Type, ASignatureSaysWhatItTakes) {
    const auto signature = parse_signature("(map(K, V), string?) -> list(V)");

    ASSERT_TRUE(signature);
    EXPECT_TRUE(signature->takes(1));
    EXPECT_TRUE(signature->takes(2));
    EXPECT_FALSE(signature->takes(0));
    EXPECT_FALSE(signature->takes(3));
    EXPECT_EQ(signature->parameters, 2u);
    EXPECT_FALSE(parse_signature("(int"));
    EXPECT_FALSE(parse_signature("(int?, int) -> int"));
    EXPECT_FALSE(parse_signature("(int..., int) -> int"));
}

TEST(Type, AVariableIsBoundOnceAndOnlyGrowsMoreGeneral) {
    Unifier unifier;
    const Type t = unifier.fresh();

    EXPECT_TRUE(unifier.assign(TypeKind::integer, t));
    EXPECT_FALSE(unifier.assign(TypeKind::text, t));
    EXPECT_EQ(unifier.finish(Type::list(t)), Type::list(TypeKind::integer));
    EXPECT_TRUE(unifier.assign(TypeKind::dyn, t));
    EXPECT_EQ(unifier.finish(t), Type(TypeKind::dyn));
}

TEST(Type, WhatDoesNotFitBindsNothing) {
    Unifier unifier;
    const Type t = unifier.fresh();

    EXPECT_FALSE(
        unifier.assign(Type::map(TypeKind::integer, TypeKind::text), Type::map(t, TypeKind::boolean)));
    EXPECT_EQ(unifier.resolve(t), t);
}

TEST(Type, AVariableNeverHoldsItself) {
    Unifier unifier;
    const Type a = unifier.fresh(), b = unifier.fresh();

    EXPECT_FALSE(unifier.assign(a, Type::list(a)));
    EXPECT_TRUE(unifier.assign(a, b));
    EXPECT_TRUE(unifier.assign(b, a));
    EXPECT_FALSE(unifier.assign(Type::list(b), a));
    EXPECT_EQ(unifier.finish(a), Type(TypeKind::dyn));
}

TEST(Schema, SaysWhatAValueIs) {
    EXPECT_EQ(from_schema(R"({"type":"string","format":"date-time"})"), "string");
    EXPECT_EQ(from_schema(R"({"type":"integer"})"), "int");
    EXPECT_EQ(from_schema(R"({"type":"number"})"), "double");
    EXPECT_EQ(from_schema(R"({"type":["string","null"]})"), "wrapper(string)");
    EXPECT_EQ(from_schema(R"({"type":["string","integer"]})"), "dyn");
    EXPECT_EQ(from_schema(R"({"type":["number","integer"]})"), "double");
    EXPECT_EQ(from_schema(R"({"enum":["a","b",null]})"), "wrapper(string)");
    EXPECT_EQ(from_schema(R"({"const":3})"), "int");
    EXPECT_EQ(from_schema(R"({"type":"array","items":{"type":"boolean"}})"), "list(bool)");
    EXPECT_EQ(from_schema(R"({"type":"object","additionalProperties":{"type":"integer"}})"),
              "map(string, int)");
    EXPECT_EQ(from_schema(R"({"anyOf":[{"type":"integer"},{"type":"null"}]})"), "wrapper(int)");
    EXPECT_EQ(from_schema(R"({"oneOf":[{"type":"integer"},{"type":"string"}]})"), "dyn");
    EXPECT_EQ(from_schema("{}"), "dyn");
    EXPECT_EQ(from_schema("true"), "dyn");
    EXPECT_EQ(from_schema(R"({"type":7,"properties":[]})"), "dyn");
}

TEST(Schema, AnObjectIsOpenUnlessItSaysOtherwise) {
    const Type open = type_of_schema(boost::json::parse(R"({"properties":{"a":{"type":"string"}}})"));
    const Type closed = type_of_schema(boost::json::parse(
        R"({"properties":{"a":{"type":"string","maxLength":9}},"required":["a"],"additionalProperties":false})"));

    EXPECT_TRUE(open.object().rest);
    EXPECT_FALSE(closed.object().rest);
    ASSERT_NE(closed.object().find("a"), nullptr);
    EXPECT_TRUE(closed.object().find("a")->required);
    EXPECT_EQ(closed.object().find("a")->most, 9u);
}

TEST(Schema, ReferencesAreFollowedAndDoNotLoop) {
    EXPECT_EQ(from_schema(R"({"$ref":"#/$defs/a","$defs":{"a":{"type":"integer"}}})"), "int");
    EXPECT_EQ(from_schema(R"({"$ref":"#"})"), "dyn");
    EXPECT_EQ(from_schema(R"({"type":"array","items":{"$ref":"#"}})"), "list(list(dyn))");
    EXPECT_EQ(from_schema(R"({"$ref":"#/$defs/none"})"), "dyn");
    EXPECT_EQ(from_schema(R"({"$ref":"https://example.com/x.json"})"), "dyn");
}

}  // namespace
}  // namespace maillon::expression
