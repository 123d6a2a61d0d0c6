#include "core/trial/compare.h"

#include "core/config/yaml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace maillon::trial {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

json::value parsed(std::string_view text) {
    return json::parse(json::string_view(text.data(), text.size()));
}

/// "path: expected ≠ got [→ instead]" for each difference.
std::vector<std::string> between(const std::string& expected, std::string_view got) {
    config::Sources sources;
    config::Diagnostics diagnostics;
    const auto tree = config::read_yaml(sources, sources.add("a.yaml", expected), diagnostics);
    EXPECT_TRUE(tree) << config::render(diagnostics, sources);
    std::vector<std::string> out;
    if (!tree) return out;
    for (const auto& one : differences(*tree, parsed(got)))
        out.push_back(one.path + ": " + one.expected + " != " + one.got +
                      (one.instead ? " -> " + *one.instead : ""));
    return out;
}

TEST(Differences, AMapIsAPartAndAListIsWhole) {
    EXPECT_THAT(between("{ a: 1 }", R"({"a":1,"b":2})"), IsEmpty());
    EXPECT_THAT(between("{ a: [ 1 ] }", R"({"a":[1,2]})"), ElementsAre("a: [1] != [1,2]"));
    EXPECT_THAT(between("{ a: [ 1, 3 ] }", R"({"a":[1,2]})"), ElementsAre("a[1]: 3 != 2 -> 2"));
    EXPECT_THAT(between("{ a: { b: x }, c: y }", R"({"a":{"b":"z"}})"),
                ElementsAre("a.b: \"x\" != \"z\" -> z", "c: \"y\" != nothing -> ~"));
}

TEST(Differences, NumbersAreEqualByValueAndATextIsNoNumber) {
    EXPECT_THAT(between("{ a: 1, b: 2.0, c: 1.5 }", R"({"a":1.0,"b":2,"c":1.5})"), IsEmpty());
    EXPECT_THAT(between("{ a: \"1\" }", R"({"a":1})"), ElementsAre("a: \"1\" != 1 -> 1"));
    EXPECT_THAT(between("{ a: 1 }", R"({"a":"1"})"), ElementsAre("a: 1 != \"1\" -> \"1\""));
}

TEST(Differences, NullIsMetByWhatIsNotThere) {
    EXPECT_THAT(between("{ a: ~, b: ~ }", R"({"b":null})"), IsEmpty());
    EXPECT_THAT(between("{ a: ~ }", R"({"a":0})"), ElementsAre("a: null != 0 -> 0"));
}

TEST(Differences, ATextOverSeveralLinesIsNotCorrectedInPlace) {
    EXPECT_THAT(between("a: |\n  one\n  two\n", R"({"a":"three"})"),
                ElementsAre("a: \"one\\ntwo\\n\" != \"three\""));
    EXPECT_THAT(between("a: \"one\n  two\"\n", R"({"a":"three"})"),
                ElementsAre("a: \"one two\" != \"three\""));
}

TEST(YamlLine, IsWrittenAsPeopleWriteIt) {
    const auto line = [](std::string_view text) { return yaml_line(parsed(text)); };

    EXPECT_EQ(line(R"({"module":"Cases","key":{"thread_c":"t1"},"count":3,"ok":true,"none":null})"),
              "{ module: Cases, key: { thread_c: t1 }, count: 3, ok: true, none: ~ }");
    EXPECT_EQ(line(R"(["a b","1","true","No","case-77","","é"])"),
              R"([ "a b", "1", "true", "No", case-77, "", "é" ])");
    EXPECT_EQ(line("{}"), "{}");
    EXPECT_EQ(line("[]"), "[]");
    EXPECT_EQ(line(R"({"a b":"x: y"})"), R"({ "a b": "x: y" })");
}

}  // namespace
}  // namespace maillon::trial
