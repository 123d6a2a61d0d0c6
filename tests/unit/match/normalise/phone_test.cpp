#include "core/match/normalise/phone.h"

#include "core/base/phone_book.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace maillon::match {
namespace {

class Phones : public testing::Test {
protected:
    void SetUp() override {
        if (phone_book().face == nullptr) GTEST_SKIP() << phone_book().problem;
    }
};

std::string e164(std::string_view text, std::string_view country) {
    const auto number = phone(text, country);
    return number ? number->e164 : "none";
}

std::string key(std::string_view text, std::string_view country) {
    const auto number = phone(text, country);
    return number ? number->key : "none";
}

bool has(const Phone& phone, std::string_view form) {
    return phone.e164 == form || std::ranges::find(phone.also, form) != phone.also.end();
}

TEST_F(Phones, OfFranceHaveOneForm) {
    for (const std::string_view text :
         {"06 36 40 30 98", "06.36.40.30.98", "0636403098", "+33636403098", "+33 (0)6 36 40 30 98",
          "0033 6 36 40 30 98", "tel:+33-6-36-40-30-98", "06 36 40 30 98 poste 12", "٠٦٣٦٤٠٣٠٩٨"}) {
        EXPECT_EQ(e164(text, "fr"), "+33636403098") << text;
    }
}

TEST_F(Phones, OfBrazilMatchWithAndWithoutTheNinthDigit) {
    for (const std::string_view text : {
             "+55 11 98765-4321",
             "+55 11 8765-4321",
             "(11) 98765-4321",
             "(11) 8765-4321",
             "011 98765 4321",
         }) {
        EXPECT_EQ(key(text, "BR"), "+5511987654321") << text;
        EXPECT_EQ(e164(text, "BR"), "+5511987654321") << text;
    }
    EXPECT_TRUE(has(*phone("+5511987654321", ""), "+551187654321"));
    EXPECT_TRUE(has(*phone("+551187654321", ""), "+5511987654321"));
}

TEST_F(Phones, ABrazilianLandLineGainsNoDigit) {
    for (const std::string_view text :
         {"+55 11 3456-7890", "(11) 3456-7890", "+55 21 2345-6789", "+55 31 5234 5678"}) {
        const auto line = phone(text, "BR");
        ASSERT_TRUE(line) << text;
        EXPECT_EQ(line->e164.size(), 13u) << text;
        EXPECT_EQ(line->key, line->e164);
        EXPECT_TRUE(line->also.empty()) << text;
    }
    EXPECT_NE(key("+55 11 3456-7890", ""), key("+55 11 93456-7890", ""));
}

TEST_F(Phones, OfMexicoMatchWithAndWithoutTheOne) {
    for (const std::string_view text :
         {"+52 1 55 1234 5678", "+52 55 1234 5678", "55 1234 5678", "044 55 1234 5678", "+5215512345678"}) {
        EXPECT_EQ(key(text, "MX"), "+525512345678") << text;
        EXPECT_EQ(e164(text, "MX"), "+525512345678") << text;
    }
    EXPECT_TRUE(has(*phone("+525512345678", ""), "+5215512345678"));
}

TEST_F(Phones, OfArgentinaMatchWithTheNineAndWithTheFifteen) {
    for (const std::string_view text : {"+54 9 11 2345-6789", "+54 11 2345-6789", "011 15-2345-6789",
                                        "+54 11 15 2345 6789", "11 2345 6789"}) {
        EXPECT_EQ(key(text, "AR"), "+541123456789") << text;
    }
    EXPECT_EQ(e164("011 15-2345-6789", "AR"), "+5491123456789");
    EXPECT_TRUE(has(*phone("+541123456789", ""), "+5491123456789"));
    EXPECT_TRUE(has(*phone("+5491123456789", ""), "+541123456789"));
}

TEST_F(Phones, OfNobodyAreNone) {
    for (const std::string_view text :
         {"", "0000000000", "06 00 00 00 00", "+33 6 66 66 66 66", "0123456789", "1234567890", "123", "n/a",
          "call me", "1-800-FLOWERS", "+", "+999999999999999999999", "anne@example.org"}) {
        EXPECT_EQ(key(text, "FR"), "none") << text;
    }
    EXPECT_EQ(key("06 36 40 30 98", ""), "none");  // of which country?
    EXPECT_EQ(key("06 36 40 30 98", "XY"), "none");
    EXPECT_EQ(key(std::string(5000, '1'), "FR"), "none");
}

TEST_F(Phones, ReadByRememberedPrefixesAreTheSame) {
    std::mt19937 random(3);
    for (const std::string_view country : {"FR", "BR", "MX", "AR", "US", "GB", "DE", "IT", "BE"}) {
        PhoneReader reader(country);
        for (int i = 0; i < 400; ++i) {
            // Few prefixes, so that most numbers come by a rule.
            std::string text = i % 4 == 0 ? "+33" : i % 4 == 1 ? "+549" : i % 4 == 2 ? "0" : "";
            for (auto digit = 4 + random() % 4; digit > 0; --digit)
                text += static_cast<char>('0' + (random() % 2) * 5 + random() % 2);
            for (int digit = 0; digit < 4; ++digit) text += static_cast<char>('0' + random() % 10);
            const auto once = phone(text, country), again = reader.read(text);

            ASSERT_EQ(once.has_value(), again.has_value()) << country << ' ' << text;
            if (once) {
                ASSERT_EQ(once->key, again->key) << country << ' ' << text;
                ASSERT_EQ(once->also, again->also);
            }
        }
    }
}

TEST(PhoneTest, WithATrunkPrefixWrittenTwiceIsNobodysNumber) {
    EXPECT_FALSE(phone("+51 0000 525800", ""));
    EXPECT_TRUE(phone("+33 (0)6 12 34 56 78", ""));
}

}  // namespace
}  // namespace maillon::match
