#include "core/base/text.h"

#include <gtest/gtest.h>

namespace maillon {
namespace {

using Words = std::vector<std::string>;

TEST(IsUtf8, AcceptsTextOfEverySequenceLengthAtItsLimits) {
    EXPECT_TRUE(is_utf8(""));
    EXPECT_TRUE(is_utf8("plain"));
    EXPECT_TRUE(is_utf8(std::string_view("a\0b", 3)));
    EXPECT_TRUE(is_utf8("Désolé, 日本, 🙂"));
    EXPECT_TRUE(is_utf8("\x7f\xc2\x80\xdf\xbf"));
    EXPECT_TRUE(is_utf8("\xe0\xa0\x80\xef\xbf\xbf"));
    EXPECT_TRUE(is_utf8("\xed\x9f\xbf\xee\x80\x80")) << "the neighbours of the surrogates";
    EXPECT_TRUE(is_utf8("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
}

TEST(IsUtf8, RefusesOverlongForms) {
    EXPECT_FALSE(is_utf8("\xc0\xaf"));
    EXPECT_FALSE(is_utf8("\xc1\xbf"));
    EXPECT_FALSE(is_utf8("\xe0\x9f\xbf"));
    EXPECT_FALSE(is_utf8("\xf0\x8f\xbf\xbf"));
}

TEST(IsUtf8, RefusesSurrogatesAndWhatLiesAboveUnicode) {
    EXPECT_FALSE(is_utf8("\xed\xa0\x80"));
    EXPECT_FALSE(is_utf8("\xed\xbf\xbf"));
    EXPECT_FALSE(is_utf8("\xf4\x90\x80\x80"));
    EXPECT_FALSE(is_utf8("\xf5\x80\x80\x80"));
    EXPECT_FALSE(is_utf8("\xff"));
}

TEST(IsUtf8, RefusesBrokenSequencesWhereverTheyStand) {
    EXPECT_FALSE(is_utf8("\x80")) << "a continuation without a start";
    EXPECT_FALSE(is_utf8("abc\xc3")) << "cut at the end";
    EXPECT_FALSE(is_utf8("\xe2\x82")) << "cut at the end";
    EXPECT_FALSE(is_utf8("\xe2\x28\xa1"));
    EXPECT_FALSE(is_utf8("good \xc3( then good"));
}

TEST(AsciiLower, ChangesAsciiLettersAndNothingElse) {
    EXPECT_EQ(ascii_lower("Content-TYPE: [@Z`"), "content-type: [@z`");
    EXPECT_EQ(ascii_lower("ÉTÉ"), "ÉtÉ");
}

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
    EXPECT_EQ(edit_distance("", ""), 0u);
    EXPECT_EQ(edit_distance("", "abc"), 3u);
    EXPECT_EQ(edit_distance("abc", ""), 3u);
    EXPECT_EQ(edit_distance("route", "routes"), 1u);
    EXPECT_EQ(edit_distance("route", "rote"), 1u);
    EXPECT_EQ(edit_distance("route", "roube"), 1u);
    EXPECT_EQ(edit_distance("route", "rotue"), 1u) << "neighbours swapped";
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(EditDistance, IsTheSameInBothDirections) {
    const Words words{"", "a", "when", "hwen", "where", "conversation"};

    for (const auto& a : words) {
        for (const auto& b : words) EXPECT_EQ(edit_distance(a, b), edit_distance(b, a)) << a << " and " << b;
    }
}

TEST(DidYouMean, FindsTheNearestCandidateWhateverTheCase) {
    const Words keys{"connectors", "conversations", "routes", "hub"};

    EXPECT_EQ(did_you_mean("conectors", keys), "connectors");
    EXPECT_EQ(did_you_mean("Routes", keys), "routes");
    EXPECT_EQ(did_you_mean("huub", keys), "hub");
}

TEST(DidYouMean, KeepsSilentWhenNothingIsNear) {
    const Words keys{"connectors", "routes"};

    EXPECT_EQ(did_you_mean("xyzzy", keys), "");
    EXPECT_EQ(did_you_mean("", Words{}), "");
}

TEST(Enumerate, ReadsAsAPersonWouldSayIt) {
    EXPECT_EQ(enumerate(Words{}), "");
    EXPECT_EQ(enumerate(Words{"a"}), "a");
    EXPECT_EQ(enumerate(Words{"a", "b"}), "a and b");
    EXPECT_EQ(enumerate(Words{"a", "b", "c"}), "a, b and c");
}

}  // namespace
}  // namespace maillon
