#include "core/expression/template.h"
#include "core/expression/type_schema.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace maillon::expression {
namespace {

Type type(std::string_view text) {
    const auto out = parse_type(text);
    EXPECT_TRUE(out) << text;
    return out.value_or(TypeKind::dyn);
}

std::string either(std::string_view a, std::string_view b) {
    const auto out = to_string(type_of_either(type(a), type(b)));
    EXPECT_EQ(out, to_string(type_of_either(type(b), type(a)))) << "the order says nothing";
    return out;
}

std::string as_json(std::string_view text) {
    return to_string(type_as_json(type(text)));
}

Type of_json(std::string_view text) {
    return type_of_json(boost::json::parse(text));
}

const ObjectType::Field& field(const Type& of, std::string_view name) {
    const auto* found = of.object().find(name);
    EXPECT_NE(found, nullptr) << name;
    static const ObjectType::Field none;
    return found == nullptr ? none : *found;
}

TEST(TypeAsJson, IsWhatIsReadBack) {
    EXPECT_EQ(as_json("timestamp"), "string");
    EXPECT_EQ(as_json("duration"), "string");
    EXPECT_EQ(as_json("bytes"), "string");
    EXPECT_EQ(as_json("net.IP"), "string");
    EXPECT_EQ(as_json("uint"), "int");
    EXPECT_EQ(as_json("double"), "double");
    EXPECT_EQ(as_json("list(timestamp)"), "list(string)");
    EXPECT_EQ(as_json("map(string, uint)"), "map(string, int)");
    EXPECT_EQ(as_json("optional_type(timestamp)"), "wrapper(string)") << "none is null";
    EXPECT_EQ(as_json("optional_type(dyn)"), "dyn");
}

TEST(TypeOfJson, AnObjectIsClosedAndAListHasWhatItsItemsAre) {
    const auto order =
        of_json(R"({"id": 7, "lines": [{"sku": "a"}, {"sku": "b", "count": 2}], "note": null})");

    EXPECT_FALSE(order.object().rest);
    EXPECT_EQ(field(order, "id").type, Type(TypeKind::integer));
    EXPECT_EQ(field(order, "note").type, Type(TypeKind::null));
    const auto line = field(order, "lines").type.part(0);
    EXPECT_TRUE(field(line, "sku").required);
    EXPECT_FALSE(field(line, "count").required);
    EXPECT_EQ(to_string(of_json("[1, 2.5]")), "list(dyn)");
    EXPECT_EQ(to_string(of_json("[]")), "list(dyn)");
}

TEST(TypeOfEither, IsWhatHoldsForBoth) {
    EXPECT_EQ(either("int", "int"), "int");
    EXPECT_EQ(either("int", "string"), "dyn");
    EXPECT_EQ(either("int", "double"), "dyn") << "which of the two a JSON number is, is not known then";
    EXPECT_EQ(either("int", "null"), "wrapper(int)");
    EXPECT_EQ(either("wrapper(int)", "int"), "wrapper(int)");
    EXPECT_EQ(either("wrapper(int)", "string"), "dyn");
    EXPECT_EQ(either("list(int)", "list(string)"), "list(dyn)");
    EXPECT_EQ(either("map(string, int)", "map(string, null)"), "map(string, wrapper(int))");
}

TEST(TypeOfEither, AnObjectHasTheFieldsOfBoth) {
    const auto both =
        type_of_either(of_json(R"({"id": "a", "size": 1})"), of_json(R"({"id": "b", "verb": "like"})"));

    EXPECT_TRUE(field(both, "id").required);
    EXPECT_FALSE(field(both, "size").required);
    EXPECT_FALSE(field(both, "verb").required);
    EXPECT_EQ(both.object().fields.size(), 3u);
}

TEST(TypeOfEither, AFieldOfOneMayBeAnyOtherOfAnOpenOne) {
    ObjectType open;
    open.rest = TypeKind::text;

    const auto both = type_of_either(of_json(R"({"size": 1, "name": "a"})"), Type::object(open));

    EXPECT_EQ(field(both, "size").type, Type(TypeKind::dyn));
    EXPECT_EQ(field(both, "name").type, Type(TypeKind::text));
    EXPECT_EQ(both.object().rest, std::optional<Type>(TypeKind::text));
}

/// The first problem, "message / hint", or empty.
std::string problem_of(std::string_view source, const Wanted& wanted) {
    Scope scope;
    scope.declare("n", TypeKind::integer).declare("t", TypeKind::timestamp);
    scope.declare("o", Type::optional(TypeKind::text)).declare("l", Type::list(TypeKind::text));
    const auto out = Template::compile(source, scope, wanted);
    return out ? std::string() : out.error().front().message + " / " + out.error().front().hint;
}

TEST(TemplateTypes, ALoneExpressionMustBeWhatIsWanted) {
    const Wanted text{TypeKind::text, "'id'", Wanted::Form::json};
    EXPECT_EQ(problem_of("${n}", text), "'id' must be string, this is int / write string(n)");
    EXPECT_EQ(problem_of("${n} of them", text), "") << "text it is";
    EXPECT_EQ(problem_of("${t}", text), "") << "as JSON it is text";
    EXPECT_EQ(problem_of("${t}", {TypeKind::text, "'id'"}),
              "'id' must be string, this is timestamp / write string(t)");
    EXPECT_EQ(problem_of("${n}", {TypeKind::number, "'id'", Wanted::Form::json}), "");
}

TEST(TemplateTypes, AnOptionalIsEnoughUnlessTheValueMustBeThere) {
    EXPECT_EQ(problem_of("${o}", {TypeKind::text, "'id'", Wanted::Form::json}), "");
    EXPECT_EQ(problem_of("${o}", {TypeKind::text, "'id'", Wanted::Form::sure_json}),
              "'id' must be string, this is optional string / take the value out: o.orValue('')");
}

TEST(TemplateTypes, WhatStandsInsideTextMustBeAbleTo) {
    EXPECT_EQ(problem_of("${n} ${t}", {}), "");
    EXPECT_EQ(problem_of("tags ${l}", {}), "list of string cannot stand inside text / join it: l.join(', ')");
    EXPECT_EQ(problem_of("for ${o}", {}),
              "optional string cannot stand inside text / take the value out: o.orValue('')");
    EXPECT_EQ(problem_of("${l}", {}), "") << "alone it stays a list";
    EXPECT_EQ(problem_of("${l}", {.form = Wanted::Form::text}),
              "list of string cannot stand inside text / join it: l.join(', ')");
}

TEST(TemplateTypes, TheTypeOfAllButALoneExpressionIsText) {
    Scope scope;
    scope.declare("n", TypeKind::integer);
    EXPECT_EQ(Template::compile("${n}", scope)->type(), Type(TypeKind::integer));
    EXPECT_EQ(Template::compile("${n}.", scope)->type(), Type(TypeKind::text));
    EXPECT_EQ(Template::compile("n", scope)->type(), Type(TypeKind::text));
}

}  // namespace
}  // namespace maillon::expression
