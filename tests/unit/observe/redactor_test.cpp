#include "core/observe/redactor.h"

#include <gtest/gtest.h>

namespace maillon {
namespace {

TEST(Redactor, ReplacesEveryOccurrenceOfASecret) {
    Redactor redactor;
    ASSERT_TRUE(redactor.add("s3cr3t-token"));

    EXPECT_EQ(redactor.clean("a s3cr3t-token, s3cr3t-tokens3cr3t-token."), "a •••, ••••••.");
    EXPECT_EQ(redactor.clean("nothing here"), "nothing here");
}

TEST(Redactor, FindsASecretInUrlsAndInJson) {
    Redactor redactor;
    ASSERT_TRUE(redactor.add("p@ss/w\"ord"));

    EXPECT_EQ(redactor.clean("https://x.test/?k=p%40ss%2Fw%22ord&z"), "https://x.test/?k=•••&z");
    EXPECT_EQ(redactor.clean("k=p%40ss%2fw%22ord"), "k=•••");
    EXPECT_EQ(redactor.clean(R"({"k":"p@ss/w\"ord"})"), R"({"k":"•••"})");
}

TEST(Redactor, LeavesNoRestOfASecretThatContainsAnother) {
    Redactor redactor;
    redactor.add("abcd");
    redactor.add("abcdefgh");

    EXPECT_EQ(redactor.clean("xabcdefghx"), "x•••x");
}

TEST(Redactor, RefusesValuesTooShortToHide) {
    Redactor redactor;

    EXPECT_FALSE(redactor.add("abc"));
    EXPECT_EQ(redactor.clean("abcabc"), "abcabc");
}

TEST(Redactor, KeepsASecretUntilItIsRemovedAsOftenAsAdded) {
    Redactor redactor;
    redactor.add("token-1");
    redactor.add("token-1");

    redactor.remove("token-1");
    EXPECT_EQ(redactor.clean("token-1"), "•••");
    redactor.remove("token-1");
    EXPECT_EQ(redactor.clean("token-1"), "token-1");
}

TEST(Redactor, EndsWhenTheSecretIsTheMaskItself) {
    Redactor redactor;
    redactor.add("•••");

    EXPECT_EQ(redactor.clean("a•••b"), "a•••b");
}

}  // namespace
}  // namespace maillon
