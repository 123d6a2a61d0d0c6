#include "core/db/batch.h"
#include "tests/unit/db/every_store.h"
#include "tests/unit/db/pairs.h"

#include <algorithm>
#include <limits>

namespace maillon::db {

enum class Light { red, green };
template <>
inline constexpr std::string_view kWords<Light>[] = {"red", "green"};

struct Everything {
    std::int64_t number = 0;
    bool flag = false;
    double real = 0;
    std::string text;
    TimePoint time{};
    RunId run{};
    Light light = Light::red;
    std::optional<std::string> word;
    std::optional<Light> other;
    friend bool operator==(const Everything&, const Everything&) = default;
};

auto columns(Everything& e) {
    return std::tie(e.number, e.flag, e.real, e.text, e.time, e.run, e.light, e.word, e.other);
}

namespace {

class ValuesTest : public test::EveryStoreTest {
protected:
    void SetUp() override {
        EveryStoreTest::SetUp();
        if (IsSkipped()) return;
        auto opened =
            Database::open({.url = place_->url(),
                            .clock = &clock_,
                            .migrations = {{"values",
                                            1,
                                            {"CREATE TABLE things (number {int}, flag {int}, real {real},"
                                             " text TEXT, time {int}, run {int}, light TEXT, word TEXT,"
                                             " other TEXT)"}}}});
        ASSERT_TRUE(opened) << opened.error().what;
        database_ = std::move(*opened);
    }

    Result<void> put(const Everything& e) {
        return database_->run([&](Unit& unit) -> Result<void> {
            auto done = unit.exec(
                "INSERT INTO things VALUES (:number, :flag, :real, :text, :time, :run, :light, :word, "
                ":other)",
                {e.number, e.flag, e.real, e.text, e.time, e.run, e.light, e.word, e.other});
            return done ? Result<void>{} : Result<void>(done.error());
        });
    }

    Result<std::vector<Everything>> all() {
        return database_->read(
            [](Reader& reader) { return reader.rows<Everything>("SELECT * FROM things"); });
    }

    FakeClock clock_;
    std::unique_ptr<Database> database_;
};

TEST_P(ValuesTest, ComeBackAsTheyWere) {
    const Everything full{std::numeric_limits<std::int64_t>::min(),
                          true,
                          0.1,
                          std::string("a\0b é \xF0\x9F\x99\x82", 10),
                          from_millis(1'789'375'964'123),
                          RunId{42},
                          Light::green,
                          "word",
                          Light::red};
    const Everything bare{std::numeric_limits<std::int64_t>::max(),
                          false,
                          -1e300,
                          "",
                          from_millis(-5),
                          RunId{},
                          Light::red,
                          std::nullopt,
                          std::nullopt};
    ASSERT_TRUE(put(full));
    ASSERT_TRUE(put(bare));
    ASSERT_TRUE(put(full)) << "null places of the row before must not stick";

    const auto found = all();

    ASSERT_TRUE(found) << found.error().what;
    EXPECT_EQ(*found, (std::vector<Everything>{full, bare, full}));
}

TEST_P(ValuesTest, LongTextsFollowedByShortOnesKeepTheirLength) {
    Everything long_one;
    long_one.text = std::string(1'000'000, 'x');
    Everything short_one;
    short_one.text = "y";
    ASSERT_TRUE(put(long_one));
    ASSERT_TRUE(put(short_one));

    const auto found = all();

    ASSERT_TRUE(found);
    EXPECT_EQ(found->at(0).text.size(), 1'000'000u);
    EXPECT_EQ(found->at(1).text, "y");
}

TEST_P(ValuesTest, AStoredWordThatIsNotKnownIsAFault) {
    ASSERT_TRUE(put({}));
    ASSERT_TRUE(database_->run([](Unit& unit) -> Result<void> {
        auto done = unit.exec("UPDATE things SET light = 'blue'");
        return done ? Result<void>{} : Result<void>(done.error());
    }));

    EXPECT_FALSE(all());
    ASSERT_TRUE(database_->read([](Reader& reader) {
        return reader.rows<std::int64_t>("SELECT number FROM things");
    })) << "the connection lives on";
}

/// Texts that one database or the other has trouble with.
const std::vector<std::string> kTexts{"",
                                      "a",
                                      "NULL",
                                      "{}",
                                      "\"",
                                      "\\",
                                      "\\\"",
                                      "a,b",
                                      " a ",
                                      "é",
                                      "\x01",
                                      "\x01\x30",
                                      "\x01x00",
                                      "\x02",
                                      "\x7f",
                                      std::string(1, '\0'),
                                      std::string("a\0b", 3),
                                      std::string("é\0\x01", 4),
                                      "\xff",
                                      "\xc3",
                                      "é\xff\x01",
                                      "\xf0\x9f\x99\x82",
                                      "$1",
                                      ":name",
                                      "'",
                                      "%s"};

TEST_P(ValuesTest, AnyBytesComeBackAsTheyWere) {
    for (const auto& text : kTexts) {
        Everything one;
        one.text = one.word.emplace(text);
        ASSERT_TRUE(put(one));
    }

    const auto found = all();

    ASSERT_TRUE(found) << found.error().what;
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
        EXPECT_EQ(found->at(i).text, kTexts[i]) << "text " << i;
        EXPECT_EQ(found->at(i).word, kTexts[i]) << "text " << i;
    }
}

TEST_P(ValuesTest, ABatchKeepsRowsAsSingleStatementsDo) {
    std::vector<std::int64_t> numbers;
    ASSERT_TRUE(database_->run([&](Unit& unit) -> Result<void> {
        Batch batch(unit,
                    "INSERT INTO things (number, flag, real, text, time, run, light, word)"
                    " VALUES (:number, :flag, :real, :text, :time, :run, :light, :word) RETURNING number",
                    numbers);
        for (std::size_t i = 0; i < kTexts.size(); ++i) {
            auto added = batch.add({i, i % 2 == 0, 0.1 * static_cast<double>(i), kTexts[i], from_millis(-5),
                                    RunId{7}, Light::green,
                                    i % 3 == 0 ? std::optional<std::string>{} : std::optional(kTexts[i])});
            if (!added) return added;
        }
        auto done = batch.finish();
        EXPECT_EQ(done.value(), static_cast<std::int64_t>(kTexts.size()));
        return {};
    }));

    const auto found = all();

    ASSERT_TRUE(found) << found.error().what;
    ASSERT_EQ(numbers.size(), kTexts.size());
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
        const auto& row = found->at(i);
        EXPECT_EQ(numbers[i], static_cast<std::int64_t>(i)) << "rows come in their order";
        EXPECT_EQ(row.flag, i % 2 == 0);
        EXPECT_EQ(row.real, 0.1 * static_cast<double>(i));
        EXPECT_EQ(row.text, kTexts[i]);
        EXPECT_EQ(row.light, Light::green);
        EXPECT_EQ(row.word, i % 3 == 0 ? std::optional<std::string>{} : std::optional(kTexts[i]));
    }
}

