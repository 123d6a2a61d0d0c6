#include "tests/unit/db/pairs.h"

#include <gtest/gtest.h>

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

class ValuesTest : public testing::Test {
protected:
    void SetUp() override {
        auto opened =
            Database::open({.url = folder_.url(),
                            .clock = &clock_,
                            .migrations = {{"values",
                                            1,
                                            {"CREATE TABLE things (number {int}, flag {int}, real REAL,"
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

    test::TemporaryFolder folder_;
    FakeClock clock_;
    std::unique_ptr<Database> database_;
};

TEST_F(ValuesTest, ComeBackAsTheyWere) {
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

TEST_F(ValuesTest, LongTextsFollowedByShortOnesKeepTheirLength) {
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

TEST_F(ValuesTest, AStoredWordThatIsNotKnownIsAFault) {
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

}  // namespace
}  // namespace maillon::db
