#include "core/store/state.h"

#include "tests/unit/store/store_test.h"

namespace maillon::store {
namespace {

using testing::Optional;

class StateTest : public StoreTest {
protected:
    std::optional<std::string> cursor(std::string_view instance, std::string_view stream) {
        return read([&](db::Reader& reader) { return Cursors::get(reader, instance, stream); }).value();
    }
    std::optional<std::string> value(std::string_view instance, std::string_view key) {
        return read([&](db::Reader& reader) { return PluginState::get(reader, instance, key); }).value();
    }
    bool swap(const std::optional<std::string>& expected, std::string_view wanted) {
        return write([&](db::Unit& unit) {
                   return PluginState::compare_and_set(unit, "x", "token", expected, wanted);
               })
            .value();
    }
};

TEST_P(StateTest, ACursorIsTheLastOneSetPerStream) {
    for (const auto* text : {"10", "11"})
        ASSERT_TRUE(write([&](db::Unit& unit) { return Cursors::set(unit, "x", "mentions", text, now()); }));
    ASSERT_TRUE(write([&](db::Unit& unit) { return Cursors::set(unit, "x", "messages", "99", now()); }));
    reopen();

    EXPECT_THAT(cursor("x", "mentions"), Optional(std::string("11")));
    EXPECT_THAT(cursor("x", "messages"), Optional(std::string("99")));
    EXPECT_EQ(cursor("y", "mentions"), std::nullopt);
}

TEST_P(StateTest, PluginStateBelongsToItsInstance) {
    ASSERT_TRUE(write([](db::Unit& unit) { return PluginState::set(unit, "x", "since", "1"); }));
    ASSERT_TRUE(write([](db::Unit& unit) { return PluginState::set(unit, "x", "since", "2"); }));

    EXPECT_THAT(value("x", "since"), Optional(std::string("2")));
    EXPECT_EQ(value("y", "since"), std::nullopt);
    EXPECT_TRUE(write([](db::Unit& unit) { return PluginState::remove(unit, "x", "since"); }).value());
    EXPECT_FALSE(write([](db::Unit& unit) { return PluginState::remove(unit, "x", "since"); }).value());
    EXPECT_EQ(value("x", "since"), std::nullopt);
}

TEST_P(StateTest, CompareAndSetLetsOnlyTheOneWhoKnowsTheValueWin) {
    EXPECT_FALSE(swap("old", "a")) << "nothing stands there";
    EXPECT_TRUE(swap(std::nullopt, "a"));
    EXPECT_FALSE(swap(std::nullopt, "b")) << "something stands there";
    EXPECT_FALSE(swap("other", "b"));
    EXPECT_TRUE(swap("a", "b"));

    EXPECT_THAT(value("x", "token"), Optional(std::string("b")));
}

TEST_P(StateTest, AConfigurationKeepsItsFirstMoment) {
    const auto first = now();
    ASSERT_TRUE(write([&](db::Unit& unit) { return Configs::put(unit, "h1", "routes: {}", now()); }));
    clock_.advance(std::chrono::hours{1});
    ASSERT_TRUE(write([&](db::Unit& unit) { return Configs::put(unit, "h1", "routes: {}", now()); }));

    const auto row = read([](db::Reader& reader) { return Configs::get(reader, "h1"); }).value();

    ASSERT_TRUE(row);
    EXPECT_EQ(row->text, "routes: {}");
    EXPECT_EQ(row->first_used, first);
    EXPECT_FALSE(read([](db::Reader& reader) { return Configs::get(reader, "h2"); }).value());
}

TEST_P(StateTest, PositionsAreKeptByName) {
    EXPECT_FALSE(read([](db::Reader& reader) { return Positions::get(reader, Positions::kRouted); }).value());
    for (const std::int64_t seq : {4, 9})
        ASSERT_TRUE(
            write([&](db::Unit& unit) { return Positions::set(unit, Positions::kRouted, EventSeq{seq}); }));

    EXPECT_EQ(read([](db::Reader& reader) { return Positions::get(reader, Positions::kRouted); }).value(),
              EventSeq{9});
}

MAILLON_ON_EVERY_STORE(StateTest);

}  // namespace
}  // namespace maillon::store
