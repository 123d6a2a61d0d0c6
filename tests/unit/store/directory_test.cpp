#include "core/store/directory.h"

#include "tests/unit/store/store_test.h"

namespace maillon::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class DirectoryTest : public StoreTest {
protected:
    void upsert(const std::vector<DirectoryRecord>& records, std::string_view directory = "customers") {
        ASSERT_TRUE(write([&](db::Unit& unit) { return Directory::upsert(unit, directory, records); }));
    }
    std::vector<std::string> find(const std::vector<RecordKey>& keys, std::size_t limit = 10) {
        return ids(read([&](db::Reader& reader) {
                       return Directory::find(reader, "customers", keys, limit);
                   }).value());
    }
    static std::vector<std::string> ids(const std::vector<DirectoryRecord>& records) {
        std::vector<std::string> ids;
        for (const auto& record : records) ids.push_back(record.id);
        return ids;
    }
    std::int64_t count(std::string_view directory = "customers") {
        return read([&](db::Reader& reader) { return Directory::count(reader, directory); }).value();
    }
    static DirectoryRecord anne() {
        return {"1", R"({"name":"Anne"})", "17", {{"email", "anne@example.com"}, {"phone", "+33612345678"}}};
    }
    static DirectoryRecord bruno() { return {"2", R"({"name":"Bruno"})", "", {{"phone", "+33612345678"}}}; }
};

TEST_P(DirectoryTest, ARecordComesBackWithItsKeys) {
    upsert({anne()});

    const auto found =
        read([](db::Reader& reader) { return Directory::get(reader, "customers", "1"); }).value();

    ASSERT_TRUE(found);
    EXPECT_EQ(found->data, R"({"name":"Anne"})");
    EXPECT_EQ(found->version, "17");
    EXPECT_EQ(found->keys, anne().keys);
    EXPECT_FALSE(read([](db::Reader& reader) { return Directory::get(reader, "other", "1"); }).value());
}

TEST_P(DirectoryTest, IsFoundByAnyOfItsKeysOnce) {
    upsert({anne(), bruno()});

    EXPECT_THAT(find({{"email", "anne@example.com"}}), ElementsAre("1"));
    EXPECT_THAT(find({{"phone", "+33612345678"}}), ElementsAre("1", "2"));
    EXPECT_THAT(find({{"email", "anne@example.com"}, {"phone", "+33612345678"}}), ElementsAre("1", "2"));
    EXPECT_THAT(find({{"phone", "+33612345678"}}, 1), ElementsAre("1"));
    EXPECT_THAT(find({{"handle", "anne@example.com"}}), IsEmpty());
}

TEST_P(DirectoryTest, AChangedRecordTakesItsPlaceKeysAndAll) {
    upsert({anne()});
    upsert({{"1", R"({"name":"Anne D."})", "18", {{"email", "anne@example.org"}}}});

    EXPECT_EQ(count(), 1);
    EXPECT_THAT(find({{"email", "anne@example.com"}, {"phone", "+33612345678"}}), IsEmpty());
    EXPECT_THAT(find({{"email", "anne@example.org"}}), ElementsAre("1"));
}

TEST_P(DirectoryTest, ARemovedRecordIsFoundNoMore) {
    upsert({anne(), bruno()});

    EXPECT_TRUE(write([](db::Unit& unit) { return Directory::remove(unit, "customers", "1"); }).value());
    EXPECT_FALSE(write([](db::Unit& unit) { return Directory::remove(unit, "customers", "1"); }).value());

    EXPECT_THAT(find({{"phone", "+33612345678"}}), ElementsAre("2"));
    EXPECT_EQ(count(), 1);
}

TEST_P(DirectoryTest, ManyRecordsArePagedById) {
    std::vector<DirectoryRecord> records;
    for (int i = 0; i < 500; ++i) {
        const auto number = std::to_string(1000 + i);
        records.push_back({number, "{}", "", {{"email", number + "@example.com"}}});
    }
    upsert(records);

    std::vector<std::string> seen;
    for (std::string after;;) {
        const auto page =
            read([&](db::Reader& reader) { return Directory::page(reader, "customers", after, 90); }).value();
        if (page.empty()) break;
        for (const auto& record : page) {
            seen.push_back(record.id);
            EXPECT_EQ(record.keys.size(), 1u);
        }
        after = page.back().id;
    }

    EXPECT_EQ(seen.size(), 500u);
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST_P(DirectoryTest, AFullReadGoesOnWhereItStood) {
    for (const bool finished : {false, true})
        ASSERT_TRUE(write([&](db::Unit& unit) {
            return Directory::set_progress(unit, "customers",
                                           {.cursor = "page-3",
                                            .records = 300,
                                            .started = now(),
                                            .finished = finished ? std::optional(now()) : std::nullopt});
        }));
    reopen();

    const auto progress =
        read([](db::Reader& reader) { return Directory::progress(reader, "customers"); }).value();

    ASSERT_TRUE(progress);
    EXPECT_EQ(progress->cursor, "page-3");
    EXPECT_EQ(progress->records, 300);
    EXPECT_EQ(progress->finished, now());
}

TEST_P(DirectoryTest, AReadingAnewIsAskedForWhereSomebodyWantedItAndOnce) {
    const auto progress = [&] {
        return read([](db::Reader& reader) { return Directory::progress(reader, "customers"); })
            .value()
            .value_or(ReadProgress{});
    };
    const auto run = [&](const auto& change) {
        return write([&](db::Unit& unit) -> Result<void> {
            const auto done = change(unit);
            if (!done) return done.error();
            return {};
        });
    };
    const auto begin = [&] {
        return run([&](db::Unit& unit) {
            return Directory::begin_refresh(unit, "customers", "crm.Contacts", now());
        });
    };
    const auto want = [&] {
        return run([](db::Unit& unit) { return Directory::want_refresh(unit, "customers"); });
    };
    ASSERT_TRUE(want()) << "nothing was read yet, and nothing is to be read again";
    auto stands = ReadProgress{.cursor = "end", .started = now(), .finished = now(), .unmet = "21 stay"};
    ASSERT_TRUE(write([&](db::Unit& unit) { return Directory::set_progress(unit, "customers", stands); }));
    ASSERT_TRUE(want());
    ASSERT_TRUE(write([&](db::Unit& unit) { return Directory::set_progress(unit, "customers", stands); }));
    reopen();
    EXPECT_TRUE(progress().is_wanted) << "a page that was under way takes nothing back";

    ASSERT_TRUE(begin());
    EXPECT_TRUE(progress().is_asked);
    EXPECT_FALSE(progress().is_wanted);
    EXPECT_EQ(progress().cursor, "");
    EXPECT_EQ(progress().reads, "crm.Contacts");
    EXPECT_EQ(progress().unmet, "21 stay");
    ASSERT_TRUE(begin());
    EXPECT_FALSE(progress().is_asked);
}

MAILLON_ON_EVERY_STORE(DirectoryTest);

}  // namespace
}  // namespace maillon::store
