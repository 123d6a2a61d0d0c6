#include "core/db/sqlite_room.h"
#include "tests/unit/db/database_fixture.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <limits>
#include <thread>

namespace maillon::db {
namespace {

using test::Pairs;
using testing::HasSubstr;

/// What the writer shows while it has the store written anew.
class CompactionTest : public DatabaseTest {
protected:
    void open_with(std::function<void(Step)> at_step) {
        auto with = options();
        with.free_bytes = [this](const std::string&) { return free_bytes_.load(); };
        with.inject = [at_step](Step step) {
            at_step(step);
            return Injected::none;
        };
        open(std::move(with));
    }
    void put(int count) {
        for (int n = 0; n < count; ++n)
            ASSERT_TRUE(
                database_->run([&](Unit& unit) { return Pairs::put(unit, n, std::string(2000, 'x')); }));
    }
    std::uint64_t work() const { return database_->counters().compaction_work; }

    std::atomic<std::int64_t> free_bytes_{std::numeric_limits<std::int64_t>::max()};
};

TEST_P(CompactionTest, ItsWorkGrowsWhileItGoesOnThoughNoUnitIsWritten) {
    std::vector<std::uint64_t> seen;
    bool looks = false;
    open_with([&](Step) {
        if (!looks) return;
        clock_.advance(std::chrono::seconds{1});  // the work of a server is time that passes
        seen.push_back(work());
    });
    put(200);
    const auto units = database_->counters().units;
    looks = true;

    ASSERT_TRUE(database_->compact());

    EXPECT_TRUE(std::ranges::is_sorted(seen));
    EXPECT_GT(seen.back(), 0u) << "as seen while it is at work";
    const auto first = work();
    EXPECT_GE(first, seen.back());
    EXPECT_EQ(database_->counters().units, units);
    ASSERT_TRUE(database_->compact());
    EXPECT_GT(work(), first) << "a second one counts on";
    looks = false;
    database_.reset();  // its last steps come here, too
}

TEST_P(CompactionTest, OneThatHangsShowsNoWork) {
    if (!is_sqlite()) GTEST_SKIP() << "whether a server hangs is seen by the connection to it";
    std::promise<void> freed;
    std::promise<void> reached;
    std::atomic<bool> hangs{false};
    open_with([&, gate = freed.get_future().share()](Step step) {
        if (step != Step::checkpoint || !hangs.exchange(false)) return;
        reached.set_value();
        gate.wait();
    });
    hangs = true;
    std::thread compacting([&] { EXPECT_TRUE(database_->compact()); });
    reached.get_future().wait();

    // The thread may be on its way into the wait still.
    auto last = work();
    for (int same = 0; same < 1'000;) {
        std::this_thread::yield();
        const auto now = work();
        same = now == std::exchange(last, now) ? same + 1 : 0;
    }

    freed.set_value();
    compacting.join();
    EXPECT_GT(work(), last) << "it goes on when the disk does";
    database_.reset();  // its last steps come here, too
}

TEST_P(CompactionTest, WithoutRoomNothingIsWrittenAndItIsSaidWhereToMakeSome) {
    if (!is_sqlite()) GTEST_SKIP() << "the room of a server is its own";
    int steps = 0;
    open_with([&](Step) { ++steps; });
    put(1'000);
    free_bytes_ = 1 << 20;
    steps = 0;

    const auto refused = database_->compact();

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, FaultKind::retry);
    EXPECT_THAT(refused.error().what, HasSubstr("no room to write the store anew: "));
    EXPECT_THAT(refused.error().what, HasSubstr("where 1 MiB are free; make room there"));
    EXPECT_EQ(steps, 0);
    free_bytes_ = 1 << 30;
    EXPECT_TRUE(database_->compact().value());
    database_.reset();  // its last steps come here, too
}

TEST_P(CompactionTest, AFullDiskLeavesTheStoreAsItWasAndGivesTheLogsRoomBack) {
    if (!is_sqlite()) GTEST_SKIP() << "the room of a server is its own";
    auto with = options();
    bool fails = false;
    int steps = 0;
    with.inject = [&](Step step) {
        if (step != Step::checkpoint || !fails) return Injected::none;
        return ++steps == 2 ? Injected::disk_full : Injected::none;
    };
    open(std::move(with));
    put(20);
    const auto log = place_->folder().file("maillon.db-wal");
    ASSERT_GT(std::filesystem::file_size(log), 0u);
    fails = true;

    const auto full = database_->compact();

    ASSERT_FALSE(full);
    EXPECT_THAT(full.error().what, HasSubstr("the disk is full; make room for two copies of it"));
    EXPECT_EQ(steps, 4) << "scratch copies in memory again, and the log emptied";
    EXPECT_EQ(std::filesystem::file_size(log), 0u);
    EXPECT_EQ(Pairs::lefts(*database_).size(), 20u);
    EXPECT_TRUE(database_->run([](Unit& unit) { return Pairs::put(unit, 20); }));
    database_.reset();  // its last steps come here, too
}

MAILLON_ON_EVERY_STORE(CompactionTest);

}  // namespace
}  // namespace maillon::db
