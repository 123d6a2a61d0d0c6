#include "core/cli/render.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace maillon::cli {
namespace {

namespace json = boost::json;

TEST(Text, TextIsCutToSoManyCharacters) {
    EXPECT_EQ(cut("abc", 3), "abc");
    EXPECT_EQ(cut("abcd", 3), "ab…");
    EXPECT_EQ(cut("abcd", 1), "…");
    EXPECT_EQ(cut("", 3), "");
}

TEST(Text, CharactersOfSeveralBytesAreNeverCutApart) {
    EXPECT_EQ(cut("éàü", 3), "éàü");
    EXPECT_EQ(cut("éàüö", 3), "éà…");
    EXPECT_EQ(cut("日本語です", 3), "日本…");
    EXPECT_EQ(cut("🙂🙃🙂", 2), "🙂…");
    EXPECT_EQ(cut("e\u0301e\u0301", 3), "e\u0301…") << "a combining mark counts as one";
}

TEST(Text, AColumnIsPaddedByCharactersAndTwo) {
    EXPECT_EQ(column("ab", 4), "ab    ");
    EXPECT_EQ(column("éà", 4), "éà    ");
    EXPECT_EQ(column("日本", 4), "日本    ");
    EXPECT_EQ(column("abcde", 4), "abc…  ");
    EXPECT_EQ(column("", 2), "    ");
}

TEST(Text, AMomentIsToldToTheSecond) {
    const json::object from{
        {"at", "2026-09-14T08:12:44.120Z"}, {"whole", "2026-09-14T08:12:44Z"}, {"none", "-"}};
    EXPECT_EQ(moment_of(from, "at"), "2026-09-14T08:12:44Z");
    EXPECT_EQ(moment_of(from, "whole"), "2026-09-14T08:12:44Z");
    EXPECT_EQ(moment_of(from, "none"), "-");
    EXPECT_EQ(moment_of(from, "absent"), "");
}

TEST(Text, WhatStrangersWroteCannotDriveTheTerminal) {
    EXPECT_EQ(cut("a\nb\r\tc", 10), "a b  c");
    EXPECT_EQ(cut("\u001b[31mred\u007f", 20), " [31mred ");
    EXPECT_EQ(cut("\u009b2J", 10), " 2J") << "C1, the short form of ESC [";
    EXPECT_EQ(cut("\u00a0é", 10), "\u00a0é") << "beyond C1 nothing is touched";
    EXPECT_EQ(text_of({{"id", "x\u001b]0;title\u0007"}}, "id"), "x ]0;title ");
    EXPECT_EQ(pretty("\u001b\u007f\u009b"), "\"\\u001b  \"");
}

TEST(Text, AMemberIsTextWhateverItIs) {
    const json::object from{
        {"s", "text"}, {"n", 7}, {"b", true}, {"o", json::object{{"a", 1}}}, {"null", nullptr}};

    EXPECT_EQ(text_of(from, "s"), "text");
    EXPECT_EQ(text_of(from, "n"), "7");
    EXPECT_EQ(text_of(from, "b"), "true");
    EXPECT_EQ(text_of(from, "o"), R"({"a":1})");
    EXPECT_EQ(text_of(from, "null"), "");
    EXPECT_EQ(text_of(from, "absent"), "");
}

TEST(Text, PrettyJsonIsTheSameJson) {
    const auto value = json::parse(R"({"a":[1,{"b":[]},"\"x\""],"c":{},"d":null})");

    const auto text = pretty(value);

    EXPECT_EQ(json::parse(text), value);
    EXPECT_EQ(text,
              "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    },\n    \"\\\"x\\\"\"\n  ],\n"
              "  \"c\": {},\n  \"d\": null\n}");
}

}  // namespace
}  // namespace maillon::cli
