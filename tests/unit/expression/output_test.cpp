#include "core/expression/output.h"

#include "core/expression/containers.h"
#include "tests/unit/expression/support.h"

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

namespace maillon::expression {
namespace {

std::string both_ways(Bench& run, std::string_view source) {
    const Program program = Program::compile(source, run.scope).value();
    const Value value = program.evaluate(run.activation, run.arena).value();
    const std::string text = show(value);
    const auto json = to_json(value);
    EXPECT_EQ(Json::parse(text)->dump(), Json::from(json.value()).dump()) << source;
    return text;
}

TEST(Output, WritesJsonInTheLanguagesWay) {
    Bench run(R"({"deep":[{"a":[1.5,null,"é\n"]}]})");

    EXPECT_EQ(both_ways(run, "[null, true, 1, 2u, -0.5, 'a\"b\\\\\\n\\x01']"),
              R"([null,true,1,2,-0.5,"a\"b\\\n\u0001"])");
    EXPECT_EQ(both_ways(run, "event"), R"({"deep":[{"a":[1.5,null,"é\n"]}]})");
    EXPECT_EQ(both_ways(run, "b'hi'"), "\"aGk=\"");
    EXPECT_EQ(both_ways(run, "{'t': timestamp('2026-09-14T10:12:44.5+02:00'), 'd': duration('1.5s')}"),
              R"({"t":"2026-09-14T08:12:44.5Z","d":"1.5s"})");
    EXPECT_EQ(both_ways(run, "[{}, []]"), "[{},[]]");
    EXPECT_EQ(both_ways(run, "[optional.of(1), 1]"), "[1,1]");
}

TEST(Output, NumbersThatJsonReadersWouldRoundAreTexts) {
    Bench run;

    EXPECT_EQ(
        both_ways(run, "[9007199254740991, 9007199254740992, -9007199254740992, 18446744073709551615u]"),
        R"([9007199254740991,"9007199254740992","-9007199254740992","18446744073709551615"])");
    EXPECT_EQ(both_ways(run, "[0.0 / 0.0, 1.0 / 0.0, -1.0 / 0.0]"), R"(["NaN","Infinity","-Infinity"])");
}

TEST(Output, ADoubleStaysADoubleWhenItIsReadAgain) {
    Bench run;

    EXPECT_EQ(show(Value::real(5)), "5.0");
    EXPECT_EQ(show(Value::real(-0.0)), "-0.0");
    EXPECT_EQ(show(Value::real(1e300)), "1e+300");
    EXPECT_EQ(show(Value::real(0.1)), "0.1");
    EXPECT_EQ(show(Value::real(123456789012345680.0)), "123456789012345680.0");
    EXPECT_EQ(show(Value::real(0.0001)), "0.0001");
    EXPECT_EQ(show(Value::real(0.00001)), "1e-05");
}

TEST(Output, WhatIsNoJsonIsRefusedAndLeavesTheTextAlone) {
    Bench run;
    const Program program = Program::compile("['ok', {1: 2}]", run.scope).value();
    std::string out = "before ";

    const auto written = append_json(out, program.evaluate(run.activation, run.arena).value());

    EXPECT_EQ(written.error().what, "a map with keys of type int cannot be written as JSON");
    EXPECT_EQ(out, "before ");
    EXPECT_FALSE(to_json(Value::type("int")).has_value());
}

TEST(Output, TextOfAValueIsThatOfTheStringFunction) {
    EXPECT_EQ(to_text(Value::text("a")).value(), "a");
    EXPECT_EQ(to_text(Value::boolean(false)).value(), "false");
    EXPECT_EQ(to_text(Value::integer(-3)).value(), "-3");
    EXPECT_EQ(to_text(Value::timestamp(from_millis(1'789'373'564'250))).value(), "2026-09-14T08:12:44.25Z");
    EXPECT_EQ(to_text(Value::null()).error().kind, FaultKind::rejected);
}

TEST(Tape, IsReadAsTheParserWritesIt) {
    // Pins the layout of simdjson's tape that tape.h relies on.
    const Json json =
        Json::parse(R"({"a":-1,"bb":[true,false,null,18446744073709551615,2.5],"c":{"d":"é"},"e":[]})")
            .value();
    const Value root = Value::of(json.element());

    ASSERT_TRUE(root.is(Kind::map));
    EXPECT_EQ(size_of(root), 4u);
    EXPECT_EQ(find(root, "a").as_integer(), -1);
    const Value list = find(root, "bb");
    EXPECT_EQ(size_of(list), 5u);
    EXPECT_TRUE(element_at(list, 0).is_true());
    EXPECT_TRUE(element_at(list, 1).is_false());
    EXPECT_TRUE(element_at(list, 2).is(Kind::null));
    EXPECT_EQ(element_at(list, 3).as_unsigned(), UINT64_MAX);
    EXPECT_EQ(element_at(list, 4).as_real(), 2.5);
    EXPECT_TRUE(element_at(list, 5).is(Kind::unset));
    EXPECT_EQ(find(find(root, "c"), "d").as_text(), "é");
    EXPECT_EQ(size_of(find(root, "e")), 0u);
    EXPECT_TRUE(find(root, "f").is(Kind::unset));
    EXPECT_EQ(Value::of(json.at("c")->element()).kind(), Kind::map);
}

TEST(Maps, LargeOnesFindTheirKeysAcrossNumberTypes) {
    Arena arena;
    std::vector<MapEntry> entries;
    for (int i = 0; i < 500; ++i) entries.push_back({Value::integer(i), Value::integer(i * i)});
    const Value map = Value::map(arena, entries);

    EXPECT_EQ(find(map, Value::unsigned_integer(499)).as_integer(), 499 * 499);
    EXPECT_EQ(find(map, Value::real(7.0)).as_integer(), 49);
    EXPECT_TRUE(find(map, Value::real(7.5)).is(Kind::unset));
    EXPECT_TRUE(find(map, Value::integer(500)).is(Kind::unset));
}

TEST(Arena, GivesAlignedMemoryAndReusesItsBlocks) {
    Arena arena;
    const void* first = arena.allocate(1, 1);
    const auto numbers = arena.array<std::uint64_t>(10'000);
    const void* large = arena.allocate(3'000'000, 8);

    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(numbers.data()) % alignof(std::uint64_t), 0u);
    EXPECT_EQ(numbers[9'999], 0u);
    EXPECT_NE(large, nullptr);
    EXPECT_EQ(arena.copy("text"), "text");
    arena.reset();
    EXPECT_EQ(arena.allocate(1, 1), first);
}

}  // namespace
}  // namespace maillon::expression
