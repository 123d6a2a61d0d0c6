#include "core/config/diagnostic.h"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

namespace maillon::config {
namespace {

TEST(Render, ShowsTheLineAndUnderlinesThePlace) {
    Sources sources;
    const auto file = sources.add("maillon.yaml", "hub:\n  lisen: 1\n");

    const auto text = render(
        {Severity::error, {file, 2, 3, 5}, "unknown key 'lisen' in hub", "did you mean 'listen'?\nor not"},
        sources);

    EXPECT_EQ(text,
              "maillon.yaml:2:3: error: unknown key 'lisen' in hub\n"
              " 2 |   lisen: 1\n"
              "   |   ^~~~~\n"
              "  hint: did you mean 'listen'?\n"
              "        or not\n");
}

TEST(Render, DoesWithoutALineWhereNoneIsKnown) {
    Sources sources;
    const auto file = sources.add("maillon.yaml", "");

    EXPECT_EQ(render({Severity::error, {file, 0, 0, 1}, "this cannot be read", ""}, sources),
              "maillon.yaml: error: this cannot be read\n");
    EXPECT_EQ(render({Severity::warning, {}, "nothing is configured", ""}, sources),
              "maillon: warning: nothing is configured\n");
}

TEST(Render, ShowsTabsAndControlCharactersAsOneColumn) {
    Sources sources;
    const auto file = sources.add("f", "a:\t\x1b[31m b\n");

    EXPECT_EQ(render({Severity::error, {file, 1, 10, 1}, "m", ""}, sources),
              "f:1:10: error: m\n 1 | a: ?[31m b\n   |          ^\n");
}

TEST(Render, StaysWithinTheLineForPlacesBeyondIt) {
    Sources sources;
    const auto file = sources.add("f", "ab\n");

    EXPECT_EQ(render({Severity::error, {file, 1, 99, 50}, "m", ""}, sources),
              "f:1:99: error: m\n 1 | ab\n   |   ^\n");
    EXPECT_EQ(render({Severity::error, {file, 7, 1, 1}, "m", ""}, sources),
              "f:7:1: error: m\n 7 | \n   | ^\n");
}

TEST(Diagnostics, ComeInTheOrderOfTheirPlaces) {
    Diagnostics diagnostics;
    diagnostics.error({1, 1, 1, 1}, "fourth");
    diagnostics.warning({0, 9, 1, 1}, "third");
    diagnostics.error({0, 2, 7, 1}, "first");
    diagnostics.error({0, 2, 7, 5}, "second");

    std::vector<std::string> order;
    for (const auto& one : diagnostics.sorted()) order.push_back(one.message);

    EXPECT_EQ(order, (std::vector<std::string>{"first", "second", "third", "fourth"}));
    EXPECT_EQ(diagnostics.errors(), 3u);
    EXPECT_EQ(diagnostics.warnings(), 1u);
}

TEST(Diagnostics, SayNothingMoreAboutAMutedPlace) {
    Diagnostics diagnostics;
    diagnostics.mute({0, 2, 5, 4});

    diagnostics.error({0, 2, 5, 1}, "in it");
    diagnostics.error({0, 2, 8, 1}, "in it");
    diagnostics.error({0, 2, 9, 1}, "behind it");
    diagnostics.error({1, 2, 5, 1}, "in another file");

    EXPECT_EQ(diagnostics.errors(), 2u);
}

TEST(Diagnostics, CountAtTheEnd) {
    Sources sources;
    Diagnostics diagnostics;
    EXPECT_EQ(render(diagnostics, sources), "");

    diagnostics.warning({}, "w");
    EXPECT_TRUE(render(diagnostics, sources).ends_with("\n1 warning\n"));

    diagnostics.error({}, "e");
    diagnostics.error({}, "e");
    EXPECT_TRUE(render(diagnostics, sources).ends_with("\n2 errors, 1 warning\n"));
}

TEST(Diagnostics, AreCountedBeyondTheMostThatAreKept) {
    Sources sources;
    Diagnostics diagnostics;
    for (std::size_t i = 0; i < Diagnostics::kMost + 7; ++i) diagnostics.error({}, "e");

    EXPECT_EQ(diagnostics.sorted().size(), Diagnostics::kMost);
    EXPECT_EQ(diagnostics.errors(), Diagnostics::kMost + 7);
    EXPECT_TRUE(render(diagnostics, sources).ends_with("\n507 errors; the first 500 are shown\n"));
}

TEST(ToJson, LeavesUnknownPlacesOut) {
    Sources sources;
    const auto file = sources.add("f", "abc\n");
    Diagnostics diagnostics;
    diagnostics.error({file, 1, 2, 2}, "m", "h");
    diagnostics.warning({file, 0, 0, 1}, "w");
    diagnostics.warning({}, "n");

    EXPECT_EQ(boost::json::serialize(to_json(diagnostics, sources)),
              R"([{"severity":"warning","file":"f","message":"w"},)"
              R"({"severity":"error","file":"f","line":1,"column":2,"length":2,"message":"m","hint":"h"},)"
              R"({"severity":"warning","message":"n"}])");
}

TEST(Sources, CountCharactersInPlaces) {
    Sources sources;
    const auto file = sources.add("f", "é: x\r\nab\n");

    EXPECT_EQ(sources.place_of(file, 4, 5), (Place{file, 1, 4, 1}));
    EXPECT_EQ(sources.place_of(file, 0, 99), (Place{file, 1, 1, 4}));
    EXPECT_EQ(sources.place_of(file, 7, 9), (Place{file, 2, 1, 2}));
    EXPECT_EQ(sources.line(file, 1), "é: x");
    EXPECT_EQ(sources.line(file, 4), "");
}

}  // namespace
}  // namespace maillon::config
