#include "tests/unit/expression/check_support.h"

#include <gtest/gtest.h>

namespace maillon::expression {
namespace {

Cost cost_of(std::string_view source) {
    return Program::compile(source, typed_scope()).value().cost();
}

TEST(StaticCost, AddsUpTheParts) {
    EXPECT_EQ(cost_of("1").most, 1u);
    EXPECT_EQ(cost_of("event.count + 1").most, 4u);
    EXPECT_EQ(cost_of("event.count > 1 ? 1 : 2").most, 6u);
}

TEST(StaticCost, WhatMayBeLeftOutCountsOnlyAtMost) {
    const Cost cost = cost_of("event.is_repost && event.count > 1");

    EXPECT_LT(cost.least, cost.most);
    EXPECT_GE(cost.least, 2u);
}

TEST(StaticCost, AMacroMultipliesByTheLongestThatItsRangeCanBe) {
    const std::uint64_t bounded = cost_of("event.tags.all(t, t == 'x')").most;
    const std::uint64_t assumed = cost_of("event.replies.all(t, t.name == 'x')").most;

    EXPECT_LT(bounded, 8 * 20u);
    EXPECT_GT(assumed, 100u);
    EXPECT_LT(assumed, 100 * 20u);
    EXPECT_LT(cost_of("[1, 2].all(x, x > 0)").most, 20u);
    EXPECT_EQ(cost_of("[1, 2].map(x, x)").least, cost_of("[1, 2].map(x, x)").most);
    EXPECT_LT(cost_of("event.replies.slice(0, 2).all(t, true)").most,
              cost_of("event.replies.all(t, true)").most);
}

TEST(StaticCost, NestedMacrosOverUnboundedListsAreRefused) {
    EXPECT_EQ(
        problems_of("meta.a.all(a, meta.b.all(b, meta.c.all(c, meta.d.all(d, a + b == c + d))))"),
        "14-73 the macro 'all' may cost 608,040,403 units, and 100,000,000 are allowed; macros inside "
        "each other multiply; lists of unknown length are taken for 100 long: say maxItems in the schema, "
        "or take a part with .slice(0, 10)\n");
    EXPECT_EQ(problems_of("meta.a.all(a, meta.b.all(b, a != b))"), "");
}

TEST(StaticCost, TheSmallestPartThatCostsTooMuchIsPointedAt) {
    Scope scope = typed_scope();
    scope.limits({.static_cost = 1'000});

    const auto program =
        Program::compile("event.count > 1 && meta.a.exists(a, meta.b.exists(b, a == b))", scope);

    ASSERT_FALSE(program);
    EXPECT_EQ(program.error().front().begin, 36u);
}

TEST(StaticCost, ItDoesNotOverflow) {
    Scope scope = typed_scope();
    scope.limits({.comprehensions = 40, .static_cost = ~std::uint64_t{0}});
    std::string source = "true";
    for (int i = 0; i < 20; ++i) source = "meta.a.all(x, " + source + ")";

    const auto program = Program::compile(source, scope);

    ASSERT_TRUE(program);
    EXPECT_EQ(program->cost().most, ~std::uint64_t{0});
}

}  // namespace
}  // namespace maillon::expression
