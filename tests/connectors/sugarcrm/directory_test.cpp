#include "fake_sugar.h"
#include "moments.h"

#include <gtest/gtest.h>

namespace maillon::sugarcrm {
namespace {

using testkit::Driver;
using testkit::FakeHost;
using testkit::Scripted;
using testkit::Sent;

constexpr std::int64_t kLongAgo = 1'700'000'000;
const json::array kFields{"name", "phone_work"};

class DirectoryTest : public testing::Test {
protected:
    void person(const std::string& id, std::int64_t second, json::object more = {}) {
        more["id"] = id;
        more["date_modified"] = sugar_time(second * 1000);
        sugar.put("Contacts", std::move(more));
    }
    /// Reads until complete; what was emitted, by id, and how often anything was.
    int read_all(std::uint32_t max_records = 200) {
        for (int pages = 1; pages < 2000; ++pages) {
            const auto got = driver.read_directory("Contacts", kFields, cursor, max_records);
            EXPECT_EQ(got.status, MAILLON_OK) << got.detail;
            EXPECT_LE(got.events.size(), std::max(max_records, 2u));
            EXPECT_FALSE(got.cursor.empty());
            for (const auto& event : got.events) index[event.key] = event;
            emitted += static_cast<int>(got.events.size());
            cursor = got.cursor;
            if (got.complete) return pages;
            if (between_pages) between_pages();
            if (got.status != MAILLON_OK) break;
        }
        ADD_FAILURE() << "the directory never ends";
        return 0;
    }
    void expect_index_is_the_crm() {
        EXPECT_EQ(index.size(), sugar.modules["Contacts"].size());
        for (const auto& [id, record] : sugar.modules["Contacts"]) {
            ASSERT_TRUE(index.contains(id)) << id << " was never read";
            EXPECT_EQ(index.at(id).data.at("date_modified"), record.at("date_modified")) << id;
        }
    }

