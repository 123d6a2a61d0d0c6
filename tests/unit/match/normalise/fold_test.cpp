#include "core/match/normalise/fold.h"

#include "core/base/text.h"
#include "core/base/unicode.h"

#include <gtest/gtest.h>

#include <random>

namespace maillon::match {
namespace {

struct Case {
    std::string_view text, wanted;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
    return out << c.text;
}

class Folded : public testing::TestWithParam<Case> {};

TEST_P(Folded, IsWhatBothSidesCompare) {
    ASSERT_EQ(folding_problem(), "");
    EXPECT_EQ(folded(GetParam().text), GetParam().wanted);
}

INSTANTIATE_TEST_SUITE_P(Letters, Folded,
                         testing::Values(Case{"Jean-Pierre  DUPONT", "jean pierre dupont"},
                                         Case{"Éléonore Lemaître", "eleonore lemaitre"},
                                         Case{"O'Brien", "obrien"}, Case{"d’Ormesson", "dormesson"},
                                         Case{"Straße", "strasse"}, Case{"Łukasz Wałęsa", "lukasz walesa"},
                                         Case{"Søren Kierkegaard", "soren kierkegaard"},
                                         Case{"Œuvre Æther", "oeuvre aether"},
                                         Case{"Đorđe Þór", "dorde thor"}, Case{"İstanbul", "istanbul"},
                                         Case{"e\u0301te\u0301", "ete"}, Case{"𝓙𝓮𝓪𝓷 𝕯𝖚𝖕𝖔𝖓𝖙", "jean dupont"},
                                         Case{"Ｊｅａｎ", "jean"}, Case{"ﬁnance", "finance"}, Case{"", ""},
                                         Case{" - ", ""}, Case{"🌞 Anne ✨", "anne"},
                                         Case{"Anne🌸Dupont", "anne dupont"}, Case{"👩‍💻 Léa", "lea"},
                                         Case{"№ 5", "no 5"}));

INSTANTIATE_TEST_SUITE_P(
    Alphabets, Folded,
    testing::Values(Case{"Наташа Ростова", "natasha rostova"},
                    Case{"Дмитрий Достоевский", "dmitry dostoevsky"}, Case{"Щербаков", "shcherbakov"},
                    Case{"Сергей", "sergei"}, Case{"Юлія Ткаченко", "yuliya tkachenko"},
                    Case{"Володимир", "volodimir"}, Case{"Γιώργος Παπαδόπουλος", "giorgos papadopoulos"},
                    Case{"Ευαγγελία", "evaggelia"}, Case{"ΝΙΚΟΣ", "nikos"}, Case{"Χρήστος", "christos"},
                    Case{"محمد", "mhmd"}, Case{"王小明", "wang xiao ming"}, Case{"Հայկ", "hayk"}));

TEST(FoldedText, IsTheSameWhenFoldedAgain) {
    std::mt19937 random(5);
    std::uniform_int_distribution<int> byte(0, 255), length(0, 40), kind(0, 3);
    std::uniform_int_distribution<char32_t> point(0x20, 0x2FFF);
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (int n = length(random); n > 0; --n) {
            const char32_t c = kind(random) == 0 ? static_cast<char32_t>(byte(random)) : point(random);
            if (kind(random) == 3) {
                text += static_cast<char>(byte(random));  // not UTF-8, most of the time
            } else if (c < 0x80) {
                text += static_cast<char>(c);
            } else if (c < 0x800) {
                text += static_cast<char>(0xC0 | (c >> 6));
                text += static_cast<char>(0x80 | (c & 0x3F));
            } else {
                text += static_cast<char>(0xE0 | (c >> 12));
                text += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
                text += static_cast<char>(0x80 | (c & 0x3F));
            }
        }
        const std::string once = folded(text);

        ASSERT_EQ(folded(once), once) << testing::PrintToString(text);
        for (const char c : once) ASSERT_TRUE((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ' ');
        ASSERT_EQ(once.find("  "), std::string::npos);
    }
}

TEST(FoldedText, DoesNotDependOnHowAnAccentIsWritten) {
    const Unicode* tables = unicode().face;
    ASSERT_NE(tables, nullptr);
    for (const std::string_view name : {"Zoe\u0308", "Franc\u0327ois", "A\u030angstro\u0308m", "Й", "Ё"}) {
        EXPECT_EQ(folded(name), folded(tables->composed(name)));
    }
}

TEST(Words, AreThePartsBetweenBlanks) {
    EXPECT_EQ(words("jean pierre"), (std::vector<std::string_view>{"jean", "pierre"}));
    EXPECT_TRUE(words("").empty());
    EXPECT_EQ(compact("jean pierre"), "jeanpierre");
}

}  // namespace
}  // namespace maillon::match
