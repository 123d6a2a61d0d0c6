#include "tests/unit/expression/support.h"

#include <gtest/gtest.h>

#include <thread>

namespace maillon::expression {
namespace {

constexpr std::string_view kEvent =
    R"({"kind":"comment","text":"Où est ma commande ?","language":"fr","is_repost":false,
    "likes":17,"author":{"name":"Claire","followers":1280,"site":null},"tags":["a","b"],"big":18446744073709551615})";

TEST(Evaluation, ReadsTheEventsFieldsWhereTheyLie) {
    Bench run(kEvent);

    EXPECT_EQ(run("event.kind == 'comment'"), "true");
    EXPECT_EQ(run("event.author.followers + event.likes"), "1297");
    EXPECT_EQ(run("event.tags[1] + event.tags[0]"), "\"ba\"");
    EXPECT_EQ(run("event['author']['name']"), "\"Claire\"");
    EXPECT_EQ(run("!event.is_repost && event.language in ['fr', 'en']"), "true");
}

TEST(Evaluation, JsonWholeNumbersAreIntAndTooLargeOnesUint) {
    Bench run(R"({"i":5,"d":5.0,"u":9223372036854775808,"e":5e0})");

    EXPECT_EQ(run("type(event.i)"), "type:int");
    EXPECT_EQ(run("type(event.d)"), "type:double");
    EXPECT_EQ(run("type(event.e)"), "type:double");
    EXPECT_EQ(run("type(event.u)"), "type:uint");
    EXPECT_EQ(run("event.u == 9223372036854775808u && event.i == event.d"), "true");
}

TEST(Evaluation, JsonListsAndMapsBehaveLikeThoseOfTheLanguage) {
    Bench run(R"({"list":[1,"a",[2],{"k":true}],"map":{"a":1,"b":null},"empty":[]})");

    EXPECT_EQ(run("event.list == [1.0, 'a', [2u], {'k': true}]"), "true");
    EXPECT_EQ(run("event.map == {'b': null, 'a': 1}"), "true");
    EXPECT_EQ(run("size(event.list) + size(event.map) + size(event.empty)"), "6");
    EXPECT_EQ(run("'b' in event.map && !('c' in event.map) && 'a' in event.list"), "true");
    EXPECT_EQ(run("event.map[?''].hasValue()"), "false");
    EXPECT_EQ(run("event.map.map(k, k)"), R"(["a","b"])");
    EXPECT_EQ(run("event.list + event.empty + [0]"), R"([1,"a",[2],{"k":true},0])");
    EXPECT_EQ(run("event.list.reverse()[0].k"), "true");
    EXPECT_EQ(run("event.map.transformMap(k, v, v == null)"), R"({"a":false,"b":true})");
}

TEST(Evaluation, AMissingFieldIsAnErrorThatNamesTheWayOut) {
    Bench run(kEvent);

    const Problem problem = run.problem("1 == 1 && event.author.lang == 'fr'");

    EXPECT_EQ(problem.message, "no such key 'lang' in 'event.author'");
    EXPECT_EQ(problem.hint, "use has(event.author.lang) or event.author.?lang.orValue(…)");
    EXPECT_EQ(problem.begin, 10u);
    EXPECT_EQ(problem.end, 27u);
}

TEST(Evaluation, AFieldOfNullOrOfTextSaysWhatItWasAskedOf) {
    Bench run(kEvent);

    EXPECT_EQ(run("event.author.site.host"), "error: null_type has no fields: .host; the value is null");
    EXPECT_EQ(run("event.text.host"), "error: string has no fields: .host");
}

TEST(Evaluation, ErrorsSayWhatWasGivenAndWhere) {
    Bench run(kEvent);

    EXPECT_EQ(run("event.likes + 1.5"),
              "error: no such overload: '+' for int and double; convert one side with int(…), uint(…) or "
              "double(…)");
    EXPECT_EQ(run("event.text + event.likes"),
              "error: no such overload: '+' for string and int; convert to text with string(…)");
    EXPECT_EQ(run("event.tags[7]"), "error: index 7 out of range, size is 2");
    EXPECT_EQ(run("event.tags[event.likes]"), "error: index 17 out of range, size is 2");
    EXPECT_EQ(run("event.text && true"),
              "error: no such overload: '&&' wants bool, not string; compare it with something");
    EXPECT_EQ(run("{'a': 1}['b']"),
              "error: no such key 'b' in '{'a': 1}'; use \"b\" in {'a': 1} or {'a': 1}[?\"b\"].orValue(…)");
    EXPECT_EQ(run("int('x')"), "error: cannot convert string \"x\" to int");
    const Problem division = run.problem("[1, 2].map(x, 10 / (x - 1))");
    EXPECT_EQ(division.message, "divide by zero");
    EXPECT_EQ(division.begin, 14u);
    EXPECT_EQ(division.end, 26u);
}

