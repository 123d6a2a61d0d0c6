#include "tests/unit/expression/support.h"

#include <gtest/gtest.h>

namespace maillon::expression {
namespace {

constexpr std::string_view kEvent =
    R"({"name":"Claire","n":3,"ok":true,"none":null,"at":"2026-09-14T08:12:44Z","list":[1]})";

TEST(Template, PutsValuesIntoText) {
    Bench run(kEvent);

    EXPECT_EQ(run.text("Hello ${event.name}, ${event.n} of ${event.n + 1.0 - 1.0 == 3.0 || true}"),
              "\"Hello Claire, 3 of true\"");
    EXPECT_EQ(run.text("${event.name}${event.n}"), "\"Claire3\"");
    EXPECT_EQ(run.text("at ${timestamp(event.at)}"), "\"at 2026-09-14T08:12:44Z\"");
    EXPECT_EQ(run.text("for ${duration('90s')}, ${1.5}, ${5.0}"), "\"for 90s, 1.5, 5\"");
}

TEST(Template, ALoneExpressionKeepsItsType) {
    Bench run(kEvent);

    EXPECT_EQ(run.text("${event.n}"), "3");
    EXPECT_EQ(run.text("${event.list}"), "[1]");
    EXPECT_EQ(run.text("${event.none}"), "null");
    EXPECT_EQ(run.text(" ${event.n}"), "\" 3\"");
}

TEST(Template, TextWithoutExpressionsIsAConstant) {
    const Scope scope;

    EXPECT_EQ(*Template::compile("+33612345678", scope)->literal(), "+33612345678");
    EXPECT_EQ(*Template::compile("", scope)->literal(), "");
    EXPECT_EQ(*Template::compile("a $${b} $ } {", scope)->literal(), "a ${b} $ } {");
    EXPECT_EQ(Template::compile("${1}", scope)->literal(), nullptr);
}

TEST(Template, BracesInsideTextsAndMapsDoNotEndTheExpression) {
    Bench run(kEvent);

    EXPECT_EQ(run.text("<${ {'a': {'b': '}'}}.a.b + \"}{\" }>"), "\"<}}{>\"");
    EXPECT_EQ(run.text("${'''}'''}${r'\\'}"), "\"}\\\\\"");
}

TEST(Template, OffsetsAreThoseOfTheWholeText) {
    Bench run(kEvent);

    const auto compiled = Template::compile("Hi ${event.name} and ${evnt.x} ${nope()}", run.scope);
    ASSERT_FALSE(compiled.has_value());
    ASSERT_EQ(compiled.error().size(), 2u);
    EXPECT_EQ(compiled.error()[0], (Problem{"unknown variable 'evnt'", 23, 27, "did you mean 'event'?"}));
    EXPECT_EQ(compiled.error()[1].begin, 33u);

    const auto failing = Template::compile("Hi ${event.nope}!", run.scope).value();
    const Problem problem = failing.evaluate(run.activation, run.arena).problem();
    EXPECT_EQ(problem.message, "no such key 'nope' in 'event'");
    EXPECT_EQ(problem.begin, 5u);
    EXPECT_EQ(problem.end, 15u);
}

TEST(Template, WhatHasNoTextSaysSo) {
    Bench run(kEvent);

    EXPECT_EQ(run.text("x ${event.none}"),
              "error: a value of type null_type cannot stand inside text; give another value for null, as in "
              "x == null ? '' : x");
    EXPECT_EQ(run.text("x ${event.list}"),
              "error: a value of type list cannot stand inside text; join its texts with .join(', ')");
    EXPECT_EQ(run.text("x ${event.?name}"),
              "problem: optional cannot stand inside text; take the value out: event.?name.orValue('')")
        << "known before any evaluation";
}

TEST(Template, AnOpenOrEmptyExpressionIsAProblem) {
    Bench run(kEvent);

    EXPECT_EQ(run.text("a ${event.name"),
              "problem: '${' is not closed; end the expression with '}'; a literal '${' is written '$${'");
    EXPECT_EQ(run.text("a ${}"), "problem: there is no expression");
    EXPECT_EQ(run.text("a ${'x}"), "problem: text is not closed; end it with '");
}

TEST(Template, TellsTheVariablesOfAllItsExpressions) {
    const Scope scope = Scope().declare("event").declare("person").declare("talk");

    const auto text = Template::compile("${person.name} ${event.x} ${person.y}", scope).value();

    EXPECT_EQ(text.variables(), (std::vector<std::string>{"person", "event"}));
    EXPECT_FALSE(text.is_expression());
    EXPECT_TRUE(Template::compile("${event}", scope)->is_expression());
}

}  // namespace
}  // namespace maillon::expression
