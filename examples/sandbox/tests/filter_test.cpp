#include "sugar/filter.h"
#include "core/base/clock.h"
#include "sugar/crm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

using namespace sandbox;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

namespace {

class Filters : public ::testing::Test {
protected:
    Filters() {
        add("Ada", "ada@example.org", "Lyon", 5);
        add("Bo", "bo@example.org", "", 50);
        add("Cleo", "", "Leeds", 500);
    }
    void add(const char* name, const char* address, const char* city, int score) {
        ASSERT_TRUE(crm_.create(
            "Contacts",
            {{"last_name", name}, {"email1", address}, {"primary_address_city", city}, {"score_c", score}}));
        clock_.advance(std::chrono::hours(1));
    }
    std::vector<std::string> names(const json::value& filter) {
        std::vector<std::string> found;
        const auto condition = parse_filter(filter);
        EXPECT_TRUE(condition) << condition.error().what;
        for (const Record* record : crm_.find("Contacts", *condition, "last_name:ASC", 0, 100).records)
            found.push_back(text_of(record->fields, "last_name"));
        return found;
    }
    std::vector<std::string> names(const char* filter) { return names(json::parse(filter)); }

    maillon::FakeClock clock_;
    Crm crm_{clock_, 1};
};

}  // namespace

TEST_F(Filters, EqualityIgnoresTheCaseOfLetters) {
    EXPECT_THAT(names(R"([{"last_name":"ADA"}])"), ElementsAre("Ada"));
    EXPECT_THAT(names(R"([{"last_name":{"$equals":"bo"}}])"), ElementsAre("Bo"));
    EXPECT_THAT(names(R"([{"last_name":{"$in":["ada","cleo","x"]}}])"), ElementsAre("Ada", "Cleo"));
    EXPECT_THAT(names(R"([{"last_name":{"$not_in":["ada","cleo"]}}])"), ElementsAre("Bo"));
}

TEST_F(Filters, ElementsAndMembersAllHold) {
    EXPECT_THAT(names(R"([{"last_name":"Ada"},{"primary_address_city":"Leeds"}])"), IsEmpty());
    EXPECT_THAT(names(R"([{"$or":[{"last_name":"Ada"},{"primary_address_city":"Leeds"}]}])"),
                ElementsAre("Ada", "Cleo"));
    EXPECT_THAT(names(R"([{"$and":[{"score_c":{"$gt":5}},{"score_c":{"$lt":500}}]}])"), ElementsAre("Bo"));
    EXPECT_THAT(names(R"([{"score_c":{"$gte":50,"$lte":50}}])"), ElementsAre("Bo"));
}

TEST_F(Filters, LooksIntoAddresses) {
    EXPECT_THAT(names(R"([{"email_addresses.email_address":"BO@example.org"}])"), ElementsAre("Bo"));
    EXPECT_THAT(names(R"([{"email1":{"$starts":"ada@"}}])"), ElementsAre("Ada"));
}

TEST_F(Filters, KnowsEmptyFields) {
    EXPECT_THAT(names(R"([{"primary_address_city":{"$empty":""}}])"), ElementsAre("Bo"));
    EXPECT_THAT(names(R"([{"primary_address_city":{"$not_null":""}}])"), ElementsAre("Ada", "Cleo"));
    EXPECT_THAT(names(R"([{"email1":{"$is_null":""}}])"), ElementsAre("Cleo"));
}

