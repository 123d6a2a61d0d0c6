#include "tests/unit/expression/check_support.h"

#include "core/expression/functions.h"
#include "core/expression/signature.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace maillon::expression {
namespace {

TEST(Check, FieldsHaveTheTypesOfTheirSchema) {
    EXPECT_EQ(type_of("event.text"), "string");
    EXPECT_EQ(type_of("event.kind"), "string");
    EXPECT_EQ(type_of("event.count"), "int");
    EXPECT_EQ(type_of("event.rating"), "double");
    EXPECT_EQ(type_of("event.parent"), "wrapper(string)");
    EXPECT_EQ(type_of("event.tags"), "list(string)");
    EXPECT_EQ(type_of("event.author.followers"), "int");
    EXPECT_EQ(type_of("event.author.friends"), "list(dyn)");
    EXPECT_EQ(type_of("event.labels.anything"), "string");
    EXPECT_EQ(type_of("event.raw.any.depth"), "dyn");
    EXPECT_EQ(type_of("event['count']"), "int");
    EXPECT_EQ(type_of("event.?count"), "optional_type(int)");
    EXPECT_EQ(type_of("event.?author.name"), "optional_type(string)");
    EXPECT_EQ(type_of("has(event.language)"), "bool");
}

TEST(Check, WhatIsNotKnownFitsEverywhere) {
    EXPECT_EQ(type_of("meta.x.y[0]"), "dyn");
    EXPECT_EQ(type_of("meta.x + 1"), "int");
    EXPECT_EQ(type_of("meta.x + meta.y"), "dyn");
    EXPECT_EQ(type_of("meta.x == 1 || meta.x == 'a'"), "bool");
    EXPECT_EQ(type_of("meta.list.map(x, x.name)"), "list(dyn)");
    EXPECT_EQ(type_of("meta.x ? event.count : meta.y"), "dyn");
    EXPECT_EQ(type_of("event.text.startsWith(meta.prefix)"), "bool");
}

TEST(Check, NumbersCompareAcrossTypesButOnlyAddWithinOne) {
    EXPECT_EQ(type_of("event.rating > 3 && event.count < 2.5"), "bool");
    EXPECT_EQ(type_of("event.rating * 2.0"), "double");
    EXPECT_EQ(type_of("math.greatest(event.rating, 2.0)"), "double");
    EXPECT_EQ(type_of("math.greatest(event.rating, event.count)"), "dyn");
    EXPECT_NE(problems_of("event.rating + 1"), "");
}

TEST(Check, ListsAndMapsJoinTheTypesOfTheirItems) {
    EXPECT_EQ(type_of("[event.count, 2]"), "list(int)");
    EXPECT_EQ(type_of("[event.count, 'a']"), "list(dyn)");
    EXPECT_EQ(type_of("{'a': event.count, 'b': event.text}"), "map(string, dyn)");
    EXPECT_EQ(type_of("[event.author, {'name': 'x'}]"), "list(map(string, string))");
    EXPECT_EQ(type_of("[?event.?count]"), "list(int)");
    EXPECT_EQ(type_of("{?'n': event.?count}"), "map(string, int)");
    EXPECT_EQ(type_of("[null, event.parent]"), "list(wrapper(string))");
}

TEST(Check, MacrosKnowWhatTheyRunOver) {
    EXPECT_EQ(type_of("event.tags.map(t, size(t))"), "list(int)");
    EXPECT_EQ(type_of("event.replies.filter(r, r.verified).map(r, r.name)"), "list(string)");
    EXPECT_EQ(type_of("event.labels.transformMap(k, v, size(v))"), "map(string, int)");
    EXPECT_EQ(type_of("event.tags.transformMapEntry(i, t, {t: i})"), "map(string, int)");
    EXPECT_EQ(type_of("event.tags.transformList(i, t, i)"), "list(int)");
    EXPECT_EQ(type_of("event.replies.sortBy(r, r.name)[0].name"), "string");
    EXPECT_EQ(type_of("event.?count.optMap(n, n + 1)"), "optional_type(int)");
    EXPECT_EQ(type_of("event.?author.optFlatMap(a, a.?handle).orValue('')"), "string");
    EXPECT_EQ(type_of("cel.bind(n, event.count, n + n)"), "int");
    EXPECT_EQ(type_of("[].map(x, x)"), "list(dyn)");
}

TEST(Check, ANullableFieldIsItsTypeOrNull) {
    EXPECT_EQ(type_of("event.parent == null || event.parent.startsWith('t')"), "bool");
    EXPECT_EQ(type_of("event.?parent == null"), "bool");
    EXPECT_EQ(type_of("event.parent + 'x'"), "string");
    EXPECT_EQ(type_of("event.parent != 'x'"), "bool");
}

TEST(Check, AnObjectIsAMapFromString) {
    EXPECT_EQ(type_of("size(event)"), "int");
    EXPECT_EQ(type_of("'count' in event"), "bool");
    EXPECT_EQ(type_of("event.author == {'name': 'x'}"), "bool");
    EXPECT_EQ(type_of("event.author.map(k, k)"), "list(string)");
}

TEST(Check, AnUncheckedScopeLetsEverythingThrough) {
    const auto program = Program::compile("1 + 'a'", Scope().unchecked());

    ASSERT_TRUE(program);
    EXPECT_EQ(to_string(program->type()), "dyn");
}

TEST(Check, ARequiredTypeIsAskedForByName) {
    const Wanted when{TypeKind::boolean, "when"};

    const auto text = Program::compile("event.text", typed_scope(), when);
    const auto unknown = Program::compile("meta.x", typed_scope(), when);

    ASSERT_FALSE(text);
    EXPECT_EQ(text.error(), (std::vector<Problem>{{"when must be true or false, this is string", 0, 10,
                                                   "compare it: event.text != ''"}}));
    EXPECT_TRUE(unknown);
    EXPECT_TRUE(Program::compile("event.is_repost", typed_scope(), when));
}

TEST(Check, EveryFunctionHasASignatureThatFitsItsNumberOfArguments) {
    for (const FunctionRow* row : all_functions()) {
        const auto signatures = signatures_of(*row);
        EXPECT_FALSE(signatures.empty()) << row->name << " has no signature";
        for (std::size_t n = row->least; n <= row->most; ++n) {
            const bool taken = std::ranges::any_of(signatures, [&](const auto& s) { return s.takes(n); });
            EXPECT_TRUE(taken) << row->name << " with " << n << " arguments";
        }
    }
}

TEST(Check, NumbersOfTheJsonAreReadAsTheirSchemaSays) {
    constexpr std::string_view kEvent = R"({"rating":1,"count":2.0,"scores":[1,2.5,3]})";

    EXPECT_EQ(evaluate("type(event.rating)", kEvent), "type:double");
    EXPECT_EQ(evaluate("event.rating * 2.5", kEvent), "2.5");
    EXPECT_EQ(evaluate("type(event.count)", kEvent), "type:int");
    EXPECT_EQ(evaluate("event.count + 1", kEvent), "3");
    EXPECT_EQ(evaluate("event.scores.map(s, s / 2.0)", kEvent), "[0.5,1.25,1.5]");
    EXPECT_EQ(evaluate("event.scores[0] / 2.0", kEvent), "0.5");
    EXPECT_EQ(evaluate("event.?rating.orValue(0.0) / 2.0", kEvent), "0.5");
    EXPECT_EQ(evaluate("event.?rating.optMap(r, r / 2.0).orValue(0.0)", kEvent), "0.5");
    EXPECT_EQ(evaluate("event['rating'] / 2.0", kEvent), "0.5");
    EXPECT_EQ(evaluate("cel.bind(r, event.rating, r / 2.0)", kEvent), "0.5");
    EXPECT_EQ(evaluate("math.greatest(event.scores) / 2.0", kEvent), "1.5");
    EXPECT_EQ(evaluate("event.scores.first().value() / 2.0", kEvent), "0.5");
}

/// data/check_problems.txt: an expression, then its problems, each on an indented line.
TEST(Check, WrongExpressionsAreToldInTheseWords) {
    std::ifstream in(MAILLON_SOURCE_DIR "/tests/unit/expression/data/check_problems.txt");
    std::string line, source, expected;
    std::size_t told = 0;
    const auto compare = [&] {
        if (source.empty()) return;
        EXPECT_EQ(problems_of(source), expected) << source;
        ++told;
        expected.clear();
    };
    while (std::getline(in, line)) {
        if (line.empty() || line.starts_with('#')) continue;
        if (line.starts_with("    ")) {
            expected += line.substr(4) + "\n";
            continue;
        }
        compare();
        source = line;
    }
    compare();
    EXPECT_GE(told, 60u);
}

}  // namespace
}  // namespace maillon::expression
