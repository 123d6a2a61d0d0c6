#include "core/match/normalise/place.h"

#include "core/match/normalise/picture.h"

#include <gtest/gtest.h>

namespace maillon::match {
namespace {

struct Case {
    std::string_view text, wanted;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
    return out << c.text;
}

class Cities : public testing::TestWithParam<Case> {};

TEST_P(Cities, HaveOneName) {
    EXPECT_EQ(city(GetParam().text), GetParam().wanted);
}

INSTANTIATE_TEST_SUITE_P(
    Shown, Cities,
    testing::Values(Case{"Paris", "paris"}, Case{"Paris, France", "paris"}, Case{"75011 PARIS", "paris"},
                    Case{"Paris 11e", "paris"}, Case{"📍Lyon", "lyon"}, Case{"Greater Paris Area", "paris"},
                    Case{"St-Étienne", "saint etienne"}, Case{"Saint Étienne", "saint etienne"},
                    Case{"Nantes Cedex 2", "nantes"}, Case{"France, Lille", "lille"},
                    Case{"Brussels", "bruxelles"}, Case{"Bruxelles", "bruxelles"}, Case{"NYC", "new york"},
                    Case{"New York City", "new york"}, Case{"Aix-en-Provence", "aix en provence"},
                    Case{"Le Havre", "le havre"}, Case{"London, UK", "london"}, Case{"Londres", "london"},
                    Case{"France", ""}, Case{"Earth", ""}, Case{"🌍", ""}, Case{"", ""}, Case{"n/a", ""},
                    Case{"Paris/Berlin", "paris"}));

class Companies : public testing::TestWithParam<Case> {};

TEST_P(Companies, HaveOneName) {
    EXPECT_EQ(company(GetParam().text), GetParam().wanted);
}

INSTANTIATE_TEST_SUITE_P(LegalForms, Companies,
                         testing::Values(Case{"Société Générale S.A.", "societe generale"},
                                         Case{"Mistral Conseil SARL", "mistral conseil"},
                                         Case{"SARL Mistral Conseil", "mistral conseil"},
                                         Case{"Faro Digital S.A.R.L.", "faro digital"},
                                         Case{"Bosch GmbH", "bosch"}, Case{"Opale Media Ltd.", "opale media"},
                                         Case{"Groupe Orion Foods", "orion foods"},
                                         Case{"The Orion Foods Company", "orion foods"}, Case{"SAS", "sas"},
                                         Case{"Dupont & Cie", "dupont"}, Case{"AT&T Inc.", "at t"},
                                         Case{"n/a", ""}, Case{"", ""}));

TEST(Pictures, OfNobodyAreNone) {
    EXPECT_EQ(picture("a057dab9158b1dcd"), 0xa057dab9158b1dcdu);
    for (const std::string_view hex :
         {"ffff81818181ffff", "0000000000000000", "ffffffffffffffff", "0f0f0f0f0f0f0f0f", "xyz", "",
          "a057dab9158b1dc", "-057dab9158b1dcd", "a057dab9158b1dcd0"}) {
        EXPECT_FALSE(picture(hex)) << hex;
    }
    EXPECT_EQ(picture_distance(0xF0, 0x0F), 8);
}

}  // namespace
}  // namespace maillon::match
