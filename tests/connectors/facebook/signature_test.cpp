#include "signature.h"

#include "support.h"

namespace maillon::facebook {
namespace {

constexpr const char* kRight = "sha256=94dbfbfc81baa72629e165fd0d20131254b849645cca118524f5d4ec37dd3ada";

TEST(Signature, OfTheWorkedExampleIsRight) {
    EXPECT_TRUE(SignatureCheck().is_signed(kSecret, sample("signed-body.raw.json"), kRight));
    EXPECT_EQ(hmac_hex(kSecret, kToken), kProof);
}

TEST(Signature, IsThatOfTheBytesAndNotOfTheirMeaning) {
    const auto body = sample("signed-body.raw.json");
    const auto again = json::serialize(json::parse(body));
    EXPECT_NE(again, body);
    EXPECT_FALSE(SignatureCheck().is_signed(kSecret, again, kRight));
    EXPECT_FALSE(SignatureCheck().is_signed(kSecret, body + "\n", kRight));
}

TEST(Signature, MayBeWrittenInCapitals) {
    std::string upper = kRight;
    for (std::size_t i = upper.find('=') + 1; i < upper.size(); ++i)
        if (upper[i] >= 'a' && upper[i] <= 'f') upper[i] = static_cast<char>(upper[i] - 32);
    EXPECT_TRUE(SignatureCheck().is_signed(kSecret, sample("signed-body.raw.json"), upper));
}

TEST(Signature, IsRefusedInEveryOtherForm) {
    const auto body = sample("signed-body.raw.json");
    const std::string right = kRight;
    auto changed = right;
    changed.back() = changed.back() == 'a' ? 'b' : 'a';
    for (const auto& header : {std::string(), right.substr(7), right.substr(0, 70), right + "0",
                               "sha1=" + right.substr(7), "SHA256=" + right.substr(7), changed,
                               std::string("sha256=f318f39341453019012d79d47873daf1669509e0"),
                               std::string(71, '\0'), "sha256=" + std::string(64, 'g')})
        EXPECT_FALSE(SignatureCheck().is_signed(kSecret, body, header)) << header;
    EXPECT_FALSE(SignatureCheck().is_signed("", body, "sha256=" + hmac_hex("", body)));
}

TEST(Secrets, AreTheSameOnlyWhenTheyAre) {
    EXPECT_TRUE(is_same_secret("word", "word"));
    for (const auto* other : {"", "wor", "words", "Word"})
        EXPECT_FALSE(is_same_secret(other, "word")) << other;
    EXPECT_FALSE(is_same_secret("", ""));
}

TEST(ShortHash, TellsTextsApart) {
    EXPECT_EQ(short_hash(""), "e3b0c44298fc1c14");
    EXPECT_NE(short_hash("a"), short_hash("b"));
}

}  // namespace
}  // namespace maillon::facebook
