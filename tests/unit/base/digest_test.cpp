#include "core/base/digest.h"

#include <gtest/gtest.h>

#include <set>

namespace maillon {
namespace {

TEST(Sha256, AgreesWithTheExamplesOfFips180) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, TakesTextsWithZeroBytes) {
    EXPECT_NE(sha256_hex(std::string_view("a\0b", 3)), sha256_hex("a"));
}

TEST(HmacSha256, AgreesWithTheTestCasesOfRfc4231) {
    EXPECT_EQ(hmac_sha256_hex(std::string(20, '\x0b'), "Hi There"),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hmac_sha256_hex("Jefe", "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(
        hmac_sha256_hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HmacSha256, AnEmptyKeyIsAKeyEvenWhenItPointsNowhere) {
    const std::string expected = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";

    EXPECT_EQ(hmac_sha256_hex("", ""), expected);
    EXPECT_EQ(hmac_sha256_hex(std::string_view{}, std::string_view{}), expected);
}

TEST(EqualInConstantTime, TellsEqualTextsFromOthers) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("5bdcc146", "5bdcc146"));
    EXPECT_FALSE(equal_in_constant_time("5bdcc146", "5bdcc147"));
    EXPECT_FALSE(equal_in_constant_time("5bdcc146", "0bdcc146"));
    EXPECT_FALSE(equal_in_constant_time("5bdcc146", "5bdcc1"));
    EXPECT_FALSE(equal_in_constant_time("", "5"));
}

TEST(RandomHex, HasTwoDigitsAByteAndDoesNotRepeat) {
    std::set<std::string> seen;

    for (int i = 0; i < 100; ++i) {
        const auto text = random_hex(16);
        ASSERT_EQ(text.size(), 32u);
        ASSERT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos) << text;
        ASSERT_TRUE(seen.insert(text).second) << text << " came twice";
    }
}

TEST(Base64, AgreesWithTheExamplesOfRfc4648) {
    EXPECT_EQ(base64_encode(""), "");
    EXPECT_EQ(base64_encode("f"), "Zg==");
    EXPECT_EQ(base64_encode("fo"), "Zm8=");
    EXPECT_EQ(base64_encode("foo"), "Zm9v");
    EXPECT_EQ(base64_encode("foob"), "Zm9vYg==");
    EXPECT_EQ(base64_encode("fooba"), "Zm9vYmE=");
    EXPECT_EQ(base64_encode("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64_encode("\xfb\xff"), "+/8=");
}

}  // namespace
}  // namespace maillon
