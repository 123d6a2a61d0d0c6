#include "tests/faults/steps/disk.h"
#include "tests/faults/steps/scene.h"
#include "tests/faults/steps/stride.h"

namespace maillon::faults {
namespace {

using std::chrono::milliseconds;
using ::testing::IsEmpty;

struct Case {
    Mishap how;
    const char* name;
    bool lives_on;  ///< the hub gets over it without a new start
};

class DiskStepsTest : public ::testing::TestWithParam<Case> {
protected:
    /// The scene with a mishap at step `n`, taken up until it is done; false when the step was never reached.
    static bool try_step(Disk& disk, int n) {
        test::TemporaryFolder folder;
        Scene scene(folder.url());
        // Whoever is dead has no more effect on the world.
        scene.world.script = [&](const std::string&,
                                 const plugin::OutCall&) -> std::optional<route::World::Report> {
            if (!disk.is_dead()) return std::nullopt;
            return deliver::ScriptedConnector::fails(FaultKind::in_doubt, "no power");
        };
        bool failed = false, opened = false;
        const auto finish = [&] {
            failed = disk.has_failed();
            if (disk.is_dead()) disk.restore_power();
            disk.heal();
        };
        disk.fail_at(n, GetParam().how);
        const bool done = scene.live({.is_dead = [&] { return disk.is_dead(); },
                                      .checkpoint_pages = 40,  // the log is emptied again and again
                                      .pace = milliseconds{100},
                                      .prepare = [&](route::Life&) { opened = !disk.has_failed(); },
                                      .at_rest = finish});
        if (!done) finish();
        if (GetParam().lives_on && opened) {
            EXPECT_TRUE(done) << "it had to be started again";
        }
        if (!done) {
            EXPECT_TRUE(scene.live()) << "it does not start again: " << scene.refusal();
        }
        EXPECT_THAT(scene.complaints(), IsEmpty());
        EXPECT_EQ(scene.end().world, undisturbed().world);
        EXPECT_TRUE(scene.end() == undisturbed());
        return failed;
    }
};

TEST_P(DiskStepsTest, NothingIsLostNothingIsDoneTwiceAndOrderIsKeptWhateverStepFails) {
    (void)undisturbed();
    Disk disk;
    int tried = 0;
    // Each of the first steps, which make the store: no two of them are alike.
    for (int n = 0;; n += n < 16 ? 1 : stride(11)) {
        SCOPED_TRACE("step " + std::to_string(n));
        if (!try_step(disk, n)) break;
        ++tried;
        if (HasFailure()) break;
    }
    RecordProperty("steps", tried);
    std::printf("%d steps tried\n", tried);
}

INSTANTIATE_TEST_SUITE_P(Disk, DiskStepsTest,
                         ::testing::Values(Case{Mishap::read_fails, "AReadFails", false},
                                           Case{Mishap::write_fails, "AWriteFails", false},
                                           Case{Mishap::is_full, "TheDiskIsFull", true},
                                           Case{Mishap::sync_fails, "ASyncFails", false},
                                           Case{Mishap::power_cut, "ThePowerIsCut", false}),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace maillon::faults