TEST_P(ValuesTest, ATextIsFoundByItsOwnBytesAndSortsByThem) {
    for (const auto* text : {"b", "a", "Z", "é", "z", "\x01", "A"}) {
        Everything one;
        one.text = text;
        ASSERT_TRUE(put(one));
    }

    const auto sorted = database_->read(
        [](Reader& reader) { return reader.rows<std::string>("SELECT text FROM things ORDER BY text"); });
    const auto one = database_->read([](Reader& reader) {
        return reader.row<std::string>("SELECT text FROM things WHERE text = :text", {std::string("\x01")});
    });

    EXPECT_EQ(sorted.value(), (std::vector<std::string>{"\x01", "A", "Z", "a", "b", "z", "é"}));
    EXPECT_EQ(one.value(), "\x01");
}

TEST_P(ValuesTest, ABatchLargerThanOneStatementIsKeptWhole) {
    const std::string text(10'000, 'x');
    std::vector<std::int64_t> numbers;
    ASSERT_TRUE(database_->run([&](Unit& unit) -> Result<void> {
        Batch batch(unit, "INSERT INTO things (number, text) VALUES (:number, :text) RETURNING number",
                    numbers);
        for (int i = 0; i < 500; ++i)
            if (auto added = batch.add({i, text}); !added) return added;
        auto done = batch.finish();
        return done ? Result<void>{} : Result<void>(done.error());
    }));

    ASSERT_EQ(numbers.size(), 500u);
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
}

TEST_P(ValuesTest, AnEmptyBatchDoesNothing) {
    EXPECT_TRUE(database_->run([&](Unit& unit) -> Result<void> {
        Batch batch(unit, "INSERT INTO things (number) VALUES (:number)");
        EXPECT_EQ(batch.finish().value(), 0);
        return {};
    }));
}

TEST_P(ValuesTest, ABatchThatFailsFailsItsUnit) {
    EXPECT_FALSE(database_->run([&](Unit& unit) -> Result<void> {
        Batch batch(unit, "INSERT INTO nowhere (number) VALUES (:number)");
        (void)batch.add({1});
        EXPECT_FALSE(batch.finish() && !unit.failure());
        return {};
    }));
}

MAILLON_ON_EVERY_STORE(ValuesTest);

}  // namespace
}  // namespace maillon::db
