#include "core/cli/render.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <fstream>
#include <functional>
#include <sstream>

namespace maillon::cli {
namespace {

namespace json = boost::json;

std::string data(const std::string& name) {
    std::ifstream stream(MAILLON_SOURCE_DIR "/tests/unit/cli/data/" + name, std::ios::binary);
    EXPECT_TRUE(stream) << "data/" << name << " is missing";
    std::ostringstream out;
    out << stream.rdbuf();
    return out.str();
}
json::object given(const std::string& name) {
    return json::parse(data(name)).as_object();
}

TEST(Render, StatusIsOneScreen) {
    EXPECT_EQ(render_status(given("status.json")), data("status.txt"));
}

TEST(Render, StatusWithoutAHubSaysSoAndShowsNoLanes) {
    auto status = given("status.json");
    status["running"] = false;
    for (const auto* key : {"started", "runs_in_memory", "trouble"}) status.erase(key);

    EXPECT_EQ(render_status(status), data("status_stopped.txt"));
}

TEST(Render, ALedgerThatBalancesSaysSo) {
    auto ledger = given("status.json").at("books").as_object();
    ledger["balanced"] = true;
    ledger["wrong"] = json::array();

    EXPECT_EQ(render_ledger(ledger), data("ledger.txt"));
}

TEST(Render, EventsStandInColumns) {
    EXPECT_EQ(render_events(given("events.json")), data("events.txt"));
}

TEST(Render, DeadLettersStandInColumns) {
    EXPECT_EQ(render_letters(given("letters.json")), data("letters.txt"));
    EXPECT_EQ(render_letters({{"dead_letters", json::array()}}), "no dead letters\n");
}

TEST(Render, ADeadLetterSaysWhatToDoNext) {
    EXPECT_EQ(render_letter(given("letter.json")), data("letter.txt")) << "nobody replays what was dropped";
    auto open = given("letter.json");
    open["state"] = "open";
    EXPECT_NE(render_letter(open).find("\nreplay it with: maillon dead-letters replay 1\n"),
              std::string::npos);
}

TEST(Render, WhyShowsWhatDecidedAndWhatWasDone) {
    EXPECT_EQ(render_why(given("why.json"), ""), data("why.txt"));
}

TEST(Render, WhyOfOneRouteShowsThatOneOnly) {
    const auto text = render_why(given("why.json"), "quiet");

    EXPECT_NE(text.find("quiet: did not fire"), std::string::npos) << text;
    EXPECT_EQ(text.find("message_to_case"), std::string::npos) << text;
    EXPECT_EQ(text.find("likes"), std::string::npos) << text;
}

TEST(Render, TextIsCutToSoManyCharacters) {
    EXPECT_EQ(cut("abc", 3), "abc");
    EXPECT_EQ(cut("abcd", 3), "ab…");
    EXPECT_EQ(cut("abcd", 1), "…");
    EXPECT_EQ(cut("", 3), "");
}

TEST(Render, CharactersOfSeveralBytesAreNeverCutApart) {
    EXPECT_EQ(cut("éàü", 3), "éàü");
    EXPECT_EQ(cut("éàüö", 3), "éà…");
    EXPECT_EQ(cut("日本語です", 3), "日本…");
    EXPECT_EQ(cut("🙂🙃🙂", 2), "🙂…");
    EXPECT_EQ(cut("e\u0301e\u0301", 3), "e\u0301…") << "a combining mark counts as one";
}

TEST(Render, AColumnIsPaddedByCharactersAndTwo) {
    EXPECT_EQ(column("ab", 4), "ab    ");
    EXPECT_EQ(column("éà", 4), "éà    ");
    EXPECT_EQ(column("日本", 4), "日本    ");
    EXPECT_EQ(column("abcde", 4), "abc…  ");
    EXPECT_EQ(column("", 2), "    ");
}

TEST(Render, WhatStrangersWroteCannotDriveTheTerminal) {
    EXPECT_EQ(cut("a\nb\r\tc", 10), "a b  c");
    EXPECT_EQ(cut("\u001b[31mred\u007f", 20), " [31mred ");
    EXPECT_EQ(cut("\u009b2J", 10), " 2J") << "C1, the short form of ESC [";
    EXPECT_EQ(cut("\u00a0é", 10), "\u00a0é") << "beyond C1 nothing is touched";
    EXPECT_EQ(text_of({{"id", "x\u001b]0;title\u0007"}}, "id"), "x ]0;title ");
    EXPECT_EQ(pretty("\u001b\u007f\u009b"), "\"\\u001b  \"");
}

TEST(Render, AMemberIsTextWhateverItIs) {
    const json::object from{
        {"s", "text"}, {"n", 7}, {"b", true}, {"o", json::object{{"a", 1}}}, {"null", nullptr}};

    EXPECT_EQ(text_of(from, "s"), "text");
    EXPECT_EQ(text_of(from, "n"), "7");
    EXPECT_EQ(text_of(from, "b"), "true");
    EXPECT_EQ(text_of(from, "o"), R"({"a":1})");
    EXPECT_EQ(text_of(from, "null"), "");
    EXPECT_EQ(text_of(from, "absent"), "");
}

TEST(Render, PrettyJsonIsTheSameJson) {
    const auto value = json::parse(R"({"a":[1,{"b":[]},"\"x\""],"c":{},"d":null})");

    const auto text = pretty(value);

    EXPECT_EQ(json::parse(text), value);
    EXPECT_EQ(text,
              "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    },\n    \"\\\"x\\\"\"\n  ],\n"
              "  \"c\": {},\n  \"d\": null\n}");
}

}  // namespace
}  // namespace maillon::cli