TEST(Evaluation, ADecidingOperandHidesErrorsOnEitherSide) {
    Bench run(kEvent);

    EXPECT_EQ(run("event.nope == 1 && false"), "false");
    EXPECT_EQ(run("event.nope == 1 || event.likes == 17"), "true");
    EXPECT_EQ(run("event.tags.exists(t, t == 'b' || event.nope)"), "true");
    EXPECT_EQ(run("event.tags.all(t, t == 'x' && event.nope)"), "false");
    EXPECT_EQ(run("has(event.nope) && event.nope == 1"), "false");
    EXPECT_EQ(run("has(event.author.site)"), "true");
}

TEST(Evaluation, AnUnboundVariableIsAnErrorThatNamesIt) {
    Bench run(kEvent);
    run.scope.declare("person");

    EXPECT_EQ(run("person.name"), "error: variable 'person' has no value here");
    EXPECT_EQ(run("person == null"), "error: variable 'person' has no value here");
    run.activation.widen(run.scope);
    EXPECT_EQ(run("person == null || true"), "true");
}

TEST(Evaluation, SlotsStayWhenTheScopeGrows) {
    Scope small;
    small.declare("event");
    const Program early = Program::compile("event + 1", small).value();
    Scope large = small;
    large.declare("person").declare("event");
    const Program late = Program::compile("event + person", large).value();
    Activation activation(large);
    Arena arena;

    activation.set(*large.slot("event"), Value::integer(1));
    activation.set(*large.slot("person"), Value::integer(5));

    EXPECT_EQ(early.evaluate(activation, arena).value().as_integer(), 2);
    EXPECT_EQ(late.evaluate(activation, arena).value().as_integer(), 6);
    EXPECT_EQ(late.variables(), (std::vector<std::string>{"event", "person"}));
}

TEST(Evaluation, TruncateNeverSplitsACodePointAndCountsTheEllipsis) {
    Bench run;

    EXPECT_EQ(run("'été à Paris'.truncate(20)"), "\"été à Paris\"");
    EXPECT_EQ(run("'été à Paris'.truncate(11)"), "\"été à Paris\"");
    EXPECT_EQ(run("'été à Paris'.truncate(4)"), "\"été…\"");
    EXPECT_EQ(run("'😀😀😀'.truncate(2)"), "\"😀…\"");
    EXPECT_EQ(run("'abc'.truncate(1)"), "\"…\"");
    EXPECT_EQ(run("'abc'.truncate(0)"), "\"\"");
    EXPECT_EQ(run("''.truncate(0)"), "\"\"");
    EXPECT_EQ(run("'abc'.truncate(-1)"), "error: a text cannot be truncated to a negative length");
}

TEST(Evaluation, ConstantsAreKnownBeforeAnyEvaluation) {
    const Scope scope = Scope().declare("event");

    EXPECT_EQ(Program::compile("2 * 3 + size('abc')", scope)->constant()->as_integer(), 9);
    EXPECT_TRUE(Program::compile("'a' in {'a': [1, 2]}", scope)->constant()->is_true());
    EXPECT_EQ(Program::compile("event + 1", scope)->constant(), nullptr);
    EXPECT_EQ(Program::compile("1 / 0", scope)->constant(), nullptr);
}

TEST(Evaluation, OneProgramServesManyThreads) {
    const Scope scope = Scope().declare("n");
    const Program program =
        Program::compile("lists.range(n).map(x, string(x)).join(',').matches('^0,1,2') && n in [1, 2, 3, 50]",
                         scope)
            .value();

    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            Activation activation(scope);
            activation.set(0, Value::integer(50));
            Arena arena;
            for (int i = 0; i < 200; ++i, arena.reset())
                right += program.evaluate(activation, arena).is_true() ? 1 : 0;
        });
    }
    for (auto& thread : threads) thread.join();

    EXPECT_EQ(right, 800);
}

TEST(Evaluation, AFalseConditionAsksTheSystemForNoMemory) {
    Bench run(kEvent);
    const Program program =
        Program::compile("event.likes > 100 || event.nope == 1 && event.text.contains('zzz')", run.scope)
            .value();
    std::ignore = program.evaluate(run.activation, run.arena);
    run.arena.reset();
    const void* first = run.arena.allocate(1, 1);
    run.arena.reset();

    for (int i = 0; i < 1000; ++i, run.arena.reset())
        EXPECT_FALSE(program.evaluate(run.activation, run.arena).is_true());

    EXPECT_EQ(run.arena.allocate(1, 1), first);
}

}  // namespace
}  // namespace maillon::expression
