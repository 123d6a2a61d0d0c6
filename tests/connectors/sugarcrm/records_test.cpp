#include "records.h"

#include <gtest/gtest.h>

namespace maillon::sugarcrm {
namespace {

json::object email(std::string_view address, json::value is_primary) {
    return {{"email_address", address}, {"primary_address", is_primary}};
}

TEST(Records, ShowThePrimaryAddressAsEmail1) {
    EXPECT_EQ(shaped(json::object{{"email", {email("a@x.org", false), email("b@x.org", true)}}}).at("email1"),
              "b@x.org");
    EXPECT_EQ(shaped(json::object{{"email", {email("a@x.org", "0"), email("b@x.org", "1")}}}).at("email1"),
              "b@x.org");
    EXPECT_EQ(shaped(json::object{{"email", {email("a@x.org", false)}}}).at("email1"), "a@x.org");
    EXPECT_EQ(shaped(json::object{{"email", json::array{}}}).at("email1"), "");
    EXPECT_EQ(shaped(json::object{{"email", json::array{}}, {"email1", "c@x.org"}}).at("email1"), "c@x.org");
    EXPECT_FALSE(shaped(json::object{{"name", "x"}}).contains("email1"));
}

TEST(Records, ShowTheCaseNumberAndHideAccessLists) {
    const auto record = shaped(json::object{{"case_number", 7}, {"_acl", json::object{}}});

    EXPECT_EQ(record.at("number"), 7);
    EXPECT_EQ(record.at("case_number"), 7);
    EXPECT_FALSE(record.contains("_acl"));
    EXPECT_TRUE(shaped(json::value("no record")).empty());
    EXPECT_TRUE(shaped(nullptr).empty());
}

TEST(Records, ChangingThePrimaryAddressKeepsTheOthers) {
    const json::object present{{"email", {email("old@x.org", true), email("New@x.org", false)}}};

    const auto out = for_sugar({{"email1", "new@x.org"}, {"title", "CTO"}}, present);

    EXPECT_EQ(out.at("email"), (json::array{email("New@x.org", true), email("old@x.org", false)}));
    EXPECT_EQ(out.at("title"), "CTO");
    EXPECT_FALSE(out.contains("email1"));
}

TEST(Records, AnEmptyPrimaryAddressChangesNothingAndAListIsTakenAsItIs) {
    EXPECT_EQ(for_sugar({{"email1", ""}}, {{"email", {email("a@x.org", true)}}}), json::object{});
    const json::object both{{"email1", "a@x.org"}, {"email", {email("b@x.org", true)}}};
    EXPECT_EQ(for_sugar(both, {}), both);
}

TEST(Records, HoldFieldsWhateverWayTheyAreWritten) {
    const json::object record{{"a", "1"},    {"b", true}, {"n", 5}, {"t", "x"}, {"email1", "Ada@X.org"},
                              {"z", nullptr}};

    EXPECT_TRUE(holds(record, {{"a", true}, {"b", "1"}, {"n", "5"}, {"t", "x"}, {"email1", "ada@x.org"}}));
    EXPECT_TRUE(holds(record, {{"z", nullptr}}));
    EXPECT_TRUE(holds(record, {}));
    EXPECT_FALSE(holds(record, {{"a", false}}));
    EXPECT_FALSE(holds(record, {{"t", "X"}}));
    EXPECT_FALSE(holds(record, {{"missing", ""}}));
    EXPECT_FALSE(holds(record, {{"z", ""}}));
    EXPECT_FALSE(holds(record, {{"n", json::array{5}}}));
}

TEST(Records, FiltersAreWrittenAsSugarReadsThem) {
    EXPECT_EQ(filter_of(json::object{{"name", "x"}}), (json::array{{{"name", {{"$equals", "x"}}}}}));
    EXPECT_EQ(filter_of(json::object{{"n", {{"$gte", 3}}}}), (json::array{{{"n", {{"$gte", 3}}}}}));
    EXPECT_EQ(filter_of(json::object{{"id", json::array{"a", "b"}}}),
              json::array({json::object{{"id", json::object{{"$in", json::array{"a", "b"}}}}}}));
    EXPECT_EQ(filter_of(json::object{{"gone", nullptr}}), (json::array{{{"gone", {{"$is_null", ""}}}}}));
    EXPECT_EQ(filter_of(json::object{{"email1", "a@x.org"}}),
              (json::array{{{"email_addresses.email_address", {{"$equals", "a@x.org"}}}}}));
    const json::array own{json::object{{"$or", json::array{}}}};
    EXPECT_EQ(filter_of(own), own);
    EXPECT_EQ(filter_of(json::object{{"$or", json::array{}}}), own);
    EXPECT_TRUE(filter_of("nonsense").empty());
}

TEST(Records, NoneIsNeverReadOutOfAnAnswerThatIsNoListing) {
    EXPECT_FALSE(records_in(json::object{}).has_value());
    EXPECT_FALSE(records_in(json::array{}).has_value());
    EXPECT_FALSE(records_in(json::object{{"records", "none"}}).has_value());
    EXPECT_TRUE(records_in(json::object{{"records", json::array{}}}).has_value());
    EXPECT_EQ(next_offset_in(json::object{{"next_offset", 20}}), 20);
    EXPECT_EQ(next_offset_in(json::object{}), -1);
}

}  // namespace
}  // namespace maillon::sugarcrm
