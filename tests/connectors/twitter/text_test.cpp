#include "text.h"

#include <gtest/gtest.h>

namespace maillon::twitter {
namespace {

TEST(Decoded, TurnsTheFiveEntitiesBackOnce) {
    EXPECT_EQ(decoded("&amp; &lt;b&gt; &quot;q&quot; &#39;s&#39;"), "& <b> \"q\" 's'");
    EXPECT_EQ(decoded("&amp;lt;"), "&lt;");
}

TEST(Decoded, LeavesEverythingElse) {
    EXPECT_EQ(decoded("a & b &copy; &amp &"), "a & b &copy; &amp &");
    EXPECT_EQ(decoded(""), "");
}

TEST(LeadingMentions, AreTakenAwayButNotThoseInTheText) {
    EXPECT_EQ(without_leading_mentions("@a @b_2 hello @c"), " hello @c");
    EXPECT_EQ(without_leading_mentions("hello @c"), "hello @c");
    EXPECT_EQ(without_leading_mentions("@a, hello"), "@a, hello");
    EXPECT_EQ(without_leading_mentions("@ a"), "@ a");
    EXPECT_EQ(without_leading_mentions("@a"), "");
    EXPECT_EQ(without_leading_mentions("@a_name_that_is_too_long hello"), "@a_name_that_is_too_long hello");
}

TEST(Comparable, IsTheSameForWhatWasSentAndWhatXShows) {
    EXPECT_EQ(comparable("Fish & chips: https://example.com/menu?x=1 soon "),
              comparable("@reader Fish &amp; chips: https://t.co/abcdefghij soon"));
    EXPECT_EQ(comparable("Yes.\r\nSee you\r\n"), comparable("Yes.\nSee you"));
    EXPECT_EQ(comparable("cafe\xcc\x81"), comparable("caf\xc3\xa9"));
}

TEST(Comparable, TellsDifferentTextsApart) {
    EXPECT_NE(comparable("on its way"), comparable("on its way!"));
    EXPECT_NE(comparable("see https://t.co/a"), comparable("see"));
    EXPECT_NE(comparable(""), comparable("x"));
}

}  // namespace
}  // namespace maillon::twitter
