#include "tests/unit/db/pairs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/mount.h>

#include <future>

namespace maillon::db {
namespace {

using test::Pairs;
using testing::ElementsAre;
using testing::HasSubstr;

/// What a story of three units came to.
struct Story {
    std::set<std::int64_t> acknowledged;
    std::set<FaultKind> faults;
    bool broken = false;
    int broken_calls = 0;
};

Story tell(const test::TemporaryFolder& folder, const Clock& clock, FailAt& fail) {
    Story story;
    auto options = test::pair_options(folder, clock);
    options.inject = [&fail](Step step) { return fail(step); };
    options.on_broken = [&](const Fault&) { ++story.broken_calls; };
    auto database = Database::open(std::move(options));
    EXPECT_TRUE(database);
    for (std::int64_t n = 1; n <= 3; ++n) {
        const auto done = (*database)->run([n](Unit& unit) { return Pairs::put(unit, n); });
        if (done) story.acknowledged.insert(n);
        if (!done) story.faults.insert(done.error().kind);
    }
    story.broken = (*database)->broken();
    return story;
}

std::set<std::int64_t> on_disk(const test::TemporaryFolder& folder, const Clock& clock) {
    auto database = Database::open(test::pair_options(folder, clock));
    EXPECT_TRUE(database);
    EXPECT_EQ(Pairs::lefts(**database), Pairs::rights(**database)) << "half a unit";
    return Pairs::lefts(**database);
}

TEST(StoreFaults, DiskFullAtAnyStepLosesNothingThatWasAcknowledgedAndTheStoreLivesOn) {
    for (int n = 0;; ++n) {
        const test::TemporaryFolder folder;
        const FakeClock clock;
        FailAt fail(n, Injected::disk_full);

        const auto story = tell(folder, clock, fail);

        if (!fail.fired()) {
            EXPECT_GE(n, 12) << "three units have at least four steps each";
            break;
        }
        EXPECT_EQ(story.acknowledged, on_disk(folder, clock)) << "step " << n;
        EXPECT_FALSE(story.broken) << "step " << n;
        EXPECT_GE(story.acknowledged.size(), 2u) << "step " << n;
        if (story.acknowledged.size() == 2) {
            EXPECT_THAT(story.faults, ElementsAre(FaultKind::retry)) << "step " << n;
        }
    }
}

TEST(StoreFaults, AnIoErrorAtAnyStepBreaksTheStoreOnceAndForGood) {
    for (int n = 0;; ++n) {
        const test::TemporaryFolder folder;
        const FakeClock clock;
        FailAt fail(n, Injected::io_error, Step::statement);

        const auto story = tell(folder, clock, fail);

        if (!fail.fired()) break;
        EXPECT_EQ(story.acknowledged, on_disk(folder, clock)) << "step " << n;
        EXPECT_TRUE(story.broken) << "step " << n;
        EXPECT_EQ(story.broken_calls, 1) << "step " << n;
        EXPECT_THAT(story.faults, ElementsAre(FaultKind::internal)) << "step " << n;
    }
}

TEST(StoreFaults, ACommitThatNobodyLearntOfIsWholeOnDiskAndNotAcknowledged) {
    for (int n = 0; n < 3; ++n) {
        const test::TemporaryFolder folder;
        const FakeClock clock;
        FailAt fail(n, Injected::io_error_after, Step::commit);

        const auto story = tell(folder, clock, fail);

        auto expected = story.acknowledged;
        expected.insert(n + 1);
        EXPECT_EQ(story.acknowledged.size(), static_cast<std::size_t>(n));
        EXPECT_EQ(on_disk(folder, clock), expected);
        EXPECT_EQ(story.broken_calls, 1);
    }
}

TEST(StoreFaults, AFailedCheckpointForWantOfRoomHarmsNothing) {
    const test::TemporaryFolder folder;
    const FakeClock clock;
    FailAt fail(0, Injected::disk_full, Step::checkpoint);
    auto options = test::pair_options(folder, clock);
    options.checkpoint_pages = 1;
    options.inject = [&fail](Step step) { return fail(step); };
    auto database = Database::open(std::move(options));
    ASSERT_TRUE(database);

    EXPECT_TRUE((*database)->run([](Unit& unit) { return Pairs::put(unit, 1); }));
    EXPECT_TRUE((*database)->run([](Unit& unit) { return Pairs::put(unit, 2); }));

    EXPECT_TRUE(fail.fired());
    EXPECT_FALSE((*database)->broken());
    EXPECT_THAT(Pairs::lefts(**database), ElementsAre(1, 2));
}

TEST(StoreFaults, ABreakdownTellsEveryQueuedUnit) {
    const test::TemporaryFolder folder;
    const FakeClock clock;
    FailAt fail(0, Injected::io_error, Step::commit);
    auto options = test::pair_options(folder, clock);
    options.group_units = 2;
    options.inject = [&fail](Step step) { return fail(step); };
    auto database = Database::open(std::move(options));
    ASSERT_TRUE(database);
    std::promise<void> gate;
    std::promise<void> all;
    int faults = 0;
    (*database)->submit(
        [opened = gate.get_future().share()](Unit&) -> Result<void> { return opened.wait(), Result<void>{}; },
        [&](const Result<void>& outcome) { faults += outcome ? 0 : 1; });
    for (int n = 0; n < 9; ++n)
        (*database)->submit([n](Unit& unit) { return Pairs::put(unit, n); },
                            [&, n](const Result<void>& outcome) {
                                faults += outcome ? 0 : 1;
                                if (n == 8) all.set_value();
                            });
    gate.set_value();
    all.get_future().wait();

    EXPECT_EQ(faults, 10);
    EXPECT_FALSE((*database)->run([](Unit& unit) { return Pairs::put(unit, 99); }));
    database->reset();
    EXPECT_TRUE(on_disk(folder, clock).empty());
}

/// Writes until there is no room, and a little after; the numbers that were acknowledged.
std::set<std::int64_t> fill(Database& database, std::set<FaultKind>& faults) {
    std::set<std::int64_t> acknowledged;
    const std::string bulk(20'000, 'x');
    for (std::int64_t n = 0; n < 400 && faults.empty(); ++n) {
        const auto done = database.run([&](Unit& unit) { return Pairs::put(unit, n, bulk); });
        if (done) acknowledged.insert(n);
        if (!done) faults.insert(done.error().kind);
    }
    return acknowledged;
}

TEST(StoreFaults, AFileAtItsLargestSizeRefusesAndGoesOnOnceThereIsRoom) {
    const test::TemporaryFolder folder;
    const FakeClock clock;
    auto options = test::pair_options(folder, clock);
    options.largest_pages = 200;
    auto database = Database::open(std::move(options));
    ASSERT_TRUE(database);
    std::set<FaultKind> faults;

    const auto acknowledged = fill(**database, faults);
    const auto freed = (*database)->run([](Unit& unit) -> Result<void> {
        auto gone = unit.exec("DELETE FROM lefts WHERE n < 5");
        if (gone) gone = unit.exec("DELETE FROM rights WHERE n < 5");
        return gone ? Result<void>{} : Result<void>(gone.error());
    });
    const auto again =
        (*database)->run([](Unit& unit) { return Pairs::put(unit, 1000, std::string(20'000, 'y')); });

    EXPECT_THAT(faults, ElementsAre(FaultKind::retry));
    EXPECT_GT(acknowledged.size(), 5u);
    EXPECT_TRUE(freed) << freed.error().what;
    EXPECT_TRUE(again) << again.error().what;
    EXPECT_EQ((*database)->counters().disk_full, 1u);
    database->reset();
    EXPECT_EQ(on_disk(folder, clock).size(), acknowledged.size() - 5 + 1);
}

TEST(StoreFaults, ARealDiskThatIsFullLosesNothingAcknowledged) {
    const test::TemporaryFolder folder;
    const FakeClock clock;
    const auto disk = folder.file("disk");
    std::filesystem::create_directory(disk);
    if (::mount("none", disk.c_str(), "tmpfs", 0, "size=2m") != 0)
        GTEST_SKIP() << "mounting needs rights; the test of the largest size covers the same path";
    std::set<FaultKind> faults;
    std::set<std::int64_t> acknowledged;
    std::set<std::int64_t> kept;
    {
        const Options options{
            .url = folder.url("disk/maillon.db"), .clock = &clock, .migrations = Pairs::schema()};
        auto database = Database::open(options);
        EXPECT_TRUE(database);
        acknowledged = fill(**database, faults);
        EXPECT_FALSE((*database)->broken());
        database->reset();
        database = Database::open(options);
        EXPECT_TRUE(database);
        if (database) kept = Pairs::lefts(**database);
        if (database) {
            EXPECT_EQ(kept, Pairs::rights(**database));
        }
    }
    ::umount2(disk.c_str(), MNT_DETACH);

    EXPECT_THAT(faults, ElementsAre(FaultKind::retry));
    EXPECT_FALSE(acknowledged.empty());
    EXPECT_EQ(kept, acknowledged);
}

}  // namespace
}  // namespace maillon::db
