#include "core/match/directory_keys.h"
#include "tests/unit/match/directory_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maillon::match {
namespace {

using store::RecordKey;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Json json(const char* text) {
    return Json::parse(text).value();
}

config::Directory customers() {
    return directory_of({{"given_name", "first_name"},
                         {"handle_x", "twitter_c"},
                         {"email", "email1"},
                         {"phone", "phone_mobile"},
                         {"id_x", "twitter_id_c"},
                         {"id_facebook", "facebook_c"}});
}

TEST(Normalised, EmailsAndHandlesAreComparedWithoutCaseAndSpaces) {
    EXPECT_EQ(normalised("email", "  Anne@Example.COM\t"), "anne@example.com");
    EXPECT_EQ(normalised("handle_x", " @AnneK "), "annek");
    EXPECT_EQ(normalised("handle_x", "annek"), "annek");
}

TEST(Normalised, PhonesAreTheirDigits) {
    EXPECT_EQ(normalised("phone", "+33 6 12-34.56 (78)"), "+33612345678");
    EXPECT_EQ(normalised("phone", "06 12 34 56 78"), "0612345678");
    EXPECT_EQ(normalised("phone", "33+612345"), "33612345") << "a plus counts only in front";
}

TEST(Normalised, IdsAreKeptAsTheyAre) {
    EXPECT_EQ(normalised("id_x", " AbC "), "AbC");
}

TEST(Normalised, WhatCannotIdentifyAnybodyIsNothing) {
    EXPECT_EQ(normalised("email", "not an address"), std::nullopt);
    EXPECT_EQ(normalised("phone", "12 34"), std::nullopt);
    EXPECT_EQ(normalised("handle_x", "@"), std::nullopt);
    EXPECT_EQ(normalised("id_x", " \n "), std::nullopt);
    EXPECT_EQ(normalised("id_x", ""), std::nullopt);
}

TEST(DirectoryKeys, ARecordAndAPersonMeetInTheSameKeys) {
    const DirectoryKeys keys(customers());
    const auto of_record = keys.of_record(json(
        R"({"twitter_id_c":4711,"email1":"ANNE@example.com","twitter_c":"@AnneK","first_name":"Anne"})"));
    const auto of_person = keys.of_person(
        json(R"({"network":"x","id":"4711","handle":"annek","email":"anne@example.com","name":"Anne"})"));
    EXPECT_THAT(of_person, ElementsAre(RecordKey{"id_x", "4711"}, RecordKey{"email", "anne@example.com"},
                                       RecordKey{"handle_x", "annek"}))
        << "the strongest first";
    EXPECT_THAT(of_record, ::testing::UnorderedElementsAreArray(of_person)) << "names identify nobody";
}

TEST(DirectoryKeys, AnIdOfAnotherNetworkIsAnotherKey) {
    const DirectoryKeys keys(customers());
    EXPECT_THAT(keys.of_person(json(R"({"network":"facebook","id":"4711","handle":"annek"})")),
                ElementsAre(RecordKey{"id_facebook", "4711"}));
    EXPECT_THAT(keys.of_person(json(R"({"network":"mastodon","id":"4711"})")), IsEmpty());
    EXPECT_THAT(keys.of_person(json(R"("anne")")), IsEmpty());
}

TEST(DirectoryKeys, KnowsWhichFieldsToRead) {
    EXPECT_THAT(
        DirectoryKeys(customers()).record_fields(),
        ElementsAre("first_name", "twitter_c", "email1", "phone_mobile", "twitter_id_c", "facebook_c"));
}

TEST(DirectoryKeys, TheNameOfARecordIsPutTogether) {
    const DirectoryKeys keys(customers());
    EXPECT_EQ(keys.name_of(json(R"({"first_name":"Anne"})")), "Anne");
    EXPECT_EQ(keys.name_of(json("{}")), "");
}

}  // namespace
}  // namespace maillon::match
