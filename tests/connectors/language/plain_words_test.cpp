#include "plain_words.h"

#include <gtest/gtest.h>

namespace maillon::language {
namespace {

TEST(PlainWords, LeaveOutAddressesHandlesAndHashtags) {
    EXPECT_EQ(plain_words("@acme where is it? https://t.co/xyz #fail"), "where is it?");
    EXPECT_EQ(plain_words("HTTPS://EXAMPLE.ORG/a www.example.org WWW.example.org"), "");
    EXPECT_EQ(plain_words("write to ada@example.org please"), "write to please");
    EXPECT_EQ(plain_words("see (https://example.org) or (@acme) or «ici»"), "see or or «ici»");
    EXPECT_EQ(plain_words("＃注文 届きません"), "届きません");
}

TEST(PlainWords, KeepWordsThatOnlyLookAlike) {
    EXPECT_EQ(plain_words("C# and wwwonderful http things"), "C# and wwwonderful http things");
    EXPECT_EQ(plain_words("a / b : c"), "a / b : c");
}

TEST(PlainWords, FoldBlanksAndSurviveTextOfNothingElse) {
    EXPECT_EQ(plain_words(""), "");
    EXPECT_EQ(plain_words(" \t\r\n "), "");
    EXPECT_EQ(plain_words("  two\n\n words  "), "two words");
    EXPECT_EQ(plain_words("..."), "...");
    EXPECT_EQ(plain_words("@"), "");
}

}  // namespace
}  // namespace maillon::language
