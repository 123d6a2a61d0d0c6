#include "core/match/normalise/person_name.h"
#include "core/match/normalise/phonetic.h"
#include "core/match/normalise/placeholder.h"

#include <gtest/gtest.h>

namespace maillon::match {
namespace {

using enum PersonName::Order;

struct Case {
    std::string_view shown, given, particles, family;
    PersonName::Order order = assumed;
    std::string_view suffix{};
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
    return out << c.shown;
}

class ShownNames : public testing::TestWithParam<Case> {};

TEST_P(ShownNames, AreSplit) {
    const PersonName name = split_name(GetParam().shown);

    EXPECT_EQ(name.given, GetParam().given);
    EXPECT_EQ(name.particles, GetParam().particles);
    EXPECT_EQ(name.family, GetParam().family);
    EXPECT_EQ(name.suffix, GetParam().suffix);
    EXPECT_EQ(name.order, GetParam().order);
}

INSTANTIATE_TEST_SUITE_P(Order, ShownNames,
                         testing::Values(Case{"Jean Dupont", "jean", "", "dupont", known},
                                         Case{"Dupont, Jean", "jean", "", "dupont", comma},
                                         Case{"DUPONT Jean", "jean", "", "dupont", capitals},
                                         Case{"Jean DUPONT", "jean", "", "dupont", capitals},
                                         Case{"DE GAULLE Charles", "charles", "de", "gaulle", capitals},
                                         Case{"Charles de GAULLE", "charles", "de", "gaulle", capitals},
                                         Case{"JEAN DUPONT", "jean", "", "dupont", known},
                                         Case{"lefebvre marine", "marine", "", "lefebvre", known},
                                         Case{"Jean-Pierre Martin", "jean pierre", "", "martin", known},
                                         Case{"Jean Pierre Dupont", "jean pierre", "", "dupont", known},
                                         Case{"Maria Garcia Lopez", "maria", "", "garcia lopez", known},
                                         Case{"Ludwig van Beethoven", "ludwig", "van", "beethoven"},
                                         Case{"Jean de la Fontaine", "jean", "de la", "fontaine"},
                                         Case{"Vincent van der Berg", "vincent", "van der", "berg"},
                                         Case{"Yann Le Goff", "yann", "le", "goff"},
                                         Case{"Jean d'Ormesson", "jean", "", "dormesson", known},
                                         Case{"Jérôme L.", "jerome", "", "l", known},
                                         Case{"J. Dupont", "j", "", "dupont"},
                                         Case{"J.P. Dupont", "j p", "", "dupont"},
                                         Case{"Madonna", "madonna", "", "", one_word},
                                         Case{"Quéméner", "", "", "quemener", one_word}));

INSTANTIATE_TEST_SUITE_P(Decoration, ShownNames,
                         testing::Values(Case{"🌞 Jean Dupont ✨", "jean", "", "dupont", known},
                                         Case{"Jean🌞Dupont", "jean", "", "dupont", known},
                                         Case{"Dr Anne Dupont", "anne", "", "dupont", known},
                                         Case{"Mme Anne DUPONT", "anne", "", "dupont", capitals},
                                         Case{"M. Jean Dupont", "jean", "", "dupont", known},
                                         Case{"Prof. Dr. Anne Dupont", "anne", "", "dupont", known},
                                         Case{"Anne Dupont | Coach de vie", "anne", "", "dupont", known},
                                         Case{"Anne Dupont - Photographe", "anne", "", "dupont", known},
                                         Case{"Anne Dupont (Officiel)", "anne", "", "dupont", known},
                                         Case{"Anne Dupont, PhD", "anne", "", "dupont", known},
                                         Case{"Robert Smith, Jr.", "robert", "", "smith", known, "jr"},
                                         Case{"Robert Smith III", "robert", "", "smith", known, "iii"},
                                         Case{"Jean Dupont 75", "jean", "", "dupont", known},
                                         Case{"jean.dupont_75", "jean", "", "dupont", known},
                                         Case{"𝓙𝓮𝓪𝓷 𝓓𝓾𝓹𝓸𝓷𝓽", "jean", "", "dupont", known},
                                         Case{"Наташа Ростова", "natasha", "", "rostova", known},
                                         Case{"Jean\u00a0Dupont", "jean", "", "dupont", known},
                                         Case{"✨🌸✨", "", "", ""}, Case{"", "", "", ""},
                                         Case{"75", "", "", ""}));

TEST(PersonNames, OfRecordsAreTakenAsStated) {
    const PersonName name = person_name("Mme Anne-Marie", "DE LA TOUR");

    EXPECT_EQ(name.given, "anne marie");
    EXPECT_EQ(name.family, "tour");
    EXPECT_EQ(name.whole_family(), "de la tour");
    EXPECT_EQ(name.full(), "anne marie de la tour");
    EXPECT_EQ(name.order, stated);
}

TEST(PersonNames, WithOneFieldAreReadAsShown) {
    EXPECT_EQ(person_name("", "Dupont, Jean").given, "jean");
    EXPECT_EQ(person_name("Jean Dupont", "n/a").family, "dupont");
    EXPECT_TRUE(person_name("-", "unknown").is_empty());
}

TEST(PersonNames, OfFatherAndSonDifferInTheSuffix) {
    EXPECT_EQ(person_name("Robert", "Smith Jr.").suffix, "jr");
    EXPECT_EQ(person_name("Robert", "Smith").suffix, "");
    EXPECT_EQ(person_name("Robert", "Smith Jr.").family, "smith");
}

TEST(PersonNames, CanBeSwapped) {
    const PersonName name = swapped(split_name("Marin Thomas"));

    EXPECT_EQ(name.given, "thomas");
    EXPECT_EQ(name.family, "marin");
}

TEST(PersonNames, OfEndlessTextAreCutNotRefused) {
    const std::string endless = "Jean Dupont " + std::string(100'000, 'x');

    EXPECT_EQ(split_name(endless).given, "jean");
}

TEST(PhoneticKey, IsOneForWhatSoundsAlike) {
    for (const auto& [a, b] :
         std::initializer_list<std::pair<std::string_view, std::string_view>>{{"lefebvre", "lefevre"},
                                                                              {"smith", "smyth"},
                                                                              {"mueller", "muller"},
                                                                              {"philippe", "filip"},
                                                                              {"dupont", "dupond"},
                                                                              {"thibault", "tibo"},
                                                                              {"schmitt", "schmidt"},
                                                                              {"meyer", "maier"},
                                                                              {"hernandez", "ernandes"},
                                                                              {"gauthier", "gautier"}}) {
        EXPECT_EQ(phonetic_key(a), phonetic_key(b)) << a << ' ' << b;
    }
    EXPECT_NE(phonetic_key("martin"), phonetic_key("bernard"));
    EXPECT_EQ(phonetic_key("123"), "");
}

TEST(Placeholders, SayNothing) {
    for (const std::string_view text :
         {"",     "-",          "--",  "n/a",       "N/A",      "None",    "null",          "0",
          "000",  "0000000000", "xxx", "XX",        "Unknown",  "inconnu", "non renseigné", "test",
          "aaaa", "🌸",         "-1",  "anonymous", "undefined"}) {
        EXPECT_TRUE(is_placeholder(text)) << text;
    }
    for (const std::string_view text : {"Nadia", "Li", "Ng", "Aa Bb", "Paris", "101", "Jo"})
        EXPECT_FALSE(is_placeholder(text)) << text;
}

}  // namespace
}  // namespace maillon::match
