#include "tests/unit/hub/directory_scene.h"

namespace maillon::hub {
namespace {

using ::testing::ElementsAre;

/// Reading all records anew: by itself after its time, or since a person wants it.
class DirectoryRefreshTest : public DirectoryTest {};

TEST_F(DirectoryRefreshTest, AllIsReadAnewByItselfAfterItsTime) {
    refresh_every_ = minutes{60};
    pages({{{record("1", ""), record("2", "")}, "c1", true, {}}, {{record("1", "")}, "c2", true, {}}});
    auto directory = loaded();
    EXPECT_FALSE(directory->is_refresh_due().value()) << "nothing was read yet";
    ASSERT_TRUE(directory->read_page(source_, soon()));
    clock_.advance(minutes{59});
    EXPECT_FALSE(directory->is_refresh_due().value());
    clock_.advance(minutes{1});
    EXPECT_TRUE(directory->is_refresh_due().value());

    begin();
    directory = loaded();
    ASSERT_TRUE(directory->is_refresh_due().value()) << "a restart changes nothing";
    ASSERT_TRUE(directory->refresh());
    EXPECT_FALSE(directory->is_refresh_due().value()) << "it is under way";
    ASSERT_TRUE(directory->read_page(source_, soon()));

    EXPECT_THAT(stored(), ElementsAre("1"));
    const auto came = directory->take_refreshed();
    ASSERT_TRUE(came);
    EXPECT_EQ(came->records, 1);
    EXPECT_EQ(came->gone, 1);
    EXPECT_FALSE(directory->take_refreshed()) << "told once";
    EXPECT_FALSE(directory->is_refresh_due().value());
    clock_.advance(minutes{60});
    EXPECT_TRUE(directory->is_refresh_due().value());
    refresh_every_ = {};
    EXPECT_FALSE(loaded()->is_refresh_due().value()) << "never";
}

TEST_F(DirectoryRefreshTest, AClockThatWasAheadPutsNoReadingOff) {
    refresh_every_ = minutes{60};
    pages({{{record("1", "")}, "c1", true, {}}, {{record("1", "")}, "c2", true, {}}});
    clock_.advance(std::chrono::days{1});
    const auto directory = loaded();
    ASSERT_TRUE(directory->read_page(source_, soon()));

    clock_.advance(-std::chrono::days{1});
    ASSERT_TRUE(directory->is_refresh_due().value()) << "nobody knows how old it is";
    ASSERT_TRUE(directory->refresh());
    ASSERT_TRUE(directory->read_page(source_, soon()));

    EXPECT_FALSE(directory->is_refresh_due().value()) << "once";
    clock_.advance(minutes{60});
    EXPECT_TRUE(directory->is_refresh_due().value());
}

/// `count` records in a page.
std::vector<plugin::RawEvent> known(int count) {
    std::vector<plugin::RawEvent> out;
    for (int i = 0; i < count; ++i) out.push_back(record("r" + std::to_string(100 + i), ""));
    return out;
}

TEST_F(DirectoryRefreshTest, ManyRecordsGoOnlyWhereAPersonHasAsked) {
    pages({{known(100), "c1", true, {}},
           {known(79), "c2", true, {}},
           {known(79), "c3", true, {}},
           {known(70), "c4", true, {}}});
    auto directory = loaded();
    ASSERT_TRUE(directory->read_page(source_, soon()));

    ASSERT_TRUE(directory->refresh());
    ASSERT_TRUE(directory->read_page(source_, soon()));
    const auto* said =
        "21 of 100 records were not met again and stay; if they are gone: maillon directory refresh "
        "customers";
    EXPECT_EQ(directory->unmet(), said);
    EXPECT_EQ(directory->take_refreshed()->unmet, said);
    EXPECT_EQ(stored().size(), 100u);
    EXPECT_FALSE(directory->is_refreshing());
    begin();
    directory = loaded();
    EXPECT_EQ(directory->unmet(), said) << "it is still so after a restart";

    ASSERT_TRUE(directory->want_refresh());
    ASSERT_TRUE(directory->is_refresh_due().value());
    ASSERT_TRUE(directory->refresh());
    ASSERT_TRUE(directory->read_page(source_, soon()));
    EXPECT_EQ(stored().size(), 79u);
    EXPECT_EQ(directory->unmet(), "");

    ASSERT_TRUE(directory->refresh());
    ASSERT_TRUE(directory->read_page(source_, soon()));
    EXPECT_EQ(stored().size(), 70u) << "so few may go";
}

TEST_F(DirectoryRefreshTest, OfAFewRecordsNoMoreThanHalfGoByThemselves) {
    pages({{known(10), "c1", true, {}},
           {known(4), "c2", true, {}},
           {known(5), "c3", true, {}},
           {known(2), "c4", true, {}},
           {known(2), "c5", true, {}},
           {known(1), "c6", true, {}},
           {{}, "c7", true, {}}});
    const auto directory = loaded();
    ASSERT_TRUE(directory->read_page(source_, soon()));
    const auto read_anew = [&] {
        ASSERT_TRUE(directory->refresh());
        ASSERT_TRUE(directory->read_page(source_, soon()));
    };

    read_anew();
    EXPECT_EQ(directory->unmet(),
              "6 of 10 records were not met again and stay; if they are gone: maillon directory refresh "
              "customers");
    EXPECT_EQ(stored().size(), 10u);
    read_anew();
    EXPECT_EQ(stored().size(), 5u);
    EXPECT_EQ(directory->unmet(), "");
    read_anew();
    EXPECT_EQ(stored().size(), 5u) << "three of five";

    ASSERT_TRUE(directory->want_refresh());
    ASSERT_TRUE(directory->is_refresh_due().value());
    read_anew();
    EXPECT_EQ(stored().size(), 2u) << "a person has said so";
    read_anew();
    EXPECT_EQ(stored().size(), 1u);
    read_anew();
    EXPECT_EQ(stored().size(), 1u);
    EXPECT_THAT(directory->unmet(), ::testing::HasSubstr("gave no record at all"));
}

TEST_F(DirectoryRefreshTest, WhatAPersonWantsOutlivesARestartAtAnyMoment) {
    pages({{known(100), "c1", true, {}}, {known(30), "c2", false, {}}, {{}, "c3", true, {}}});
    auto directory = loaded();
    ASSERT_TRUE(directory->read_page(source_, soon()));
    ASSERT_TRUE(directory->want_refresh());

    begin();
    directory = loaded();
    ASSERT_TRUE(directory->is_refresh_due().value()) << "it was not begun";
    ASSERT_TRUE(directory->refresh());
    EXPECT_FALSE(directory->is_refresh_due().value());
    ASSERT_FALSE(directory->read_page(source_, soon()).value());
    EXPECT_EQ(stored().size(), 100u);

    begin();
    directory = loaded();
    EXPECT_FALSE(directory->is_refresh_due().value()) << "it goes on";
    EXPECT_TRUE(directory->is_refreshing());
    ASSERT_TRUE(directory->read_page(source_, soon()).value());
    EXPECT_EQ(stored().size(), 30u) << "it was asked for";
}

TEST_F(DirectoryRefreshTest, WhatAPersonWantsIsLookedForAgainWhenTheStoreDidNotAnswer) {
    pages({{known(2), "c1", true, {}}});
    const auto directory = loaded();
    ASSERT_TRUE(directory->read_page(source_, soon()));
    ASSERT_TRUE(directory->want_refresh());

    table_is("directory_reads", true);
    EXPECT_FALSE(directory->is_refresh_due());
    EXPECT_TRUE(directory->is_refresh_wanted());
    table_is("directory_reads", false);

    EXPECT_TRUE(directory->is_refresh_due().value());
    EXPECT_FALSE(directory->is_refresh_wanted()) << "it was found";
}

TEST_F(DirectoryRefreshTest, AWordDuringAReadingThatNobodyAskedForBeginsAnotherOne) {
    pages({{known(100), "c1", true, {}}, {known(30), "c2", false, {}}, {known(30), "c3", true, {}}});
    const auto directory = loaded();
    ASSERT_TRUE(directory->read_page(source_, soon()));
    ASSERT_TRUE(directory->refresh());
    ASSERT_FALSE(directory->read_page(source_, soon()).value());

    ASSERT_TRUE(directory->want_refresh());
    ASSERT_TRUE(directory->is_refresh_due().value());
    ASSERT_TRUE(directory->refresh());
    EXPECT_FALSE(directory->is_refresh_due().value());
    ASSERT_TRUE(directory->read_page(source_, soon()).value());

    EXPECT_THAT(source_.whats("read"), ElementsAre("", "", "")) << "each from the beginning";
    EXPECT_EQ(stored().size(), 30u);
}

TEST_F(DirectoryRefreshTest, OtherFieldsInTheConfigurationAreReadOfAllRecordsOnce) {
    pages({{{record("1", "a@b.example")}, "c1", true, {}}, {{record("1", "a@b.example")}, "c2", true, {}}});
    ASSERT_TRUE(loaded()->read_page(source_, soon()));
    auto more = customers();
    more.fields.push_back({{"city", {}}, {}});
    more.fields.back().value.scalar.text = "primary_address_city";
    const auto keys = std::make_shared<const match::DirectoryKeys>(more);
    DirectoryReader directory({*database_, clock_, [] {}}, "customers", "Contacts", keys);
    ASSERT_TRUE(directory.load());

    ASSERT_TRUE(directory.is_refresh_due().value());
    ASSERT_TRUE(directory.refresh());
    EXPECT_TRUE(directory.is_complete()) << "of use meanwhile";
    ASSERT_TRUE(directory.read_page(source_, soon()));

    EXPECT_THAT(source_.whats("read"), ElementsAre("", ""));
    EXPECT_THAT(source_.asked_fields, ElementsAre("email1", "last_name", "primary_address_city"));
    EXPECT_FALSE(directory.is_refresh_due().value());
    std::ranges::reverse(more.fields);
    DirectoryReader turned({*database_, clock_, [] {}}, "customers", "Contacts",
                           std::make_shared<const match::DirectoryKeys>(more));
    ASSERT_TRUE(turned.load());
    EXPECT_FALSE(turned.is_refresh_due().value()) << "their order says nothing";
}

}  // namespace
}  // namespace maillon::hub
