#include "core/config/json_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace maillon::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> wrong(const char* value, Unnamed unnamed = Unnamed::refused) {
    static const auto schema = boost::json::parse(R"({"type":"object","required":["name"],"properties":{
        "name":{"type":"string","maxLength":5},"count":{"type":"integer","minimum":0},"rate":{"type":["number","null"]},
        "tags":{"type":"array","maxItems":2,"items":{"type":"string"}},
        "author":{"type":"object","properties":{"id":{"type":"string"}},"additionalProperties":{"type":"boolean"}},
        "kind":{"enum":["a","b"]}}})");
    return check_json(boost::json::parse(value), schema.as_object(), unnamed);
}

TEST(JsonCheckTest, WhatFitsIsGood) {
    EXPECT_THAT(
        wrong(R"({"name":"x","count":3,"rate":null,"tags":["a"],"author":{"id":"1","vip":true},"kind":"b"})"),
        IsEmpty());
    EXPECT_THAT(wrong(R"({"name":"x","rate":2})"), IsEmpty()) << "a whole number is a number";
}

TEST(JsonCheckTest, EveryMistakeIsToldWithItsPath) {
    EXPECT_THAT(wrong(R"({"count":1.5,"tags":["a",7,"c"],"author":{"id":1,"vip":"no"}})"),
                ElementsAre("'name' is missing", HasSubstr("'count' must be a whole number, not 1.5"),
                            HasSubstr("'tags' must have at most 2 entries"),
                            HasSubstr("'tags[1]' must be a text, not 7"),
                            HasSubstr("'author.id' must be a text, not 1"),
                            HasSubstr("'author.vip' must be true or false")));
    EXPECT_THAT(wrong(R"([1])"), ElementsAre("it must be a map, not [1]"));
}

TEST(JsonCheckTest, LimitsHold) {
    EXPECT_EQ(wrong(R"({"name":"longer than five"})").size(), 1u);
    EXPECT_EQ(wrong(R"({"name":"x","count":-1})").size(), 1u);
    EXPECT_EQ(wrong(R"({"name":"x","kind":"c"})").size(), 1u);
}

TEST(JsonCheckTest, UnnamedMembersAreAllowedOrRefusedWithASuggestion) {
    EXPECT_THAT(wrong(R"({"name":"x","cuont":1})", Unnamed::allowed), IsEmpty());
    EXPECT_THAT(wrong(R"({"name":"x","cuont":1})"),
                ElementsAre(HasSubstr("'cuont' is not known here; did you mean 'count'?")));
}

}  // namespace
}  // namespace maillon::config
