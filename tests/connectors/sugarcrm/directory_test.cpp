#include "cursor.h"
#include "fake_sugar.h"
#include "moments.h"
#include "records.h"

#include <gtest/gtest.h>
#include <random>

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

TEST_F(DirectoryTest, ARecordThatBecomesVisibleLateIsCaughtByTheOverlap) {
    person("a", sugar.clock_s);
    read_all();
    person("late", sugar.clock_s - 30);

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
    host.answer(200, json::object{{"access_token", "t"}, {"refresh_token", "r"}, {"expires_in", 3600}});
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

/// Pages of every size, records that share seconds, a server that caps pages, people who work meanwhile: in
/// the end the index is what the CRM holds.
TEST(DirectoryAtRandom, MissesNothing) {
    for (unsigned seed = 0; seed < 60; ++seed) {
        std::mt19937 chance(seed);
        const auto upto = [&](int n) { return static_cast<int>(chance() % static_cast<unsigned>(n)); };
        FakeHost host;
        FakeSugar sugar(host);
        sugar.page_cap = static_cast<std::size_t>(1 + upto(12));
        Driver driver(host, FakeSugar::config({{"page_size", 10 + upto(10)}}));
        const auto touch = [&](int id, std::int64_t second) {
            sugar.put("Contacts",
                      {{"id", "c" + std::to_string(id)}, {"date_modified", sugar_time(second * 1000)}});
        };
        for (int i = 0; i < 60; ++i) touch(i, kLongAgo + upto(6));
        std::map<std::string, std::string> index;
        std::string cursor;
        int pages = 0;
        for (int reads = 0; reads < 4; ++reads) {
            for (bool is_complete = false; !is_complete;) {
                ASSERT_LT(++pages, 3000) << "seed " << seed;
                const auto got =
                    driver.read_directory("Contacts", {}, cursor, static_cast<std::uint32_t>(1 + upto(20)));
                ASSERT_EQ(got.status, MAILLON_OK) << "seed " << seed << ": " << got.detail;
                for (const auto& event : got.events)
                    index[event.key] = text_of(event.data.as_object(), "date_modified");
                cursor = got.cursor;
                is_complete = got.complete;
                const bool is_working = reads < 3 && upto(8) == 0;
                if (!is_working) continue;
                sugar.clock_s += upto(3);
                host.now_ms = sugar.clock_s * 1000;
                touch(upto(70), sugar.clock_s);
            }
            sugar.clock_s += 50;
            host.now_ms = sugar.clock_s * 1000;
        }
        for (const auto& [id, record] : sugar.modules["Contacts"])
            EXPECT_EQ(index[id], text_of(record, "date_modified")) << "seed " << seed << " " << id;
    }
}

TEST(SugarCursor, SurvivesWritingAndReading) {
    Cursor cursor;
    cursor.learn("a", 1500);
    cursor.learn("b", 2500);
    cursor.move_to(2500);
    cursor.offset = 7;
    cursor.anchor = "b";

    const auto back = Cursor::parse(cursor.text());

    EXPECT_EQ(back.text(), cursor.text());
    EXPECT_EQ(back.since, 2000);
    EXPECT_EQ(back.seen, cursor.seen);
}

TEST(SugarCursor, WhatIsNoCursorIsTheBeginning) {
    for (const auto text :
         {"", "x", "{}", "[]", R"({"v":2,"offset":5})", R"({"v":1,"offset":-5,"anchor":"a","seen":[]})"}) {
        const auto cursor = Cursor::parse(text);
        EXPECT_FALSE(cursor.since.has_value()) << text;
        EXPECT_EQ(cursor.offset, 0) << text;
        EXPECT_TRUE(cursor.anchor.empty()) << text;
    }
}

TEST(SugarCursor, StaysShort) {
    Cursor cursor;
    for (int i = 0; i < 5000; ++i) cursor.learn("id" + std::to_string(i), i < 4000 ? i : 9000);
    cursor.forget_before(0);

    EXPECT_LE(cursor.seen.size(), 300u);
    for (const auto& [id, date] : cursor.seen) EXPECT_EQ(date, 9000);
}

}  // namespace
}  // namespace maillon::sugarcrm
