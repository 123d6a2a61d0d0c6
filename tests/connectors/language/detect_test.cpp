#include "detect.h"

#include <gtest/gtest.h>

namespace maillon::language {
namespace {

TEST(Detect, NamesLanguagesInBcp47) {
    EXPECT_EQ(bcp47("fr"), "fr");
    EXPECT_EQ(bcp47("iw"), "he");
    EXPECT_EQ(bcp47("jw"), "jv");
    EXPECT_EQ(bcp47("no"), "nb");
    EXPECT_EQ(bcp47("nn"), "nn");
    EXPECT_EQ(bcp47("sr"), "sr");
    EXPECT_EQ(bcp47("zh"), "zh");
    EXPECT_EQ(bcp47("zh-Hant"), "zh-Hant");
}

TEST(Detect, CallsWhatIsNoLanguageUndetermined) {
    for (const auto code : {"un", "xxx", "zzp", "tlh", "xx-Cyrl", ""}) EXPECT_EQ(bcp47(code), "und") << code;
}

TEST(Detect, ARangeAdmitsItselfAndWhatIsNarrower) {
    EXPECT_TRUE(admits("zh", "zh-Hant"));
    EXPECT_TRUE(admits("FR", "fr"));
    EXPECT_TRUE(admits("no", "nb"));
    EXPECT_TRUE(admits("zh-Hans", "zh"));
    EXPECT_FALSE(admits("zh-Hant", "zh"));
    EXPECT_FALSE(admits("fr", "fro"));
    EXPECT_FALSE(admits("fro", "fr"));
    EXPECT_FALSE(admits("nb", "nn"));
}

TEST(Detect, IsLessSureOfShorterTexts) {
    const auto small = detect("Merci beaucoup");
    const auto large = detect("Merci beaucoup pour votre aide, le colis est bien arrivé ce matin.");

    EXPECT_EQ(small.language, "fr");
    EXPECT_EQ(large.language, "fr");
    EXPECT_LT(small.confidence, large.confidence);
    EXPECT_GT(large.confidence, 0.9);
}

TEST(Detect, DoesNotGuessFromAWordOrTwoOfLatinLetters) {
    for (const auto text : {"ok", "lol", "hahahaha", "Top service !", "asdf qwer zxcv hjkl"}) {
        EXPECT_EQ(detect(text).language, "und") << text;
        EXPECT_EQ(detect(text).confidence, 0) << text;
    }
}

TEST(Detect, AScriptTellsEnoughForALesserConfidence) {
    const auto arabic = detect("أين طلبي؟ لم يصل بعد");
    const auto hebrew = detect("איפה ההזמנה שלי");

    EXPECT_EQ(arabic.language, "ar");
    EXPECT_EQ(hebrew.language, "he");
    EXPECT_LE(arabic.confidence, 0.6);
    EXPECT_GT(arabic.confidence, 0.5);
}

TEST(Detect, NeedsSomeLettersEvenThen) {
    EXPECT_EQ(detect("لا").language, "und");
}

TEST(Detect, SurvivesBytesThatAreNoUtf8AndTextsThatAreVeryLong) {
    EXPECT_EQ(detect("\xC3\x28\xFF\xFE").language, "und");
    std::string text;
    while (text.size() < 1'000'000) text += "Où est ma commande ? Je l'attends depuis deux semaines. ";
    EXPECT_EQ(detect(text).language, "fr");
}

}  // namespace
}  // namespace maillon::language