    FakeHost host;
    FakeSugar sugar{host};
    Driver driver{host, FakeSugar::config({{"page_size", 10}})};
    std::string cursor;
    std::map<std::string, testkit::Emitted> index;
    int emitted = 0;
    std::function<void()> between_pages;
};

TEST_F(DirectoryTest, ReadsAllRecordsOnceAndThenOnlyChanges) {
    for (int i = 0; i < 35; ++i) person("c" + std::to_string(i), kLongAgo + i);

    read_all();
    EXPECT_EQ(emitted, 35);
    expect_index_is_the_crm();

    emitted = 0;
    EXPECT_EQ(read_all(), 1);
    EXPECT_EQ(emitted, 0);

    person("c7", sugar.clock_s, {{"name", "changed"}});
    person("new", sugar.clock_s);
    read_all();
    EXPECT_EQ(emitted, 2);
    expect_index_is_the_crm();
}

TEST_F(DirectoryTest, EmitsTheRecordUnderItsIdWithThePrimaryAddress) {
    person("ada", kLongAgo,
           {{"name", "Ada"}, {"email", {{{"email_address", "ada@x.org"}, {"primary_address", true}}}}});

    const auto got = driver.read_directory("Contacts", {"name", "email1"});

    ASSERT_EQ(got.events.size(), 1u);
    EXPECT_EQ(got.events[0].type, "record.read");
    EXPECT_EQ(got.events[0].key, "ada");
    EXPECT_EQ(got.events[0].time_ms, kLongAgo * 1000);
    EXPECT_EQ(got.events[0].data.at("email1"), "ada@x.org");
    EXPECT_TRUE(got.complete);
    EXPECT_EQ(host.sent.back().json().at("fields"), "date_modified,deleted,email,id,name");
    EXPECT_EQ(host.sent.back().json().at("order_by"), "date_modified:ASC,id:ASC");
}

TEST_F(DirectoryTest, TellsDeletedRecordsWhereTheCrmDeliversThem) {
    person("a", kLongAgo, {{"deleted", true}});
    person("b", kLongAgo + 1, {{"deleted", "1"}});
    person("c", kLongAgo + 2, {{"deleted", "0"}});

    read_all();

    EXPECT_EQ(index.at("a").type, "record.deleted");
    EXPECT_EQ(index.at("a").data, json::value({{"id", "a"}}));
    EXPECT_EQ(index.at("b").type, "record.deleted");
    EXPECT_EQ(index.at("c").type, "record.read");
}

TEST_F(DirectoryTest, MoreRecordsOfOneSecondThanFitOnAPageAreAllRead) {
    for (int i = 0; i < 57; ++i) person("c" + std::to_string(i), kLongAgo);
    person("later", kLongAgo + 1);

    read_all();
    EXPECT_EQ(emitted, 58);
    expect_index_is_the_crm();
}

TEST_F(DirectoryTest, AQuietModuleOfOneSecondIsNotReadAgainAtEveryPoll) {
    for (int i = 0; i < 57; ++i) person("c" + std::to_string(i), kLongAgo);
    read_all();
    read_all();
    host.sent.clear();
    emitted = 0;

    EXPECT_EQ(read_all(), 1);
    EXPECT_EQ(emitted, 0);
    person("d", kLongAgo);  // sorts last, is dated into the same second
    EXPECT_EQ(read_all(), 1);
    EXPECT_EQ(emitted, 1);
    person("a", kLongAgo);  // sorts first: everything has moved
    read_all();
    expect_index_is_the_crm();
}

TEST_F(DirectoryTest, ARecordThatChangesWhileItIsReadHidesNoOther) {
    for (int i = 10; i < 40; ++i) person("c" + std::to_string(i), kLongAgo + i);
    int n = 10;
    // After each page the oldest record that was read moves to the end: with offsets every page would miss
    // one.
    between_pages = [&] {
        if (n < 30) person("c" + std::to_string(n++), ++sugar.clock_s);
    };

    read_all();
    expect_index_is_the_crm();
}

TEST_F(DirectoryTest, ThatHoldsWithinOneSecondToo) {
    for (int i = 100; i < 150; ++i) person("c" + std::to_string(i), kLongAgo);
    int n = 100;
    between_pages = [&] {
        if (n < 103) person("c" + std::to_string(n++), ++sugar.clock_s);
    };

    read_all();
    expect_index_is_the_crm();
}

TEST_F(DirectoryTest, ALargeImportOfOneSecondIsNotReadAgainForEachRecordThatLeavesIt) {
    for (int i = 1000; i < 1400; ++i) person("c" + std::to_string(i), kLongAgo);
    int n = 1000;
    between_pages = [&] {
        if (n < 1030) person("c" + std::to_string(n++), ++sugar.clock_s);
    };

    // Forty-five pages in quiet; each of the thirty moves costs one page that is thrown away and five of the
    // trail.
    EXPECT_LT(read_all(), 45 + 6 * 30 + 10);
    EXPECT_TRUE(host.log.empty());
    expect_index_is_the_crm();
}

TEST_F(DirectoryTest, AServerThatGivesOneRecordAtATimeIsReadToTheEnd) {
    for (int i = 0; i < 12; ++i) person("c" + std::to_string(i), kLongAgo + i / 5);
    sugar.page_cap = 1;

    read_all();
    expect_index_is_the_crm();
}

TEST_F(DirectoryTest, AListingThatLosesMoreThanItsTrailIsReadFromTheStartOfTheSecond) {
    for (int i = 100; i < 200; ++i) person("c" + std::to_string(i), kLongAgo);
    bool has_moved = false;
    between_pages = [&] {
        if (has_moved || index.size() < 80) return;
        has_moved = true;
        for (int i = 100; i < 175; ++i) person("c" + std::to_string(i), ++sugar.clock_s);
    };

    read_all();
    EXPECT_TRUE(has_moved);
    expect_index_is_the_crm();
}

TEST_F(DirectoryTest, ARecordThatBecomesVisibleLateIsCaughtByTheOverlap) {
    person("a", sugar.clock_s);
    read_all();
    person("late", sugar.clock_s - 30);

    read_all();
    expect_index_is_the_crm();
}

TEST_F(DirectoryTest, ARecordDatedAheadHidesNoChange) {
    person("old", kLongAgo);
    person("ahead", sugar.clock_s + 10 * 365 * 86'400);
    read_all();

    for (int i = 0; i < 3; ++i) {
        sugar.clock_s += 3600;
        host.now_ms = sugar.clock_s * 1000;
        person("new" + std::to_string(i), sugar.clock_s);
        person("old", sugar.clock_s, {{"name", "changed"}});
        EXPECT_EQ(read_all(), 1);
        expect_index_is_the_crm();
    }
    EXPECT_EQ(emitted, 2 + 3 * 2);
}

TEST_F(DirectoryTest, WhatIsDatedAheadIsReadOverSeveralPagesAndHidesNoChangeOfThatTime) {
    for (int i = 10; i < 35; ++i) person("c" + std::to_string(i), kLongAgo + i);
    for (int i = 10; i < 45; ++i) person("ahead" + std::to_string(i), sugar.clock_s + 1'000'000 + i);
    // The reader is among those dated ahead when the hub is away for a while.
    between_pages = [&] {
        if (!index.contains("ahead10") || index.contains("meanwhile")) return;
        if (!sugar.modules["Contacts"].contains("meanwhile")) person("meanwhile", sugar.clock_s);
        sugar.clock_s += 3600;
        host.now_ms = sugar.clock_s * 1000;
    };

    read_all();
    EXPECT_FALSE(index.contains("meanwhile"));
    read_all();
    expect_index_is_the_crm();
}

TEST_F(DirectoryTest, ACursorThatStandsAheadComesBack) {
    person("ahead", sugar.clock_s + 86'400);
    cursor = R"({"v":1,"since":)" + std::to_string((sugar.clock_s + 86'340) * 1000) + R"(,"newest":)" +
             std::to_string((sugar.clock_s + 86'400) * 1000) + "}";
    read_all();
    person("new", sugar.clock_s);

    read_all();
    expect_index_is_the_crm();
}

TEST_F(DirectoryTest, OldDatesReachBackNoFurther) {
    person("a", kLongAgo);
    read_all();
    read_all();

    EXPECT_EQ(host.sent.back().json().at("filter"),
              (json::array{{{"date_modified", {{"$gte", sugar_time(kLongAgo * 1000)}}}}}));
}

TEST_F(DirectoryTest, GivesNoMoreThanTheHostTakes) {
    for (int i = 0; i < 23; ++i) person("c" + std::to_string(i), kLongAgo + i / 7);

    read_all(1);
    EXPECT_EQ(emitted, 23);
    expect_index_is_the_crm();
}

TEST_F(DirectoryTest, AnEmptyModuleIsCompleteAtOnce) {
    EXPECT_EQ(read_all(), 1);
    person("a", kLongAgo);
    read_all();
    expect_index_is_the_crm();
}

TEST_F(DirectoryTest, RecordsWithoutADateAreReadByOffset) {
    for (int i = 0; i < 3; ++i) person("c" + std::to_string(i), kLongAgo + i);
    json::array rows;
    for (int i = 0; i < 12; ++i) rows.push_back(json::object{{"id", "r" + std::to_string(i)}});
    host.answer(
        200, json::object{{"access_token", "token-1"}, {"refresh_token", "refresh-1"}, {"expires_in", 3600}});
    host.answer(200, json::object{{"records", rows}, {"next_offset", 12}});
    host.answer(200, json::object{{"records", json::array{rows.back(), json::object{{"id", "last"}}}},
                                  {"next_offset", -1}});

    const auto first = driver.read_directory("Contacts", {}, {}, 50);
    const auto second = driver.read_directory("Contacts", {}, first.cursor, 50);

    EXPECT_EQ(first.events.size(), 12u);
    ASSERT_EQ(second.events.size(), 1u);
    EXPECT_EQ(second.events[0].key, "last");
    EXPECT_EQ(host.sent.back().json().at("offset"), 11);
}

TEST_F(DirectoryTest, AServerThatRepeatsItsPageIsNotReadForEver) {
    driver.connect();
    json::array rows;
    for (int i = 0; i < 10; ++i)
        rows.push_back(
            json::object{{"id", "r" + std::to_string(i)}, {"date_modified", sugar_time(kLongAgo * 1000)}});
    sugar.fault = [&](const Sent&) {
        return std::optional(Scripted{
            200, json::serialize(json::object{{"records", rows}, {"next_offset", 10}}), {}, Code::ok});
    };

    bool has_stopped = false;
    for (int i = 0; i < 20 && !has_stopped; ++i) {
        const auto got = driver.read_directory("Contacts", {}, cursor);
        has_stopped = got.status == MAILLON_RETRY && got.detail.find("does not advance") != std::string::npos;
        cursor = got.cursor;
    }
    EXPECT_TRUE(has_stopped);
}

TEST_F(DirectoryTest, FailuresKeepTheCursorAndTellTheHost) {
    person("a", kLongAgo);
    driver.connect();
    for (const auto& [scripted, status] : std::vector<std::pair<Scripted, maillon_status>>{
             {{500, "", {}, Code::ok}, MAILLON_RETRY},
             {{429, "", {{"Retry-After", "2"}}, Code::ok}, MAILLON_RATE_LIMITED},
             {{0, "cut", {}, Code::in_doubt}, MAILLON_RETRY},
             {{200, "{}", {}, Code::ok}, MAILLON_RETRY},
             {{404, json::serialize(sugar_error("no_method")), {}, Code::ok}, MAILLON_REJECTED}}) {
        sugar.fault = [&](const Sent&) { return std::optional(scripted); };
        const auto got = driver.read_directory("Contacts", {}, "before");
        EXPECT_EQ(got.status, status) << got.detail;
        EXPECT_EQ(got.cursor, "before");
        EXPECT_TRUE(got.events.empty());
    }
    EXPECT_EQ(driver.read_directory("Contacts/../x", {}).status, MAILLON_CONFIG);
}

}  // namespace
}  // namespace maillon::sugarcrm
