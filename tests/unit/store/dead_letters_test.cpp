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
    Result<void> close(DeadLetterId id, LetterState state) {
        return write([&](db::Unit& unit) { return DeadLetters::close(unit, id, state, "by hand"); });
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

MAILLON_ON_EVERY_STORE(DeadLettersTest);

}  // namespace
}  // namespace maillon::store
