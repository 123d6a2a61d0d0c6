#include "tests/faults/steps/disk.h"
#include "tests/faults/steps/scene.h"
#include "tests/faults/steps/stride.h"

#include <atomic>

namespace maillon::faults {
namespace {

using deliver::ScriptedConnector;
using route::World;
using std::chrono::milliseconds;
using ::testing::IsEmpty;

struct Case {
    const char* name;
    FaultKind kind;
    bool takes_effect = false;            ///< the call arrived, and nobody learns of it
    std::optional<FaultKind> asking{};    ///< the first two questions what became of it fail like this
    std::optional<milliseconds> after{};  ///< when the remote wants it again
};

/// Every call to a connector goes wrong in turn, in each way in which calls go wrong.
class CallStepsTest : public ::testing::TestWithParam<Case> {
protected:
    /// False when there was no such call.
    static bool try_call(int n) {
        test::TemporaryFolder folder;
        Scene scene(folder.url());
        std::atomic<int> calls{0}, questions{0};
        std::atomic<bool> refused{false};
        route::Life* life = nullptr;
        scene.world.script = [&](const std::string& instance,
                                 const plugin::OutCall& call) -> std::optional<World::Report> {
            if (calls++ != n) return std::nullopt;
            if (GetParam().takes_effect) (void)scene.world.deliver(instance, call);
            refused = GetParam().kind == FaultKind::auth;
            return ScriptedConnector::fails(GetParam().kind, "scripted", GetParam().after);
        };
        const auto ask = [&](const plugin::OutCall& call) {
            if (!GetParam().asking || questions++ >= 2) return scene.world.reconcile(call);
            return ScriptedConnector::fails(*GetParam().asking, "asked in vain");
        };
        const bool done = scene.live({.is_dead =
                                          [&] {
                                              // A person mends the credentials.
                                              if (refused) resume(*life);
                                              return false;
                                          },
                                      .prepare =
                                          [&](route::Life& now) {
                                              life = &now;
                                              for (auto& [name, one] : now.connectors)
                                                  one->on_reconcile = ask;
                                          }});
        EXPECT_TRUE(done);
        EXPECT_THAT(scene.complaints(), IsEmpty());
        EXPECT_EQ(scene.end().world, undisturbed().world);
        EXPECT_TRUE(scene.end() == undisturbed());
        return calls > n;
    }
    static void resume(route::Life& life) {
        for (const auto& [name, one] : life.connectors) life.deliver->resume(name);
    }
};

TEST_P(CallStepsTest, NothingIsLostNothingIsDoneTwiceAndOrderIsKeptWhateverCallFails) {
    (void)undisturbed();
    const Disk disk;  // what is no failing disk need not be a slow one either
    int tried = 0;
    for (int n = 0; !HasFailure(); n += stride(1)) {
        SCOPED_TRACE("call " + std::to_string(n));
        if (!try_call(n)) break;
        ++tried;
    }
    EXPECT_GE(tried * stride(1), 17) << "the scene takes more calls than that";
}

INSTANTIATE_TEST_SUITE_P(
    Calls, CallStepsTest,
    ::testing::Values(Case{"RefusedForNow", FaultKind::retry}, Case{"NotConnected", FaultKind::not_connected},
                      Case{"TheCredentialsAreRefused", FaultKind::auth},
                      Case{"AConflict", FaultKind::conflict},
                      Case{"TooManyCalls", FaultKind::rate_limited, false, {}, milliseconds{300}},
                      Case{"CutBeforeItsEffect", FaultKind::in_doubt},
                      Case{"CutAfterItsEffect", FaultKind::in_doubt, true},
                      Case{"CutBeforeAndAskingFails", FaultKind::in_doubt, false, FaultKind::not_connected},
                      Case{"CutAfterAndAskingFails", FaultKind::in_doubt, true, FaultKind::not_connected},
                      Case{"CutBeforeAndTheAnswerIsUnclear", FaultKind::in_doubt, false, FaultKind::in_doubt},
                      Case{"CutAfterAndTheAnswerIsUnclear", FaultKind::in_doubt, true, FaultKind::in_doubt}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace maillon::faults
