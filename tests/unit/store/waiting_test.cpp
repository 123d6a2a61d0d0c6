#include "core/store/approvals.h"
#include "core/store/conversations.h"
#include "core/store/run_items.h"
#include "core/store/run_watches.h"
#include "core/store/runs.h"

#include "tests/unit/store/store_test.h"

namespace maillon::store {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WaitingTest : public StoreTest {
protected:
    RunId waiting(std::optional<TimePoint> wake_at) {
        RunId id;
        EXPECT_TRUE(write([&](db::Unit& unit) -> Result<void> {
            auto made =
                Runs::insert(unit, {.event = EventSeq{1}, .route = "r", .created = now(), .updated = now()});
            if (!made) return made.error();
            id = *made;
            return Runs::park(unit, id, "{}", "timer", wake_at, now());
        }));
        return id;
    }
    std::vector<RunId> woken(TimePoint at, std::size_t limit = 100) {
        std::vector<RunId> out;
        EXPECT_TRUE(write([&](db::Unit& unit) -> Result<void> {
            auto rows = Runs::wake_due(unit, at, limit);
            if (!rows) return rows.error();
            for (const auto& row : *rows) {
                EXPECT_EQ(row.state, RunState::ready);
                EXPECT_EQ(row.wake_at, std::nullopt);
                out.push_back(row.id);
            }
            return {};
        }));
        return out;
    }
};

TEST_P(WaitingTest, RunsWakeWhenTheirTimeHasComeTheLongestOverdueFirst) {
    const auto late = waiting(now() + hours{2});
    const auto soon = waiting(now() + hours{1});
    waiting(std::nullopt);

    EXPECT_EQ(read([](db::Reader& r) { return Runs::next_wake(r); }).value(), now() + hours{1});
    EXPECT_THAT(woken(now() + minutes{59}), IsEmpty());
    EXPECT_THAT(woken(now() + hours{3}, 1), ElementsAre(soon));
    EXPECT_THAT(woken(now() + hours{3}), ElementsAre(late));
    EXPECT_EQ(read([](db::Reader& r) { return Runs::next_wake(r); }).value(), std::nullopt);
}

TEST_P(WaitingTest, RunsThatWaitAreNotAmongThoseThatMove) {
    const auto id = waiting(now());
    const auto moving = [&] {
        return read([](db::Reader& r) { return Runs::count_in_flight(r, 10); }).value();
    };
    EXPECT_EQ(moving(), 0);
    EXPECT_THAT(woken(now()), ElementsAre(id));
    EXPECT_EQ(moving(), 1);
}

TEST_P(WaitingTest, ARunThatDoesNotWaitIsNotWoken) {
    const auto id = waiting(now());
    woken(now());
    EXPECT_TRUE(write([&](db::Unit& unit) -> Result<void> {
        const auto row = Runs::wake(unit, id, now());
        EXPECT_TRUE(row && !*row);
        return {};
    }));
}

TEST_P(WaitingTest, ItemsAreReadOneByOneAndGoWithTheirLoop) {
    const RunId run{7};
    EXPECT_TRUE(write([&](db::Unit& unit) -> Result<void> {
        const std::vector<RunItem> items{{"a", "1"}, {"b", "2"}};
        if (auto done = RunItems::put(unit, run, "each x", items); !done) return done;
        if (auto done = RunItems::put(unit, run, "each y", items); !done) return done;
        return RunItems::put(unit, run, "each x", std::span(items).subspan(1));
    }));
    const auto at = [&](const char* loop, std::size_t i) {
        return read([&](db::Reader& r) { return RunItems::at(r, run, loop, i); }).value();
    };
    ASSERT_TRUE(at("each x", 0));
    EXPECT_EQ(at("each x", 0)->key, "b");
    EXPECT_EQ(at("each x", 0)->item, "2");
    EXPECT_FALSE(at("each x", 1));
    EXPECT_TRUE(write([&](db::Unit& unit) { return RunItems::drop(unit, run, "each x"); }));
    EXPECT_FALSE(at("each x", 0));
    EXPECT_TRUE(at("each y", 1));
    EXPECT_TRUE(write([&](db::Unit& unit) { return RunItems::drop_all(unit, run); }));
    EXPECT_FALSE(at("each y", 1));
}

TEST_P(WaitingTest, WatchesAreSetAnewEachTime) {
    const auto set = [&](std::vector<ConversationId> talks) {
        EXPECT_TRUE(write([&](db::Unit& unit) { return RunWatches::set(unit, RunId{7}, talks); }));
    };
    const auto of = [&](int talk) {
        return read([&](db::Reader& r) { return RunWatches::of(r, ConversationId{talk}); }).value();
    };
    set({ConversationId{1}, ConversationId{2}, ConversationId{2}});
    EXPECT_THAT(of(2), ElementsAre(RunId{7}));
    set({ConversationId{3}});
    EXPECT_THAT(of(2), IsEmpty());
    EXPECT_THAT(of(3), ElementsAre(RunId{7}));
}

TEST_P(WaitingTest, AnApprovalIsDecidedOnce) {
    EXPECT_TRUE(write([&](db::Unit& unit) -> Result<void> {
        auto id = Approvals::insert(unit, {.run = RunId{7},
                                           .event = EventSeq{1},
                                           .route = "r",
                                           .step = "answer support",
                                           .role = "lead",
                                           .args = "{}",
                                           .created = now(),
                                           .due = now() + hours{1}});
        if (!id) return id.error();
        return Approvals::decide(unit, *id, ApprovalState::refused, "anne", "rude", now());
    }));
    EXPECT_FALSE(write([&](db::Unit& unit) {
        return Approvals::decide(unit, ApprovalId{1}, ApprovalState::released, "bob", "", now());
    }));
    const auto row =
        read([](db::Reader& r) { return Approvals::of_step(r, RunId{7}, "answer support"); }).value();
    ASSERT_TRUE(row);
    EXPECT_EQ(row->state, ApprovalState::refused);
    EXPECT_EQ(row->decided_by, "anne");
    EXPECT_EQ(row->due, now() + hours{1});
    EXPECT_EQ(read([](db::Reader& r) { return Approvals::list(r, {}); }).value().size(), 0u);
    EXPECT_EQ(read([](db::Reader& r) { return Approvals::list(r, {.role = "lead", .state = std::nullopt}); })
                  .value()
                  .size(),
              1u);
    EXPECT_EQ(read([](db::Reader& r) { return Approvals::list(r, {.role = "other", .state = std::nullopt}); })
                  .value()
                  .size(),
              0u);
}

MAILLON_ON_EVERY_STORE(WaitingTest);

}  // namespace
}  // namespace maillon::store
