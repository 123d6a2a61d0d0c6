#include "core/config/position.h"

#include "core/config/value.h"
#include "core/config/yaml_reader.h"

#include <gtest/gtest.h>

namespace maillon::config {
namespace {

/// The scalar behind the key `a` of a YAML text.
Scalar read_a(const std::string& text) {
    Sources sources;
    Diagnostics diagnostics;
    const auto file = sources.add("f", text);
    const auto tree = read_yaml(sources, file, diagnostics);
    EXPECT_TRUE(diagnostics.empty()) << render(diagnostics, sources);
    const ValueTree* found = tree ? tree->find("a") : nullptr;
    EXPECT_NE(found, nullptr);
    return found == nullptr ? Scalar{} : found->scalar;
}

/// "line:column" of the place where `part` begins in the decoded text.
std::string place_of_part(const Scalar& scalar, std::string_view part) {
    const auto offset = scalar.text.find(part);
    EXPECT_NE(offset, std::string::npos) << scalar.text;
    const Place place = place_in(scalar, offset, offset + part.size());
    return std::to_string(place.line) + ':' + std::to_string(place.column) + '+' +
           std::to_string(place.length);
}

TEST(PlaceIn, CountsFromTheFirstCharacterOfPlainText) {
    EXPECT_EQ(place_of_part(read_a("x: 1\na: hello ${b}\n"), "${b}"), "2:10+4");
}

TEST(PlaceIn, CountsCharactersAndNotBytes) {
    EXPECT_EQ(place_of_part(read_a("é: 1\na: été 👍 b\n"), "b"), "2:10+1");
    EXPECT_EQ(place_of_part(read_a("{ é: 1, a: b }\n"), "b"), "1:12+1");
}

TEST(PlaceIn, LeavesTheQuotesOut) {
    EXPECT_EQ(place_of_part(read_a("a: \"hello ${b}\"\n"), "${b}"), "1:11+4");
    EXPECT_EQ(place_of_part(read_a("a: 'hello ${b}'\n"), "${b}"), "1:11+4");
}

TEST(PlaceIn, IsExactBehindEscapes) {
    EXPECT_EQ(place_of_part(read_a(R"(a: "tab\t, quote \" then ${b}")"), "${b}"), "1:26+4");
    EXPECT_EQ(place_of_part(read_a(R"(a: "\u00e9\x41\U0001F44D ${b}")"), "${b}"), "1:26+4");
    EXPECT_EQ(place_of_part(read_a(R"(a: "\e\L\P ${b}")"), "${b}"), "1:12+4");
    EXPECT_EQ(place_of_part(read_a("a: 'it''s ${b}'"), "${b}"), "1:11+4");
    EXPECT_EQ(place_of_part(read_a("a: 'x == ''y'' && z'"), "y"), "1:12+1");
}

TEST(PlaceIn, FollowsALiteralBlockLineByLine) {
    const auto scalar = read_a("a: |\n    one ${x}\n      two ${y}\n\n    été ${z}\n");
    EXPECT_EQ(scalar.text, "one ${x}\n  two ${y}\n\nété ${z}\n");
    EXPECT_EQ(place_of_part(scalar, "${x}"), "2:9+4");
    EXPECT_EQ(place_of_part(scalar, "${y}"), "3:11+4");
    EXPECT_EQ(place_of_part(scalar, "${z}"), "5:9+4");
}

TEST(PlaceIn, FollowsABlockWithGivenIndentationAndChomping) {
    const auto scalar = read_a("a: |2-\n    one\n  two ${y}\nb: c\n");
    EXPECT_EQ(scalar.text, "  one\ntwo ${y}");
    EXPECT_EQ(place_of_part(scalar, "one"), "2:5+3");
    EXPECT_EQ(place_of_part(scalar, "${y}"), "3:7+4");
}

TEST(PlaceIn, FollowsFoldedText) {
    const auto block = read_a("a: >-\n  one\n  two ${y}\n\n  three ${z}\n");
    EXPECT_EQ(block.text, "one two ${y}\nthree ${z}");
    EXPECT_EQ(place_of_part(block, "${y}"), "3:7+4");
    EXPECT_EQ(place_of_part(block, "${z}"), "5:9+4");

    const auto plain = read_a("a: one\n   two ${y}\n\n   three ${z}\n");
    EXPECT_EQ(plain.text, "one two ${y}\nthree ${z}");
    EXPECT_EQ(place_of_part(plain, "${y}"), "2:8+4");
    EXPECT_EQ(place_of_part(plain, "${z}"), "4:10+4");

    const auto quoted = read_a("a: \"one  \n   two ${y} \\\n   three ${z}\"\n");
    EXPECT_EQ(quoted.text, "one two ${y} three ${z}");
    EXPECT_EQ(place_of_part(quoted, "${y}"), "2:8+4");
    EXPECT_EQ(place_of_part(quoted, "${z}"), "3:10+4");
}

TEST(PlaceIn, GivesThePlaceBehindTheEndForOffsetsBeyondIt) {
    const auto scalar = read_a("a: abc\n");

    EXPECT_EQ(place_in(scalar, 3).column, 7u);
    EXPECT_EQ(place_in(scalar, 300).column, 7u);
}

TEST(PlaceIn, UnderlinesOnlyWhatStandsOnTheSameLine) {
    const auto scalar = read_a("a: |\n  one\n  two\n");

    EXPECT_EQ(place_in(scalar, 1, 3).length, 2u);
    EXPECT_EQ(place_in(scalar, 1, 6).length, 1u);
}

TEST(Places, OrderAsAReaderMeetsThem) {
    EXPECT_LT((Place{0, 2, 9, 1}), (Place{0, 10, 1, 1}));
    EXPECT_LT((Place{0, 10, 1, 1}), (Place{1, 1, 1, 1}));
    EXPECT_LT((Place{1, 1, 1, 1}), Place{});
}

TEST(Scalar, IsNullOnlyWhenPlain) {
    EXPECT_TRUE(read_a("a:\n").is_null());
    EXPECT_TRUE(read_a("a: ~\n").is_null());
    EXPECT_TRUE(read_a("a: null\n").is_null());
    EXPECT_FALSE(read_a("a: \"\"\n").is_null());
    EXPECT_FALSE(read_a("a: 'null'\n").is_null());
    EXPECT_FALSE(read_a("a: Null\n").is_null());
}

}  // namespace
}  // namespace maillon::config
