#include "core/store/dead_letters.h"

#include "tests/unit/store/store_test.h"

namespace maillon::store {
namespace {

using testing::ElementsAre;

class DeadLettersTest : public StoreTest {
protected:
    DeadLetterId insert(const std::string& route = "complaint", const std::string& instance = "crm") {
        return write([&](db::Unit& unit) {
                   return DeadLetters::insert(unit, {.run = RunId{3},
                                                     .event = EventSeq{2},
                                                     .route = route,
                                                     .instance = instance,
                                                     .step = "case",
                                                     .kind = FaultKind::rejected,
                                                     .reason = "name is too long",
                                                     .attempts = 4,
                                                     .at = now()});
               })
            .value();
    }
    DeadLetterId insert_of(const std::string& key, std::int64_t event, FaultKind kind = FaultKind::rejected) {
        return write([&](db::Unit& unit) {
                   return DeadLetters::insert(unit, {.event = EventSeq{event},
                                                     .route = "complaint",
                                                     .instance = "crm",
                                                     .kind = kind,
                                                     .at = now(),
                                                     .key = key});
               })
            .value();
    }
    Result<void> close(DeadLetterId id, LetterState state) {
        return write([&](db::Unit& unit) {
            return DeadLetters::close(unit, id,
                                      {.state = state, .note = "by hand", .who = "anne", .at = now()});
        });
    }
    std::vector<DeadLetterId> list(const DeadLetterFilter& filter) {
        std::vector<DeadLetterId> ids;
        for (const auto& row :
             read([&](db::Reader& reader) { return DeadLetters::list(reader, filter); }).value())
            ids.push_back(row.id);
        return ids;
    }
    DeadLetterRow get(DeadLetterId id) {
        return read([&](db::Reader& reader) { return DeadLetters::by_id(reader, id); }).value().value();
    }
};

TEST_P(DeadLettersTest, ALetterTellsWhatFailedAndWhere) {
    const auto row = get(insert());

    EXPECT_EQ(row.run, RunId{3});
    EXPECT_EQ(row.event, EventSeq{2});
    EXPECT_EQ(row.route, "complaint");
    EXPECT_EQ(row.instance, "crm");
    EXPECT_EQ(row.step, "case");
    EXPECT_EQ(row.kind, FaultKind::rejected);
    EXPECT_EQ(row.reason, "name is too long");
    EXPECT_EQ(row.attempts, 4);
    EXPECT_EQ(row.at, now());
    EXPECT_EQ(row.state, LetterState::open);
}

TEST_P(DeadLettersTest, OnlyOnePersonDecidesAboutALetter) {
    const auto id = insert();

    EXPECT_TRUE(close(id, LetterState::replayed));
    EXPECT_FALSE(close(id, LetterState::dropped));
    EXPECT_FALSE(close(insert(), LetterState::open));

    EXPECT_EQ(get(id).state, LetterState::replayed);
    EXPECT_EQ(get(id).note, "by hand");
}

TEST_P(DeadLettersTest, ListsWhatIsAskedInReplayOrder) {
    const auto a = insert();
    const auto b = insert("other");
    clock_.advance(std::chrono::hours{1});
    const auto c = insert("complaint", "x");
    const auto dropped = insert();
    ASSERT_TRUE(close(dropped, LetterState::dropped));

    EXPECT_THAT(list({}), ElementsAre(a, b, c));
    EXPECT_THAT(list({.route = "other"}), ElementsAre(b));
    EXPECT_THAT(list({.instance = "x"}), ElementsAre(c));
    EXPECT_THAT(list({.since = now()}), ElementsAre(c));
    EXPECT_THAT(list({.state = LetterState::dropped}), ElementsAre(dropped));
    EXPECT_THAT(list({.state = std::nullopt}), ElementsAre(a, b, c, dropped));
    EXPECT_THAT(list({.after = a, .limit = 1}), ElementsAre(b));
    EXPECT_EQ(read([](db::Reader& reader) { return DeadLetters::count_open(reader); }).value(), 3);
}

TEST_P(DeadLettersTest, OpenLettersAreNotForgotten) {
    const auto open = insert();
    const auto closed = insert();
    ASSERT_TRUE(close(closed, LetterState::dropped));
    clock_.advance(std::chrono::hours{1});

    EXPECT_EQ(write([&](db::Unit& unit) { return DeadLetters::forget(unit, now(), 10); }).value(), 1);

    EXPECT_THAT(list({.state = std::nullopt}), ElementsAre(open));
}

TEST_P(DeadLettersTest, FiltersByKindKeyAndTimeSpan) {
    const auto a = insert_of("k1", 5);
    clock_.advance(std::chrono::hours{1});
    const auto b = insert_of("k2", 4, FaultKind::auth);
    clock_.advance(std::chrono::hours{1});
    const auto c = insert_of("k1", 6, FaultKind::auth);

    EXPECT_THAT(list({.kind = FaultKind::auth}), ElementsAre(b, c));
    EXPECT_THAT(list({.key = "k1"}), ElementsAre(a, c));
    EXPECT_THAT(list({.kind = FaultKind::auth, .key = "k1"}), ElementsAre(c));
    EXPECT_THAT(list({.until = now()}), ElementsAre(a, b));
    EXPECT_THAT(list({.since = now() - std::chrono::hours{1}, .until = now()}), ElementsAre(b));
    EXPECT_THAT(list({.since = now() + std::chrono::hours{1}}), ElementsAre());
}

TEST_P(DeadLettersTest, AnOlderOpenLetterOfTheSameRouteAndKeyIsInTheWay) {
    const auto late = insert_of("k", 9);
    const auto early = insert_of("k", 3);  // its replay failed later than the other
    insert_of("other", 1);
    const auto in_the_way = [&](DeadLetterId id) {
        return read([&](db::Reader& reader) { return DeadLetters::in_the_way(reader, get(id)); }).value();
    };

    EXPECT_EQ(in_the_way(late), early);
    EXPECT_FALSE(in_the_way(early));
    ASSERT_TRUE(close(early, LetterState::dropped));
    EXPECT_FALSE(in_the_way(late));
}

TEST_P(DeadLettersTest, AReplayTakesOpenLettersInTheOrderOfTheirEvents) {
    const auto c = insert_of("k", 9);
    const auto a = insert_of("k", 3);
    const auto b = insert_of("other", 5);
    const auto closed = insert_of("k", 1);
    ASSERT_TRUE(close(closed, LetterState::dropped));
    const ReplayId mine{7}, theirs{8};
    const auto take = [&](std::vector<DeadLetterId> ids, ReplayId replay) {
        return write([&](db::Unit& unit) { return DeadLetters::take(unit, ids, replay); }).value();
    };
    const auto taken = [&](EventSeq event, DeadLetterId after, std::size_t limit) {
        std::vector<DeadLetterId> ids;
        for (const auto& row : read([&](db::Reader& reader) {
                                   return DeadLetters::taken(reader, mine, event, after, limit);
                               }).value())
            ids.push_back(row.id);
        return ids;
    };

    EXPECT_EQ(take({a, b, c, closed}, mine), 3);
    EXPECT_EQ(take({a}, theirs), 0) << "a letter is on one list only";
    EXPECT_THAT(taken({}, {}, 10), ElementsAre(a, b, c));
    EXPECT_THAT(taken(EventSeq{3}, a, 1), ElementsAre(b));
    const auto first = [&] {
        return read([&](db::Reader& reader) {
                   return DeadLetters::first_taken(reader, mine, "complaint", "k");
               })
            .value();
    };
    EXPECT_EQ(first()->id, a);
    ASSERT_TRUE(close(a, LetterState::replayed));
    EXPECT_EQ(first()->id, c);
    EXPECT_THAT(taken({}, {}, 10), ElementsAre(b, c));
    EXPECT_EQ(write([&](db::Unit& unit) { return DeadLetters::give_back(unit, mine, 1); }).value(), 1);
    EXPECT_EQ(read([&](db::Reader& reader) { return DeadLetters::count_taken(reader, mine); }).value(), 1);
    EXPECT_EQ(get(c).state, LetterState::open);
}

TEST_P(DeadLettersTest, EditsLieBesideTheOriginal) {
    const auto id = insert();
    const auto edit = [&](LetterEdit::What what, const std::string& value) {
        return write([&](db::Unit& unit) {
            return DeadLetters::edit(unit, {id, what, value, "anne", "typo", now()});
        });
    };
    ASSERT_TRUE(edit(LetterEdit::What::event, R"({"a":1})"));
    ASSERT_TRUE(edit(LetterEdit::What::arguments, R"({"b":2})"));

    const auto edits = read([&](db::Reader& reader) { return DeadLetters::edits(reader, id); }).value();

    ASSERT_EQ(edits.size(), 2u);
    EXPECT_EQ(edits[0].value, R"({"a":1})");
    EXPECT_EQ(edits[0].who, "anne");
    EXPECT_EQ(edits[0].at, now());
    EXPECT_EQ(edits[1].what, LetterEdit::What::arguments);
    EXPECT_EQ(get(id).reason, "name is too long");
}

TEST_P(DeadLettersTest, ALetterKnowsTheReplaysThatLedToIt) {
    const auto first = insert();
    const auto second = write([&](db::Unit& unit) {
                            return DeadLetters::insert(unit, {.run = RunId{4}, .previous = first});
                        }).value();
    const auto third = write([&](db::Unit& unit) {
                           return DeadLetters::insert(unit, {.run = RunId{5}, .previous = second});
                       }).value();

    const auto chain =
        read([&](db::Reader& reader) { return DeadLetters::before(reader, get(third), 10); }).value();

    ASSERT_EQ(chain.size(), 2u);
    EXPECT_EQ(chain[0].id, first);
    EXPECT_EQ(chain[1].id, second);
    EXPECT_EQ(read([](db::Reader& reader) { return DeadLetters::of_run(reader, RunId{5}); }).value()->id,
              third);
}

TEST_P(DeadLettersTest, AClosedLetterIsKeptFromTheTimeItWasClosed) {
    const auto id = insert();
    clock_.advance(std::chrono::hours{24 * 100});
    ASSERT_TRUE(close(id, LetterState::dropped));
    const auto forget = [&](TimePoint before) {
        return write([&](db::Unit& unit) { return DeadLetters::forget(unit, before, 10); }).value();
    };

    EXPECT_EQ(forget(now() - std::chrono::hours{24 * 90}), 0);
    EXPECT_EQ(get(id).who, "anne");
    EXPECT_EQ(forget(now() + std::chrono::hours{1}), 1);
}

MAILLON_ON_EVERY_STORE(DeadLettersTest);

}  // namespace
}  // namespace maillon::store
