#include "core/config/value.h"

#include "core/config/diagnostic.h"
#include "core/config/yaml_reader.h"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

namespace maillon::config {
namespace {

/// The natural value of a YAML text, as JSON.
std::string natural(const std::string& yaml) {
    Sources sources;
    Diagnostics diagnostics;
    const auto tree = read_yaml(sources, sources.add("f", yaml), diagnostics);
    return tree ? boost::json::serialize(natural_value(*tree)) : render(diagnostics, sources);
}

TEST(NaturalValue, TypesOnlyWhatJsonWouldType) {
    EXPECT_EQ(natural("[1, -2, 0, 1.5, 1e3, true, false, null, ~]"),
              "[1,-2,0,1.5E0,1E3,true,false,null,null]");
}

TEST(NaturalValue, KeepsWhatOnlyLooksLikeANumberAsText) {
    EXPECT_EQ(
        natural("[+33612345678, 007, 0x1F, 1_000, .5, 1., 12:30, 2026-09-14, .inf, .nan, 1e400, -, 1e]"),
        R"(["+33612345678","007","0x1F","1_000",".5","1.","12:30","2026-09-14",".inf",".nan","1e400","-","1e"])");
}

TEST(NaturalValue, KeepsWordsThatOtherProgramsTakeForBooleansAsText) {
    EXPECT_EQ(natural("[yes, no, on, off, True, NO, y, Null]"),
              R"(["yes","no","on","off","True","NO","y","Null"])");
}

TEST(NaturalValue, TakesQuotesForText) {
    EXPECT_EQ(natural(R"(["1", 'true', "null", ""])"), R"(["1","true","null",""])");
}

TEST(NaturalValue, LosesNoDigitOfALargeInteger) {
    EXPECT_EQ(
        natural("[9223372036854775807, 18446744073709551615, 18446744073709551616, -9223372036854775809]"),
        R"([9223372036854775807,18446744073709551615,"18446744073709551616","-9223372036854775809"])");
}

TEST(NaturalValue, KeepsTheOrderOfKeys) {
    EXPECT_EQ(natural("{ b: 1, a: { z: 2, y: [] } }"), R"({"b":1,"a":{"z":2,"y":[]}})");
}

TEST(NaturalValue, UndoesTheEscapeOfADollar) {
    EXPECT_EQ(natural("[\"a $${b}\", \"c$${d\"]"), R"(["a ${b}","c${d"])");
}

TEST(HasExpression, SeesWhatIsNotEscaped) {
    EXPECT_TRUE(has_expression("a ${b}"));
    EXPECT_TRUE(has_expression("$${a} ${b}"));
    EXPECT_FALSE(has_expression("a $${b}"));
    EXPECT_FALSE(has_expression("$b {c}"));
    EXPECT_FALSE(has_expression(""));
}

TEST(ValueTree, FindsMembersByTheirKeys) {
    Sources sources;
    Diagnostics diagnostics;

    const auto tree = read_yaml(sources, sources.add("f", "a: 1\n\"b c\": { d: 2 }\n"), diagnostics);

    ASSERT_TRUE(tree);
    ASSERT_NE(tree->find("b c"), nullptr);
    EXPECT_TRUE(tree->find("b c")->is_map());
    EXPECT_EQ(tree->find("d"), nullptr);
    EXPECT_EQ(tree->find_member("a")->key.place, (Place{0, 1, 1, 1}));
}

}  // namespace
}  // namespace maillon::config