TEST_F(Filters, ComparesTimesWhateverTheirOffset) {
    // Ada was made at 08:52:44, Bo an hour later, Cleo two hours later.
    const std::string ada = crm_.table("Contacts")->by_time().begin()->second->id;
    const auto seconds = crm_.table("Contacts")->find(ada)->modified_s;
    ASSERT_EQ(seconds, 1'789'375'964);  // 2026-09-14T08:52:44Z
    EXPECT_THAT(names(R"([{"date_modified":{"$gte":"2026-09-14T11:52:44+02:00"}}])"),
                ElementsAre("Bo", "Cleo"));
    EXPECT_THAT(names(R"([{"date_modified":{"$gt":"2026-09-14T09:52:44+00:00"}}])"), ElementsAre("Cleo"));
    EXPECT_THAT(names(R"([{"date_entered":{"$lt":"2026-09-14T09:52:44Z"}}])"), ElementsAre("Ada"));
}

TEST_F(Filters, FollowLinks) {
    Record* one = crm_.create("Cases", {{"name", "one"}}).value();
    crm_.create("Cases", {{"name", "two"}}).value();
    Record* ada = crm_.table("Contacts")->with("last_name", "Ada").front();
    ASSERT_TRUE(crm_.link(*find_link("Cases", "contacts"), *one, ada->id));

    const auto by_id = parse_filter(json::array{json::object{{"contacts.id", ada->id}}});
    const auto by_name = parse_filter(json::parse(R"([{"contacts.last_name":{"$starts":"ad"}}])"));

    for (const auto& condition : {by_id, by_name}) {
        const auto page = crm_.find("Cases", *condition, "", 0, 10);
        ASSERT_EQ(page.records.size(), 1U);
        EXPECT_EQ(page.records[0], one);
    }
}

TEST_F(Filters, RefuseWhatTheyDoNotKnow) {
    EXPECT_THAT(parse_filter(json::parse(R"([{"a":{"$like":"x"}}])")).error().what, HasSubstr("$like"));
    EXPECT_FALSE(parse_filter(json::parse(R"([1])")));
    EXPECT_FALSE(parse_filter(json::parse(R"([{"$or":{"a":1}}])")));
    EXPECT_FALSE(parse_filter(json::parse(R"([{"a":{"$between":[1]}}])")));
}

TEST(FilterInQuery, ReadsTheBracketForm) {
    const auto tree = filter_in_query(maillon::parse_query(
        "filter[0][$or][0][a][$in][]=1&filter[0][$or][0][a][$in][]=2&filter[0][$or][1][b]=x%20y&max_num=3"));

    ASSERT_TRUE(tree);
    EXPECT_EQ(*tree, json::parse(R"([{"$or":[{"a":{"$in":["1","2"]}},{"b":"x y"}]}])"));
}

TEST(FilterInQuery, ReadsTheJsonFormAndRefusesBrokenOnes) {
    EXPECT_EQ(*filter_in_query(maillon::parse_query("filter=[{\"a\":\"b\"}]")),
              json::parse(R"([{"a":"b"}])"));
    EXPECT_EQ(*filter_in_query(maillon::parse_query("max_num=3")), json::array());
    EXPECT_FALSE(filter_in_query(maillon::parse_query("filter=[{")));
    EXPECT_FALSE(filter_in_query(maillon::parse_query("filter[0=x")));
}

/// Whatever the index says must be what reading everything says, through creations, changes and removals.
TEST(Index, AgreesWithReadingEverything) {
    maillon::FakeClock clock;
    Crm crm(clock, 3);
    Table& table = *crm.table("Contacts");
    std::mt19937 chance(11);
    const auto word = [&] { return std::string(1, static_cast<char>('a' + chance() % 5)); };
    std::vector<std::string> ids;

    for (int step = 0; step < 2000; ++step) {
        clock.advance(std::chrono::milliseconds(chance() % 1500));
        const json::object fields{{"last_name", word()}, {"x_c", word()}, {"email1", word() + "@" + word()}};
        Record* record = ids.empty() ? nullptr : table.find(ids[chance() % ids.size()]);
        if (record == nullptr || chance() % 3 == 0)
            ids.push_back((*crm.create("Contacts", fields))->id);
        else if (chance() % 8 == 0)
            crm.remove("Contacts", *record);
        else
            crm.update("Contacts", *record, fields);
        if (step % 20 != 0) continue;

        const std::string field = std::array{"last_name", "x_c", "email1", "email"}[chance() % 4];
        const std::string value = field.starts_with("email") ? word() + "@" + word() : word();
        std::set<const Record*> slow;
        for (const auto& [time, one] : table.by_time()) {
            const auto values = values_of(*one, field);
            if (std::find(values.begin(), values.end(), value) != values.end()) slow.insert(one);
        }
        const auto& fast = table.with(field, value);
        ASSERT_EQ(std::set<const Record*>(fast.begin(), fast.end()), slow) << field << "=" << value;
        ASSERT_EQ(table.by_time().size(), table.size());
    }
}
