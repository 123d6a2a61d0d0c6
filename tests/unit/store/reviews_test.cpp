#include "core/store/reviews.h"
#include "core/store/sightings.h"

#include "tests/unit/store/store_test.h"

namespace maillon::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ReviewsTest : public StoreTest {
protected:
    Review question(const std::string& about) {
        return {.directory = "customers",
                .about = about,
                .kind = ReviewKind::unsure,
                .identity = {"x", "", "4711"},
                .person = "{}",
                .verdict = "{}",
                .rule = "two records",
                .candidates = R"(["r1","r2"])",
                .created = now(),
                .updated = now()};
    }
    Reviews::Asked ask(const std::string& about) {
        return write([&](db::Unit& unit) { return Reviews::ask(unit, question(about)); }).value();
    }
    bool close(ReviewId id, ReviewState state) {
        return write([&](db::Unit& unit) {
                   return Reviews::close(unit,
                                         {.id = id, .state = state, .decided = now(), .decided_by = "anne"});
               })
            .value();
    }
    std::vector<Review> list(const ReviewFilter& filter = {}) {
        return read([&](db::Reader& reader) { return Reviews::list(reader, filter); }).value();
    }
};

TEST_P(ReviewsTest, TheSameQuestionIsAskedOnceAndCounted) {
    const auto first = ask("a");
    const auto again = ask("a");
    const auto other = ask("b");
    EXPECT_TRUE(first.is_new);
    EXPECT_FALSE(again.is_new);
    EXPECT_EQ(first.id, again.id);
    EXPECT_NE(first.id, other.id);
    const auto open = list();
    ASSERT_THAT(open, SizeIs(2));
    EXPECT_EQ(open[0].asked, 2);
    EXPECT_EQ(open[0].candidates, R"(["r1","r2"])");
}

TEST_P(ReviewsTest, OnlyTheFirstDecisionCounts) {
    const auto id = ask("a").id;
    EXPECT_TRUE(close(id, ReviewState::accepted));
    EXPECT_FALSE(close(id, ReviewState::rejected)) << "somebody else was first";
    const auto item = read([&](db::Reader& reader) { return Reviews::by_id(reader, id); }).value();
    EXPECT_EQ(item->state, ReviewState::accepted);
    EXPECT_EQ(item->decided_by, "anne");
    EXPECT_THAT(list(), IsEmpty());
    EXPECT_THAT(list({.state = std::nullopt}), SizeIs(1));
    EXPECT_EQ(read([](db::Reader& r) { return Reviews::decided(r, "customers", "a"); }).value()->id, id);
    EXPECT_FALSE(read([](db::Reader& r) { return Reviews::decided(r, "customers", "b"); }).value());
}

TEST_P(ReviewsTest, WhatWasDecidedMayBeAskedAnew) {
    const auto id = ask("a").id;
    ASSERT_TRUE(close(id, ReviewState::rejected));
    const auto again = ask("a");
    EXPECT_TRUE(again.is_new);
    EXPECT_NE(again.id, id);
}

TEST_P(ReviewsTest, ListsAreFiltered) {
    ask("a");
    auto sample = question("b");
    sample.kind = ReviewKind::sample;
    ASSERT_TRUE(write([&](db::Unit& unit) { return Reviews::ask(unit, sample); }));
    EXPECT_THAT(list({.kind = ReviewKind::sample}), SizeIs(1));
    EXPECT_THAT(list({.directory = "suppliers"}), IsEmpty());
    EXPECT_THAT(list({.after = list().front().id}), SizeIs(1));
    const auto counts = read([](db::Reader& r) { return Reviews::count_open(r); }).value();
    EXPECT_THAT(counts, ElementsAre(std::tuple("customers", ReviewKind::sample, 1),
                                    std::tuple("customers", ReviewKind::unsure, 1)));
}

TEST_P(ReviewsTest, WhatPeopleAnsweredIsReadNewestFirstAndTheBacklogIsCounted) {
    const auto first = ask("a").id, second = ask("b").id, superseded = ask("c").id;
    const auto oldest = list().front().created;
    EXPECT_TRUE(close(first, ReviewState::accepted));
    EXPECT_TRUE(close(second, ReviewState::is_new));
    EXPECT_TRUE(close(superseded, ReviewState::superseded));
    ask("d");
    ask("e");

    const auto answered = [&](const char* directory, std::size_t limit) {
        std::vector<ReviewId> out;
        const auto rows =
            read([&](db::Reader& reader) { return Reviews::answered(reader, directory, limit); }).value();
        for (const auto& row : rows) out.push_back(row.id);
        return out;
    };
    EXPECT_THAT(answered("customers", 10), ElementsAre(second, first));
    EXPECT_THAT(answered("customers", 1), ElementsAre(second));
    EXPECT_THAT(answered("others", 10), IsEmpty());
    const auto backlog = read([](db::Reader& reader) { return Reviews::backlog(reader); }).value();
    ASSERT_THAT(backlog, SizeIs(1));
    EXPECT_EQ(backlog[0].directory, "customers");
    EXPECT_EQ(backlog[0].open, 2);
    EXPECT_GE(backlog[0].oldest, oldest);
}

