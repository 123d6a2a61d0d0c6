#include "core/store/replays.h"

#include "tests/unit/store/store_test.h"

namespace maillon::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ReplaysTest : public StoreTest {
protected:
    ReplayId insert(ReplayKind kind = ReplayKind::letters) {
        return write([&](db::Unit& unit) {
                   return Replays::insert(unit, {.kind = kind,
                                                 .what = R"({"route":"r"})",
                                                 .with_outbound = true,
                                                 .who = "anne",
                                                 .note = "mended",
                                                 .created = now(),
                                                 .updated = now()});
               })
            .value();
    }
    ReplayRow get(ReplayId id) {
        return read([&](db::Reader& reader) { return Replays::by_id(reader, id); }).value().value();
    }
    Result<void> update(const ReplayRow& row) {
        return write([&](db::Unit& unit) { return Replays::update(unit, row); });
    }
    RunId run(ReplayId replay, RunState state) {
        return write([&](db::Unit& unit) {
                   return Runs::insert(unit, RunRow{.event = EventSeq{1},
                                                    .route = "r",
                                                    .state = state,
                                                    .created = now(),
                                                    .updated = now(),
                                                    .replay = replay});
               })
            .value();
    }
    std::vector<ReplayId> open() {
        std::vector<ReplayId> ids;
        for (const auto& row : read([](db::Reader& reader) { return Replays::open(reader); }).value())
            ids.push_back(row.id);
        return ids;
    }
};

TEST_P(ReplaysTest, AReplayRemembersWhatWasAskedAndHowFarItCame) {
    auto row = get(insert(ReplayKind::events));
    EXPECT_EQ(row.kind, ReplayKind::events);
    EXPECT_EQ(row.state, ReplayState::choosing);
    EXPECT_EQ(row.what, R"({"route":"r"})");
    EXPECT_TRUE(row.with_outbound);
    EXPECT_EQ(row.who, "anne");

    row.state = ReplayState::running;
    row.reached = 17;
    row.started = 12;
    row.held_back = 3;
    ASSERT_TRUE(update(row));

    const auto later = get(row.id);
    EXPECT_EQ(later.state, ReplayState::running);
    EXPECT_EQ(later.reached, 17);
    EXPECT_EQ(later.started, 12);
    EXPECT_EQ(later.held_back, 3);
    EXPECT_FALSE(later.finished);
}

TEST_P(ReplaysTest, OneThatIsOverIsOpenNoMoreAndNeverMoves) {
    auto a = get(insert());
    const auto b = insert();
    EXPECT_THAT(open(), ElementsAre(a.id, b));

    a.state = ReplayState::done;
    a.finished = now();
    ASSERT_TRUE(update(a));

    EXPECT_THAT(open(), ElementsAre(b));
    a.state = ReplayState::running;
    EXPECT_FALSE(update(a));
    EXPECT_EQ(read([](db::Reader& reader) { return Replays::list(reader, 1); }).value().front().id, b);
}

TEST_P(ReplaysTest, ItsRunsAreCountedByWhereTheyStand) {
    const auto id = insert();
    run(id, RunState::calling);
    run(id, RunState::finished);
    run(id, RunState::finished);
    run(id, RunState::waiting);
    run(ReplayId{}, RunState::ready);
    run(ReplayId{99}, RunState::ready);

    const auto counts = read([&](db::Reader& reader) { return Replays::runs(reader, id); }).value();
    std::map<RunState, std::int64_t> by_state;
    for (const auto& [state, count] : counts) by_state[state] = count;

    EXPECT_EQ(by_state, (std::map<RunState, std::int64_t>{
                            {RunState::calling, 1}, {RunState::waiting, 1}, {RunState::finished, 2}}));
    const auto rows = read([&](db::Reader& reader) { return Runs::moving_of(reader, id); }).value();
    EXPECT_THAT(rows, ElementsAre(std::tuple<std::string, std::string>("r", "")));
}

TEST_P(ReplaysTest, OnlyReplaysThatAreOverAreForgotten) {
    auto over = get(insert());
    over.state = ReplayState::stopped;
    over.finished = now();
    ASSERT_TRUE(update(over));
    const auto going_on = insert();
    clock_.advance(std::chrono::hours{1});

    EXPECT_EQ(write([&](db::Unit& unit) { return Replays::forget(unit, now(), 10); }).value(), 1);

    EXPECT_THAT(open(), ElementsAre(going_on));
    EXPECT_THAT(read([&](db::Reader& reader) { return Replays::runs(reader, over.id); }).value(), IsEmpty());
}

MAILLON_ON_EVERY_STORE(ReplaysTest);

}  // namespace
}  // namespace maillon::store
