#include "tests/unit/expression/support.h"

#include <gtest/gtest.h>

namespace maillon::expression {
namespace {

Problem only(const std::vector<Problem>& problems) {
    EXPECT_EQ(problems.size(), 1u);
    return problems.empty() ? Problem{} : problems.front();
}

TEST(CompileProblems, AnUnknownVariableSuggestsTheOneThatIsNear) {
    Bench run;
    run.scope.declare("person");

    EXPECT_EQ(only(run.problems("evnt.kind == 'x'")),
              (Problem{"unknown variable 'evnt'", 0, 4, "did you mean 'event'?"}));
    EXPECT_EQ(only(run.problems("evnt.contains('x')")),
              (Problem{"unknown variable 'evnt'", 0, 4, "did you mean 'event'?"}));
    EXPECT_EQ(only(run.problems("[1].map(item, itm)")),
              (Problem{"unknown variable 'itm'", 14, 17, "did you mean 'item'?"}));
    EXPECT_EQ(only(run.problems("zzzzzzzz")),
              (Problem{"unknown variable 'zzzzzzzz'", 0, 8, "known here: event and person"}));
}

TEST(CompileProblems, AnUnknownFunctionSuggestsTheOneThatIsNear) {
    Bench run;

    EXPECT_EQ(only(run.problems("event.text.startWith('a')")),
              (Problem{"unknown function 'startWith'", 11, 20, "did you mean 'startsWith'?"}));
    EXPECT_EQ(only(run.problems("event.list.exist(x, x)")).hint, "did you mean 'exists'?");
    EXPECT_EQ(only(run.problems("math.sqr(4)")).hint, "did you mean 'math.sqrt'?");
    EXPECT_EQ(only(run.problems("startsWith(event.text, 'a')")).hint, "it is a method: x.startsWith(…)");
    EXPECT_EQ(only(run.problems("event.n.int()")).hint, "it is no method: int(x)");
}

TEST(CompileProblems, HabitsOfOtherLanguagesAreAnsweredWithWhatIsWrittenHere) {
    struct {
        const char *source, *hint;
    } constexpr kHabits[] = {
        {"event.text.length() > 3", "write size(x)"},
        {"len(event.text)", "write size(x)"},
        {"event.text.toLowerCase()", "write x.lower()"},
        {"event.text.includes('a')", "write x.contains(…) for text, … in x for lists"},
        {"event.text.words()", "write text.words(x)"},
        {"words(event.text)", "write text.words(…)"},
        {"e164(event.text)", "write phone.e164(…)"},
        {"now()", "write timestamp(meta.time): an expression gives the same whenever it is asked"},
        {"not(event.own)", "write !x"},
        {"event.own == True", "write true"},
        {"event.text == None", "write null"},
        {"if(event.own, 1, 2)", "write condition ? a : b"},
        {"event.own and event.a", "write '&&'"},
        {"event.text <> 'a'", "write '!='"},
        {"event.text is null", "write '=='"},
        {"event.text like 'a%'", "write x.contains('…'), x.startsWith('…') or x.matches('…')"},
        {"event.text contains 'a'", "write x.contains(…)"},
        {"event.text not in ['a']", "write !(x in [ … ])"},
        {"event.text ?? 'a'", "write event.?x.orValue(…) for what may be missing"},
        {"event.text ?: 'a'", "write event.?x.orValue(…) for what may be missing"},
        {"event.text =~ 'a'", "write x.matches('…')"},
        {"event.text = 'a'", "compare with '=='"},
        {"event.text == 'it''s'", "a quote inside a text is written \\'"},
        {"event.list[*].a", "write x.map(e, e.field) for each of a list"},
        {"event.text;", "write one expression only"},
        {"event.n ++", "write + 1; nothing can be changed here"},
        {"{a: 1}", "a key is an expression: for the text write 'a'"},
        {"event.été", "names are letters from a to z, digits and '_'; of other fields write event['…']"},
    };
    for (const auto& [source, hint] : kHabits) {
        Bench run;
        const auto problems = run.problems(source);
        ASSERT_FALSE(problems.empty()) << source;
        EXPECT_EQ(problems.front().hint, hint) << source << ": " << problems.front().message;
    }
}

TEST(CompileProblems, AWordThatOnlyBeginsLikeAnOperatorIsNotTakenForOne) {
    Bench run;

    EXPECT_EQ(only(run.problems("event.text island")).hint, "");
    EXPECT_EQ(only(run.problems("event.text order")).hint, "");
}

TEST(CompileProblems, AWrongNumberOfArgumentsSaysHowManyThereShouldBe) {
    Bench run;

    EXPECT_EQ(only(run.problems("event.text.contains()")).message, "'contains' takes 1 argument, not 0");
    EXPECT_EQ(only(run.problems("event.text.substring(1, 2, 3)")).message,
              "'substring' takes 1 or 2 arguments, not 3");
    EXPECT_EQ(only(run.problems("size()")).message, "'size' takes 1 argument, not 0");
}

TEST(CompileProblems, SeveralAreFoundInOneLook) {
    Bench run;

    const auto problems = run.problems("evnt.a == 1 && event.text.foo() && nope(2) && 'a'.matches('[')");

    ASSERT_EQ(problems.size(), 4u);
    EXPECT_EQ(problems[0].message, "unknown variable 'evnt'");
    EXPECT_EQ(problems[1].message, "unknown function 'foo'");
    EXPECT_EQ(problems[2].message, "unknown function 'nope'");
    EXPECT_EQ(problems[3].message, "bad regular expression: missing ]: [");
    EXPECT_EQ(problems[3].begin, 58u);
}

TEST(CompileProblems, SlipsOfTheHandGetTheRightSpelling) {
    Bench run;

    EXPECT_EQ(to_string(only(run.problems("event.a = 1"))), "'=' is no operator; compare with '=='");
    EXPECT_EQ(to_string(only(run.problems("true & false"))), "'&' is no operator; write '&&'");
    EXPECT_EQ(to_string(only(run.problems("true and false"))), "unexpected 'and'; write '&&'");
    EXPECT_EQ(to_string(only(run.problems("(1 + 2"))), "the expression ends where ')' was expected");
    EXPECT_EQ(to_string(only(run.problems("[1, 2"))), "the expression ends where ']' was expected");
    EXPECT_EQ(to_string(only(run.problems("'abc"))), "text is not closed; end it with '");
    EXPECT_EQ(to_string(only(run.problems("1x"))), "'1x' is no number");
    EXPECT_EQ(to_string(only(run.problems("1 2"))), "unexpected '2'");
    EXPECT_EQ(to_string(only(run.problems("event.in"))), "'in' is a keyword; write .`in`");
    EXPECT_EQ(to_string(only(run.problems("  "))), "there is no expression");
    EXPECT_EQ(to_string(only(run.problems("has(event['a'])"))),
              "has() takes a field, as in has(event.text); for a key write 'key' in map");
    EXPECT_EQ(to_string(only(run.problems("[1].all(x.y, true)"))),
              "a simple name is needed here for the variable");
    EXPECT_EQ(to_string(only(run.problems("Contact{name: 'x'}"))),
              "message 'Contact{…}' cannot be built here; write a map: {'field': value}");
}

TEST(CompileProblems, OffsetsCountBytesOfTheWholeSource) {
    Bench run;

    const Problem escape = only(run.problems("'é\\q'"));
    EXPECT_EQ(escape.message, "unknown escape '\\q'");
    EXPECT_EQ(escape.begin, 3u);
    EXPECT_EQ(escape.end, 5u);
    EXPECT_EQ(place_of("'é'\n + x", 7), (Place{2, 3}));
    EXPECT_EQ(place_of("'é' + x", 7), (Place{1, 7}));
}

TEST(CompileProblems, BytesThatAreNotUtf8AreRefused) {
    Bench run;

    EXPECT_EQ(only(run.problems("'\xff'")).message, "the expression is not valid UTF-8");
}

TEST(Limits, ASourceMayBeNestedSoDeepAndNoDeeper) {
    Bench run;
    const auto nested = [](std::size_t depth, std::string_view open, std::string_view close) {
        std::string out;
        for (std::size_t i = 0; i < depth; ++i) out += open;
        out += "1";
        for (std::size_t i = 0; i < depth; ++i) out += close;
        return out;
    };

    EXPECT_EQ(run(nested(200, "(", ")")), "1");
    EXPECT_EQ(run(nested(200, "[", "]").append("[0]")).front(), '[');
    for (const auto& [open, close] : {std::pair{"(", ")"},
                                      {"[", "]"},
                                      {"{1:", "}"},
                                      {"-(", ")"},
                                      {"true?1:", ""},
                                      {"1+(", ")"},
                                      {"size(", ")"}}) {
        EXPECT_EQ(only(run.problems(nested(5000, open, close))).message, "nested more than 250 levels deep")
            << open;
    }
    for (const std::string_view link : {" + 1", ".a", "[0]"}) {
        EXPECT_EQ(only(run.problems(nested(5000, "", link))).message, "nested more than 250 levels deep")
            << link;
    }
    EXPECT_EQ(only(run.problems(nested(5000, "!", ""))).message, "nested more than 250 levels deep");
}

TEST(Limits, AChainOfAndOrIsNoNesting) {
    Bench run;
    std::string chain = "false";
    for (int i = 0; i < 5000; ++i) chain += " || 1 > 2";

    EXPECT_EQ(run(chain), "false");
}

// Looking each of them up from the root again would take minutes.
TEST(Limits, LongChainsOfFieldsOfUnknownNamesAreJudgedInTimeInProportionToTheirLength) {
    std::string chain = "x";
    for (int i = 0; i < 240; ++i) chain += ".y";
    std::string source = chain;
    for (int i = 0; i < 100; ++i) source += " || " + chain;
    Bench run;

    const auto problems = run.problems(source);

    ASSERT_EQ(problems.size(), 101u);
    EXPECT_EQ(problems.back().message, "unknown variable 'x'");
}

// Written out, the last of the types would have more parts than there is memory for.
TEST(Limits, TypesThatDoubleAtEachStepAreRefusedAtOnce) {
    std::string plain = "0", inferred = "0";
    for (int i = 60; i > 0; --i) {
        plain = "cel.bind(v, {v: v}, " + plain + ")";
        // What m is a map of shows only behind it, in j.
        const std::string n = std::to_string(i), before = i == 1 ? "[1]" : "m" + std::to_string(i - 1);
        inferred = "cel.bind(l, [], cel.bind(m" + n + ", {l[0]: l[0]}, cel.bind(j, [l[0], " + before + "], " +
                   inferred + ")))";
    }
    Bench run;

    EXPECT_EQ(run.problems("cel.bind(v, [1], " + plain + ")").front().message,
              "a map has no keys of type list of int");
    EXPECT_EQ(only(run.problems(inferred)).message,
              "the types in this expression are too large to be checked");
}

// Nor is a name compared with all others when nobody can have typed it.
TEST(Limits, ALongUnknownNameIsNotComparedWithOthers) {
    Bench run;
    const std::string near(40'000, 'a'), typed = near + "b";

    EXPECT_EQ(only(run.problems("[1].map(" + near + ", " + typed + ")")).message,
              "unknown variable '" + typed + "'");
}

TEST(Limits, ASourceTooLongIsRefused) {
    Bench run;

    EXPECT_EQ(only(run.problems(std::string(100'001, ' '))).message,
              "the expression is longer than 100000 characters");
}

TEST(Limits, MacrosOverElementsNestFourDeep) {
    Bench run;

    EXPECT_EQ(run("[1].all(a, [1].all(b, [1].all(c, [1].all(d, true))))"), "true");
    EXPECT_EQ(only(run.problems("[1].all(a, [1].all(b, [1].all(c, [1].all(d, [1].all(e, true)))))")).message,
              "macros over elements are nested more than 4 deep");
}

TEST(Limits, WhatCostsTooMuchEndsWithAnErrorThatNothingHides) {
    Bench run;

    const std::string exceeded =
        "error: cost limit exceeded; the expression may use 1000000 units per evaluation";
    EXPECT_EQ(run("lists.range(2000).all(a, lists.range(2000).all(b, a + b >= 0))"), exceeded);
    EXPECT_EQ(run("lists.range(2000).exists(a, lists.range(2000).exists(b, b < 0)) || true"), exceeded);
    EXPECT_EQ(run("lists.range(999999999999)"), exceeded);
    EXPECT_EQ(run("[1, 2, 3, 4].exists(x, lists.range(9223372036854775807) == [x])"), exceeded);
    EXPECT_EQ(
        run("cel.bind(t, lists.range(100000).map(x, 'ten chars!').join('0123456789'), size(t + t + t + t))"),
        exceeded);
    EXPECT_EQ(run("[1].map(a, lists.range(40)).map(x, x.map(y, 'a')) == []"), "false");
}

TEST(Limits, SharedPartsCannotBlowUpComparisonOrOutput) {
    Bench run;
    std::string source = "[1, 1]";
    for (int i = 0; i < 40; ++i)
        source = "cel.bind(x" + std::to_string(i) + ", " + source + ", [x" + std::to_string(i) + ", x" +
                 std::to_string(i) + "])";

    EXPECT_EQ(run("cel.bind(a, " + source + ", a == a)"),
              "error: cost limit exceeded; the expression may use 1000000 units per evaluation");
    EXPECT_EQ(run("'%s'.format([" + source + "])"),
              "error: cost limit exceeded; the expression may use 1000000 units per evaluation");
    EXPECT_EQ(run(source), "not JSON: the value is too large to be written as JSON");
}

TEST(Limits, TheBudgetIsTheScopes) {
    Bench run;
    run.limits({.cost = 100});

    EXPECT_EQ(run("lists.range(20).all(x, x >= 0)"), "true");
    EXPECT_EQ(run("lists.range(50).all(x, x >= 0)"),
              "error: cost limit exceeded; the expression may use 100 units per evaluation");
}

}  // namespace
}  // namespace maillon::expression
