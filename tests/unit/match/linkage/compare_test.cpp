#include "core/match/linkage/model_reader.h"
#include "core/match/linkage/name_communities.h"
#include "core/match/linkage/number_field.h"
#include "core/match/linkage/records.h"
#include "core/match/linkage/residue.h"
#include "core/match/linkage/spelt_field.h"

#include <gtest/gtest.h>

#include <cmath>

namespace maillon::match {
namespace {

bool go_on(std::string_view, std::int64_t, std::int64_t) {
    return true;
}

/// How two values of one kind compare: "nickname".
std::string level(const std::string& kind, const std::string& left, const std::string& right,
                  const std::string& column = "v") {
    const auto model =
        read_model("m.yaml", "model: m\nfields:\n  f:\n    kind: " + kind +
                                 "\n    left: v\n    right: " + column + "\nblocking: [f]\ncountry: FR\n")
            .model;
    const auto a = Table::parse("a.csv", "id,v\n1,\"" + left + "\"\n");
    const auto b = Table::parse("b.csv", "id,v\n1,\"" + right + "\"\n");
    const auto records = Records::prepare(*model, *a, &*b, go_on);
    return std::string(levels_of(model->fields[0].kind)[Records::level_of(records->levels(0, 0), 0)].name);
}

TEST(Compare, GivenNamesKnowShortFormsInitialsAndSlips) {
    EXPECT_EQ(level("given_name", "Élodie", "elodie"), "exact");
    EXPECT_EQ(level("given_name", "Robert", "Bob"), "nickname");
    EXPECT_EQ(level("given_name", "Mohamed", "Mohammed"), "nickname");
    EXPECT_EQ(level("given_name", "Michelle", "Mischelle"), "similar");
    EXPECT_EQ(level("given_name", "Robert", "R."), "initial");
    EXPECT_EQ(level("given_name", "Robert", "Sylvie"), "different");
    EXPECT_EQ(level("given_name", "Robert", ""), "missing");
}

TEST(Compare, FamilyNamesKnowCompoundsAndAreFoundInHandles) {
    EXPECT_EQ(level("family_name", "O'Brien", "OBRIEN"), "exact");
    EXPECT_EQ(level("family_name", "Martin-Dupont", "Dupont"), "part");
    EXPECT_EQ(level("family_name", "Lefebvre", "Lefebvr"), "similar");
    EXPECT_EQ(level("family_name", "Verraron", "thereal_verraron9", "v.within"), "contained");
    EXPECT_EQ(level("family_name", "Martin", "Perrin"), "different");
}

TEST(Compare, AddressesNumbersAndLinksAreReadBeforeTheyAreCompared) {
    EXPECT_EQ(level("email", "Anne.Dupont@gmail.com", "annedupont+x@googlemail.com"), "exact");
    EXPECT_EQ(level("email", "info@firm.fr", "info@firm.fr"), "missing") << "a desk is nobody";
    EXPECT_EQ(level("phone", "06 12 34 56 78", "+33612345678"), "exact");
    EXPECT_EQ(level("phone", "06 12 34 56 78", "+33612345679"), "similar");
    EXPECT_EQ(level("link", "https://www.anne.fr/", "anne.fr"), "exact");
    EXPECT_EQ(level("handle", "x:@Anne", "twitter:anne"), "exact");
}

TEST(Compare, CitiesAndJobsAreFoundInsideOfLongerTextsOnceTheyAreKnown) {
    EXPECT_EQ(level("city", "LYON", "Lyon, France"), "exact");
    EXPECT_EQ(level("city", "Aix-en-Provence", "living in Aix en Provence!", "v.within"), "contained");
    EXPECT_EQ(level("company", "Delta Logistique SA", "anne@delta-logistique.fr", "v.company"), "exact");
    EXPECT_EQ(level("company", "Delta", "anne@gmail.com", "v.company"), "missing");
    EXPECT_EQ(level("phrase", "Chef de projet", "Nova · chef de projet", "v.within"), "contained");
}

TEST(Compare, TitlesAreAlikeByTheirRareWordsAndForgiveASlip) {
    EXPECT_EQ(level("text", "The Art of War", "the art of war!"), "exact");
    EXPECT_EQ(level("text", "light street 3", "light setreet 3"), "nearly");
    EXPECT_EQ(level("text", "war and peace", "house of cards"), "different");
}

TEST(Compare, ListsOfAuthorsCountFamilyNames) {
    EXPECT_EQ(level("names", "Anna Bell, Carl Dorn", "C. Dorn, A. Bell"), "exact");
    EXPECT_EQ(level("names", "Anna Bell, Carl Dorn", "X. Dorn, A. Bell"), "same family names");
    EXPECT_EQ(level("names", "Anna Bell, Carl Dorn and Eve Falk", "Bell A"), "most");
    EXPECT_EQ(level("names", "Anna Bell", "Gus Hill"), "different");
}

TEST(Compare, DatesCodesYearsAndNumbersMayBeOffByALittle) {
    EXPECT_EQ(level("date", "1983-04-12", "12/04/1983"), "exact");
    EXPECT_EQ(level("date", "19830412", "19831204"), "mistyped");
    EXPECT_EQ(level("date", "19830412", "19830801"), "same year");
    EXPECT_EQ(level("code", "75011", "75001"), "mistyped");
    EXPECT_EQ(level("code", "12", "13"), "different") << "of two digits one is too much";
    EXPECT_EQ(level("year", "(1999)", "2000"), "one year");
    EXPECT_EQ(level("number", "$1,299.00", "1299"), "exact");
    EXPECT_EQ(level("number", "100", "110"), "near");
}

TEST(Compare, PicturesDifferByBitsAndDefaultOnesSayNothing) {
    EXPECT_EQ(level("image_hash", "a057dab9158b1dcd", "a057dab9158b1dce"), "same");
    EXPECT_EQ(level("image_hash", "a057dab9158b1dcd", "5fa82546ea74e232"), "different");
    EXPECT_EQ(level("image_hash", "ffff81818181ffff", "ffff81818181ffff"), "missing");
}

TEST(Compare, TheHalvesOfANameMayStandTheOtherWayRound) {
    const auto model = read_model("m.yaml", R"(model: m
fields:
  given: {kind: given_name, column: given, swaps_with: family}
  family: {kind: family_name, column: family}
blocking: [given.word + family.word]
)")
                           .model;
    const auto a = Table::parse("a.csv", "id,given,family\n1,Anne,Dupont\n");
    const auto b = Table::parse("b.csv", "id,given,family\n1,Dupont,Anne\n");

    const auto records = Records::prepare(*model, *a, &*b, go_on);

    const auto levels = records->levels(0, 0);
    EXPECT_EQ(levels_of(Kind::given_name)[Records::level_of(levels, 0)].name, "swapped");
    EXPECT_EQ(levels_of(Kind::family_name)[Records::level_of(levels, 1)].name, "swapped");
}

TEST(Compare, WhatTheNameExplainsIsNoSecondWitness) {
    const auto left = [](std::string_view text) {
        return residues(std::vector<Cell>{{text, ""}, {"Jean", "name"}, {"Dupont", "name"}});
    };

    EXPECT_TRUE(left("jean.dupont@gmail.com").empty());
    EXPECT_TRUE(left("jdupont").empty());
    EXPECT_EQ(left("jeandupont1983"), std::vector<std::string>{"83"});
    EXPECT_EQ(left("lost_banana488"), (std::vector<std::string>{"488", "lost", "banana"}));
    EXPECT_EQ(residues(std::vector<Cell>{{"1983-04-12", "year"}}), std::vector<std::string>{"83"});
}

TEST(Compare, NamesOfOneCommunityCountAsLittleRarerThanTheyAre) {
    std::vector<NameCommunities::Pair> pairs;  // two communities of ten given and ten family names each
    for (std::uint32_t n = 0; n < 4000; ++n) {
        const std::uint32_t community = n % 10 == 0 ? 10 : 0;
        pairs.emplace_back(community + (n * 7919 >> 4) % 10, community + (n * 104729 >> 7) % 10);
    }

    const auto fit = NameCommunities::fit(pairs, 20, 20);

    EXPECT_NEAR(fit.together_bits(13, 17), std::log2(10.0), 0.6) << "a tenth of all people, among themselves";
    EXPECT_LT(fit.together_bits(3, 7), 0.5) << "most people are of the large one";
    EXPECT_EQ(fit.together_bits(3, 17), 0) << "never below";
    EXPECT_EQ(fit.together_bits(99, 99), 0) << "unknown names";
}

}  // namespace
}  // namespace maillon::match