TEST_P(ReviewsTest, RunsWaitForAnItem) {
    const auto id = ask("a").id;
    for (const auto run : {7, 8, 8})
        ASSERT_TRUE(write([&](db::Unit& unit) { return Reviews::wait(unit, id, RunId{run}); }));
    EXPECT_THAT(read([&](db::Reader& r) { return Reviews::waiting(r, id); }).value(),
                ElementsAre(RunId{7}, RunId{8}));
    ASSERT_TRUE(write([&](db::Unit& unit) { return Reviews::wait_no_more(unit, RunId{7}); }));
    EXPECT_THAT(read([&](db::Reader& r) { return Reviews::waiting(r, id); }).value(), ElementsAre(RunId{8}));
}

TEST_P(ReviewsTest, ClassesAreCounted) {
    auto one = read([](db::Reader& r) { return Classes::get(r, "customers", "key:email"); }).value();
    EXPECT_EQ(one.right, 0);
    one.right = 3;
    one.wrong = 1;
    one.suspended = now();
    ASSERT_TRUE(write([&](db::Unit& unit) { return Classes::put(unit, one); }));
    one.suspended.reset();
    ASSERT_TRUE(write([&](db::Unit& unit) { return Classes::put(unit, one); }));
    const auto all = read([](db::Reader& r) { return Classes::list(r); }).value();
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_EQ(all[0].wrong, 1);
    EXPECT_FALSE(all[0].suspended);
}

class SightingsTest : public StoreTest {
protected:
    void see(const std::string& id, const std::string& email = "info@example.com", std::size_t most = 3) {
        ASSERT_TRUE(write([&](db::Unit& unit) {
            return Sightings::value(unit, {"x", "", id}, {"email", email}, now(), most);
        }));
    }
    void call(const std::string& id, const std::string& name) {
        ASSERT_TRUE(write([&](db::Unit& unit) { return Sightings::name(unit, {"x", "", id}, name, now()); }));
    }
    std::int64_t others(std::size_t limit = 100) {
        return read([&](db::Reader& r) {
                   return Sightings::others(r, {"x", "", "1"}, {"email", "info@example.com"}, limit);
               })
            .value();
    }
};

TEST_P(SightingsTest, PeopleAreCountedOnceAndNoFurtherThanNeeded) {
    see("1");
    see("1");
    EXPECT_EQ(others(), 0) << "she is no other to herself";
    see("2");
    see("3");
    EXPECT_EQ(others(), 2);
    EXPECT_EQ(others(1), 1);
    for (int i = 4; i < 20; ++i) see(std::to_string(i));
    EXPECT_EQ(others(), 4 - 1) << "besides herself; one more than matters is kept";
}

TEST_P(SightingsTest, TheLastTimeIsKept) {
    see("1");
    const auto first = now();
    clock_.advance(std::chrono::minutes{5});
    see("1");
    const auto last = [&] {
        return read([](db::Reader& r) {
                   return Sightings::last_seen(r, {"email", "info@example.com"});
               })
            .value();
    };
    EXPECT_EQ(*last(), first) << "not written again for every message";
    clock_.advance(std::chrono::hours{2});
    see("1");
    EXPECT_EQ(*last(), now());
}

TEST_P(SightingsTest, NamesHaveDatesAndTheirHoldersAreRemembered) {
    call("1", "anne");
    clock_.advance(std::chrono::hours{1});
    call("1", "anne");
    call("1", "anna");
    call("2", "anne");
    const auto names = read([](db::Reader& r) { return Sightings::names(r, {"x", "", "1"}); }).value();
    ASSERT_THAT(names, SizeIs(2));
    EXPECT_EQ(names[0].until, now());
    EXPECT_EQ(names[1].name, "anna");
    EXPECT_FALSE(names[1].until);
    const auto holders = read([](db::Reader& r) { return Sightings::holders(r, "x", "anne", 10); }).value();
    ASSERT_THAT(holders, SizeIs(2));
    EXPECT_EQ(holders[0].identity.id, "1");
    EXPECT_EQ(holders[1].identity.id, "2");
}

MAILLON_ON_EVERY_STORE(ReviewsTest);
MAILLON_ON_EVERY_STORE(SightingsTest);

}  // namespace
}  // namespace maillon::store
