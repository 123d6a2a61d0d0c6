#include "maillon/wire.hpp"

#include <gtest/gtest.h>

namespace maillon::wire {
namespace {

const json::object kObject{
    {"null", nullptr}, {"text", "abc"},       {"number", 7},   {"big", 18446744073709551615u},
    {"rounded", 1e30}, {"whole", 5.0},        {"half", 5.5},   {"digits", "1789373564"},
    {"negative", -3},  {"true", true},        {"yes", "true"}, {"one", 1},
    {"array", {1, 2}}, {"object", {{"a", 1}}}};

TEST(WireMember, ThatIsAbsentNullOrOfTheWrongTypeIsNotThere) {
    for (const auto* name : {"absent", "null"}) {
        EXPECT_EQ(at(kObject, name), nullptr);
        EXPECT_EQ(text(kObject, name), "");
        EXPECT_EQ(id(kObject, name), "");
        EXPECT_EQ(integer(kObject, name), std::nullopt);
        EXPECT_FALSE(flag(kObject, name));
    }
    EXPECT_EQ(object(kObject, "array"), nullptr);
    EXPECT_EQ(array(kObject, "object"), nullptr);
    EXPECT_EQ(text(kObject, "number"), "");
}

TEST(ParsedJson, IsNothingForWhatCouldNotBeWrittenDownAgain) {
    EXPECT_EQ(parsed_json(R"({"a":[1,2.5e300]})")->at("a").as_array().size(), 2u);
    EXPECT_FALSE(parsed_json("{\"a\":"));
    EXPECT_FALSE(parsed_json(R"({"a":1} x)"));
    EXPECT_FALSE(parsed_json("2e500"));
    EXPECT_FALSE(parsed_json(R"([{"a":{"b":[0,-2e500]}}])"));
    EXPECT_FALSE(parsed_json(std::string(40, '[') + std::string(40, ']')));
}

TEST(WireMember, IsReadWhenItIsThere) {
    EXPECT_EQ(text(kObject, "text"), "abc");
    EXPECT_EQ(object(kObject, "object")->at("a"), 1);
    EXPECT_EQ(array(kObject, "array")->size(), 2u);
}

TEST(WireId, IsTakenFromTextAndFromWholeNumbersWithoutLoss) {
    EXPECT_EQ(id(kObject, "text"), "abc");
    EXPECT_EQ(id(kObject, "number"), "7");
    EXPECT_EQ(id(kObject, "negative"), "-3");
    EXPECT_EQ(id(kObject, "big"), "18446744073709551615");
    EXPECT_EQ(id(kObject, "rounded"), "");
    EXPECT_EQ(id(kObject, "true"), "");
}

TEST(WireInteger, IsReadFromTextAndWholeDoublesButNeverRounded) {
    EXPECT_EQ(integer(kObject, "digits"), 1789373564);
    EXPECT_EQ(integer(kObject, "negative"), -3);
    EXPECT_EQ(integer(kObject, "whole"), 5);
    for (const auto* name : {"half", "big", "rounded", "text", "true", "array"})
        EXPECT_EQ(integer(kObject, name), std::nullopt) << name;
}

TEST(WireFlag, IsTrueInTheFormsThatServicesUse) {
    for (const auto* name : {"true", "yes", "one"}) EXPECT_TRUE(flag(kObject, name)) << name;
    for (const auto* name : {"text", "object", "array"}) EXPECT_FALSE(flag(kObject, name)) << name;
    EXPECT_FALSE(flag({{"a", "false"}}, "a"));
    EXPECT_FALSE(flag({{"a", 0}}, "a"));
}

TEST(WireTime, IsReadWithAnyOffset) {
    EXPECT_EQ(rfc3339_ms("2026-09-14T08:12:44Z"), 1'789'373'564'000);
    EXPECT_EQ(rfc3339_ms("2026-09-14T08:12:44.120Z"), 1'789'373'564'120);
    EXPECT_EQ(rfc3339_ms("2026-09-14T08:12:44.1234567Z"), 1'789'373'564'123);
    EXPECT_EQ(rfc3339_ms("2026-09-14T08:12:44.5Z"), 1'789'373'564'500);
    EXPECT_EQ(rfc3339_ms("2026-09-14T08:12:44+0000"), 1'789'373'564'000);
    EXPECT_EQ(rfc3339_ms("2026-09-14T10:12:44+02:00"), 1'789'373'564'000);
    EXPECT_EQ(rfc3339_ms("2026-09-14T05:42:44-0230"), 1'789'373'564'000);
    EXPECT_EQ(rfc3339_ms("2024-02-29T00:00:00Z"), 1'709'164'800'000);
}

TEST(WireTime, IsNothingWhenItIsNone) {
    for (const auto* none :
         {"", "2026", "2026-09-14", "2026-09-14T08:12:44", "2026-09-14 08:12:44Z", "2026-13-14T08:12:44Z",
          "2026-02-29T08:12:44Z", "2026-09-14T24:12:44Z", "2026-09-14T08:60:44Z", "2026-09-14T08:12:44.Z",
          "2026-09-14T08:12:44+2", "2026-09-14T08:12:44+99:00", "2026-09-14T08:12:44Zx",
          "x026-09-14T08:12:44Z", "Mon Sep 14 08:12:44 +0000 2026"})
        EXPECT_EQ(rfc3339_ms(none), std::nullopt) << none;
}

TEST(WireForm, EncodesAllButTheUnreserved) {
    EXPECT_EQ(percent_encoded("aZ09-._~"), "aZ09-._~");
    EXPECT_EQ(percent_encoded("a b&c=d/é+%"), "a%20b%26c%3Dd%2F%C3%A9%2B%25");
    EXPECT_EQ(form({{"a", "1"}, {"b c", "x=y"}}), "a=1&b%20c=x%3Dy");
    EXPECT_EQ(form({}), "");
}

TEST(WireShortened, NeverCutsACharacter) {
    EXPECT_EQ(shortened("abc", 3), "abc");
    EXPECT_EQ(shortened("abcd", 3), "abc…");
    EXPECT_EQ(shortened("aé", 2), "a…");
    EXPECT_EQ(shortened("\x80\x80\x80", 2), "…");
}

}  // namespace
}  // namespace maillon::wire
