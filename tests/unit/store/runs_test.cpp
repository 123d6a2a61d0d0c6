#include "core/store/runs.h"

#include "core/store/calls.h"
#include "core/store/dead_letters.h"
#include "tests/unit/store/store_test.h"

namespace maillon::store {
namespace {

using testing::ElementsAre;

class RunsTest : public StoreTest {
protected:
    RunId insert(RunState state = RunState::ready, std::int64_t event = 1) {
        return write([&](db::Unit& unit) {
                   return Runs::insert(unit, {.event = EventSeq{event},
                                              .route = "complaint",
                                              .key = "thread-1",
                                              .config_hash = "h1",
                                              .state = state,
                                              .frame = R"({"at":0})",
                                              .created = now(),
                                              .updated = now()});
               })
            .value();
    }
    RunRow get(RunId id) {
        return read([&](db::Reader& reader) { return Runs::by_id(reader, id); }).value().value();
    }
    Result<void> settle(RunId id, RunState state = RunState::finished) {
        return write([&](db::Unit& unit) { return Runs::settle(unit, id, state, "", now()); });
    }
    std::vector<RunId> open_after(RunId after, std::size_t limit) {
        std::vector<RunId> ids;
        for (const auto& row :
             read([&](db::Reader& reader) { return Runs::open(reader, after, limit); }).value())
            ids.push_back(row.id);
        return ids;
    }
};

TEST_P(RunsTest, OneThatIsUnderWayGoesBeforeOnesThatCameEarlierAndNeverDoTwoWaitForEachOther) {
    const auto earlier = insert(), under_way = insert(RunState::calling), later = insert();
    insert(RunState::waiting);
    const auto before = [&](RunId id) -> std::optional<RunId> {
        const auto row = get(id);
        const auto found = read([&](db::Reader& reader) {
                               return Runs::going_before(reader, {row.id, row.state, row.route, row.key});
                           }).value();
        return found ? std::optional(std::get<0>(*found)) : std::nullopt;
    };

    EXPECT_EQ(before(earlier), under_way);
    EXPECT_EQ(before(under_way), std::nullopt);
    EXPECT_EQ(before(later), earlier);
    ASSERT_TRUE(settle(under_way));
    EXPECT_EQ(before(earlier), std::nullopt);
    EXPECT_EQ(before(later), earlier);
}

TEST_P(RunsTest, ARunComesBackAsItWasStored) {
    const auto row = get(insert());

    EXPECT_EQ(row.event, EventSeq{1});
    EXPECT_EQ(row.route, "complaint");
    EXPECT_EQ(row.key, "thread-1");
    EXPECT_EQ(row.config_hash, "h1");
    EXPECT_EQ(row.state, RunState::ready);
    EXPECT_EQ(row.frame, R"({"at":0})");
    EXPECT_EQ(row.created, now());
}

TEST_P(RunsTest, ARunMovesUntilItIsSettledAndNeverAgain) {
    const auto id = insert();
    clock_.advance(std::chrono::seconds{5});

    ASSERT_TRUE(write([&](db::Unit& unit) {
        return Runs::update(unit, id, RunState::waiting, R"({"at":3})", "approval", now());
    }));
    EXPECT_EQ(get(id).state, RunState::waiting);
    EXPECT_EQ(get(id).frame, R"({"at":3})");
    EXPECT_EQ(get(id).reason, "approval");
    EXPECT_EQ(get(id).updated, now());
    EXPECT_EQ(get(id).created, now() - std::chrono::seconds{5});

    ASSERT_TRUE(settle(id, RunState::dropped));
    EXPECT_EQ(get(id).state, RunState::dropped);
    EXPECT_EQ(get(id).frame, R"({"at":3})") << "kept for why";
    EXPECT_FALSE(settle(id));
    EXPECT_FALSE(
        write([&](db::Unit& unit) { return Runs::update(unit, id, RunState::ready, "{}", "", now()); }));
    EXPECT_EQ(get(id).state, RunState::dropped);
}

TEST_P(RunsTest, MovingIsNotSettlingAndSettlingIsNotMoving) {
    const auto id = insert();

    EXPECT_FALSE(
        write([&](db::Unit& unit) { return Runs::update(unit, id, RunState::finished, "{}", "", now()); }));
    EXPECT_FALSE(settle(id, RunState::calling));
    EXPECT_FALSE(settle(RunId{4711}));
    EXPECT_EQ(get(id).state, RunState::ready);
}

TEST_P(RunsTest, OpenRunsArePagedById) {
    const std::vector<RunRow> rows(5, RunRow{.route = "r"});
    const auto ids = write([&](db::Unit& unit) { return Runs::insert(unit, rows); }).value();
    ASSERT_TRUE(settle(ids[1]));

    EXPECT_THAT(open_after(RunId{}, 2), ElementsAre(ids[0], ids[2]));
    EXPECT_THAT(open_after(ids[2], 10), ElementsAre(ids[3], ids[4]));
}

TEST_P(RunsTest, CountsOpenRunsByState) {
    insert();
    insert();
    insert(RunState::in_doubt);
    ASSERT_TRUE(settle(insert()));

    EXPECT_THAT(read([](db::Reader& reader) { return Runs::count_open(reader); }).value(),
                ElementsAre(std::tuple(RunState::in_doubt, 1), std::tuple(RunState::ready, 2)));
    EXPECT_EQ(read([](db::Reader& reader) { return Runs::in_state(reader, RunState::in_doubt, 9); })->size(),
              1u);
    EXPECT_EQ(read([](db::Reader& reader) { return Runs::in_state(reader, RunState::finished, 9); })->size(),
              1u);
}

TEST_P(RunsTest, AnEventHasARunPerRouteAndReplay) {
    insert(RunState::ready, 7);
    insert(RunState::ready, 8);
    insert(RunState::ready, 7);

    EXPECT_EQ(read([](db::Reader& reader) { return Runs::of_event(reader, EventSeq{7}); })->size(), 2u);
}

TEST_P(RunsTest, StepsComeInTheirOrderWithEverythingTheyDid) {
    const auto id = insert();
    ASSERT_TRUE(write([&](db::Unit& unit) {
        return Steps::append(
            unit, {.run = id, .step = "mood", .status = StepStatus::ok, .result = R"({"score":-1})"});
    }));
    ASSERT_TRUE(write([&](db::Unit& unit) {
        return Steps::append(unit, {.run = id,
                                    .step = "case",
                                    .status = StepStatus::failed,
                                    .inputs = R"({"module":"Cases"})",
                                    .attempts = 3,
                                    .started = now(),
                                    .ended = now() + std::chrono::seconds{2},
                                    .detail = "412"});
    }));

    const auto steps = read([&](db::Reader& reader) { return Steps::of_run(reader, id); }).value();

    ASSERT_EQ(steps.size(), 2u);
    EXPECT_EQ(steps[0].result, R"({"score":-1})");
    EXPECT_EQ(steps[1].step, "case");
    EXPECT_EQ(steps[1].status, StepStatus::failed);
    EXPECT_EQ(steps[1].inputs, R"({"module":"Cases"})");
    EXPECT_EQ(steps[1].attempts, 3);
    EXPECT_EQ(steps[1].ended - steps[1].started, std::chrono::seconds{2});
    EXPECT_EQ(steps[1].detail, "412");
}

TEST_P(RunsTest, ForgetsOldSettledRunsWithTheirStepsAndCalls) {
    const auto old = insert();
    const auto open = insert(RunState::ready, 2);
    for (const auto id : {old, open}) {
        ASSERT_TRUE(write([&](db::Unit& unit) { return Steps::append(unit, {.run = id, .step = "s"}); }));
        ASSERT_TRUE(write([&](db::Unit& unit) {
            return Calls::insert(unit, {.run = id, .idempotency_key = std::to_string(id.value())});
        }));
    }
    ASSERT_TRUE(settle(old));
    clock_.advance(std::chrono::hours{1});
    const auto recent = insert();
    ASSERT_TRUE(settle(recent));
    const auto forget = [&](db::Unit& unit) {
        return Runs::forget(unit, now() - std::chrono::minutes{1}, 10);
    };
    EXPECT_EQ(write(forget).value(), 0) << "what is not in the sealed sums must stay to be counted";
    seal();

    const auto gone = write(forget).value();

    EXPECT_EQ(gone, 1);
    EXPECT_FALSE(read([&](db::Reader& reader) { return Runs::by_id(reader, old); }).value());
    EXPECT_TRUE(read([&](db::Reader& reader) { return Steps::of_run(reader, old); })->empty());
    EXPECT_TRUE(read([&](db::Reader& reader) { return Calls::of_run(reader, old); })->empty());
    EXPECT_EQ(get(open).state, RunState::ready);
    EXPECT_EQ(read([&](db::Reader& reader) { return Calls::of_run(reader, open); })->size(), 1u);
    EXPECT_EQ(get(recent).state, RunState::finished);
}

TEST_P(RunsTest, WhatALetterMayWantToKnowAsDoneIsKeptUntilItIsClosed) {
    const auto first = insert(), second = insert(), other = insert(RunState::ready, 2);
    for (const auto id : {first, second, other}) ASSERT_TRUE(settle(id, RunState::dead_lettered));
    const auto letter =
        write([&](db::Unit& unit) {
            return DeadLetters::insert(
                unit,
                {.run = second, .event = EventSeq{1}, .route = "complaint", .at = now(), .key = "thread-1"});
        }).value();
    seal();
    const auto forget = [](db::Unit& unit) { return Runs::forget(unit, TimePoint::max(), 10); };

    EXPECT_EQ(write(forget).value(), 1) << "what the letter's run had found done was done by the run before";
    EXPECT_FALSE(read([&](db::Reader& reader) { return Runs::by_id(reader, other); }).value());
    const auto again = insert();
    ASSERT_TRUE(write([&](db::Unit& unit) {
        return DeadLetters::close(unit, letter, {LetterState::replayed, "", "", now(), again});
    }));
    EXPECT_EQ(write(forget).value(), 0) << "its replay is under way";
    ASSERT_TRUE(settle(again));
    seal();

    EXPECT_EQ(write(forget).value(), 3);
}

MAILLON_ON_EVERY_STORE(RunsTest);

}  // namespace
}  // namespace maillon::store
