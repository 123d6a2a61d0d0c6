#include "core/match/normalise/name_tables.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace maillon::match {
namespace {

struct Case {
    std::string_view a, b;
    GivenRelation wanted;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
    return out << c.a << ", " << c.b;
}

class Relation : public testing::TestWithParam<Case> {};

TEST_P(Relation, IsTheSameFromBothSides) {
    EXPECT_EQ(name_tables().relation(GetParam().a, GetParam().b), GetParam().wanted);
    EXPECT_EQ(name_tables().relation(GetParam().b, GetParam().a), GetParam().wanted);
}

using enum GivenRelation;
INSTANTIATE_TEST_SUITE_P(
    GivenNames, Relation,
    testing::Values(Case{"anne", "anne", exact}, Case{"jean pierre", "jeanpierre", exact},
                    Case{"mohamed", "muhammad", variant}, Case{"mhmd", "mohammed", variant},
                    Case{"natalya", "natalia", variant}, Case{"dmitry", "dimitri", variant},
                    Case{"bob", "robert", nickname}, Case{"bob", "rob", nickname},
                    Case{"bill", "william", nickname}, Case{"isa", "isabelle", nickname},
                    Case{"fred", "frederique", nickname}, Case{"manu", "emmanuel", nickname},
                    Case{"jp", "jean pierre", nickname}, Case{"jean", "jean pierre", nickname},
                    Case{"med", "mohammed", nickname}, Case{"j", "jean", initial},
                    Case{"j p", "jean pierre", initial}, Case{"j", "pierre", none},
                    Case{"jean pierre", "jean paul", none}, Case{"anne", "jean", none},
                    Case{"", "anne", none}, Case{"eric", "frederic", none}, Case{"zzyzx", "zzyzy", none}));

TEST(NameTables, TellCommonNamesFromRareOnes) {
    const auto& tables = name_tables();

    EXPECT_GT(tables.given_share("marie"), 0.02);
    EXPECT_GT(tables.family_share("martin"), 0.002);
    EXPECT_GT(tables.family_share("smith"), 0.01);
    EXPECT_LT(tables.family_share("quinegnon"), 1e-5);
    EXPECT_GT(tables.family_share("quinegnon"), 0);
    EXPECT_EQ(tables.given_share("jean zzyzx"), tables.given_share("jean"));
    EXPECT_TRUE(tables.is_given("lucie"));
    EXPECT_FALSE(tables.is_given("lemaitre"));
    EXPECT_TRUE(tables.is_family("lemaitre"));
}

TEST(NameTables, GiveTheFullFormsOfAShortOneItsOwnFirst) {
    const auto& tables = name_tables();

    const auto forms = tables.full_forms("mo");

    ASSERT_FALSE(forms.empty());
    EXPECT_EQ(forms.front(), tables.spelling_key("mo"));
    EXPECT_NE(std::ranges::find(forms, tables.spelling_key("muhammad")), forms.end());
    EXPECT_TRUE(tables.full_forms("zzyzx").empty());
}

}  // namespace
}  // namespace maillon::match
