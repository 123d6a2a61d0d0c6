#include "core/event/difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace maillon {
namespace {

/// "path: was -> now" of each.
std::vector<std::string> between(const char* was, const char* now) {
    namespace json = boost::json;
    std::vector<std::string> out;
    for (const auto& one : differences(json::parse(was), json::parse(now)))
        out.push_back(one.path + ": " + (one.was ? json::serialize(*one.was) : "nothing") + " -> " +
                      (one.now ? json::serialize(*one.now) : "nothing"));
    return out;
}

TEST(DifferenceTest, EqualValuesHaveNone) {
    EXPECT_THAT(between(R"({"a":[1,{"b":null}]})", R"({"a":[1.0,{"b":null}]})"), testing::IsEmpty());
    EXPECT_THAT(between(R"({"a":1,"b":2})", R"({"b":2,"a":1})"), testing::IsEmpty());
}

TEST(DifferenceTest, MembersAreComparedOneByOne) {
    EXPECT_THAT(
        between(R"({"a":{"b":1,"c":2},"d":3})", R"({"a":{"b":7,"e":null}})"),
        testing::ElementsAre("a.b: 1 -> 7", "a.c: 2 -> nothing", "a.e: nothing -> null", "d: 3 -> nothing"));
}

TEST(DifferenceTest, ListsAreComparedByPosition) {
    EXPECT_THAT(between("[1,[2,3]]", "[1,[2,4],5]"),
                testing::ElementsAre("[1][1]: 3 -> 4", "[2]: nothing -> 5"));
}

TEST(DifferenceTest, ValuesOfDifferentKindsDifferAsAWhole) {
    EXPECT_THAT(between(R"({"a":1})", R"({"a":"1"})"), testing::ElementsAre(R"(a: 1 -> "1")"));
    EXPECT_THAT(between("{}", "[]"), testing::ElementsAre(": {} -> []"));
}

}  // namespace
}  // namespace maillon
