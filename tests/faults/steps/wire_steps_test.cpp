#include "tests/faults/steps/scene.h"
#include "tests/faults/steps/stride.h"
#include "tests/faults/steps/wire.h"
#include "tests/unit/db/postgres_server.h"

namespace maillon::faults {
namespace {

using std::chrono::milliseconds;
using ::testing::IsEmpty;

struct Case {
    Cut::When when;
    bool is_noticed;
    const char* name;
    int usual_stride;
};

/// The connection to a real server breaks at every message in turn: of the writer and of those that read
/// beside it, while a store is opened and made, in a transaction, at a COMMIT and between.
class WireStepsTest : public ::testing::TestWithParam<Case> {
protected:
    void SetUp() override {
        if (test::PostgresServer::of_program() == nullptr) GTEST_SKIP() << test::PostgresServer::why_none();
    }
    /// False when the message was never sent.
    static bool try_message(int n) {
        Wire wire(test::PostgresServer::of_program()->new_schema());
        Scene scene(wire.url());
        wire.cut({n, GetParam().when, GetParam().is_noticed});
        const bool done = scene.live({.pace = milliseconds{100}, .at_rest = [&] { wire.heal(); }});
        const bool has_cut = wire.has_cut();
        wire.heal();
        if (!done) {
            EXPECT_TRUE(scene.live()) << "it does not start again: " << scene.refusal();
        }
        EXPECT_THAT(scene.complaints(), IsEmpty());
        EXPECT_EQ(scene.end().world, undisturbed().world);
        EXPECT_TRUE(scene.end() == undisturbed());
        return has_cut;
    }
};

TEST_P(WireStepsTest, NothingIsLostNothingIsDoneTwiceAndOrderIsKeptWhereverTheConnectionBreaks) {
    (void)undisturbed();
    int tried = 0;
    for (int n = 0;; n += stride(GetParam().usual_stride)) {
        SCOPED_TRACE("message " + std::to_string(n));
        if (!try_message(n)) break;
        ++tried;
        if (HasFailure()) break;
    }
    EXPECT_GT(tried * stride(GetParam().usual_stride), 500) << "the scene takes more messages than that";
    std::printf("%d messages tried\n", tried);
}

INSTANTIATE_TEST_SUITE_P(
    Wire, WireStepsTest,
    ::testing::Values(Case{Cut::When::before, true, "BeforeAMessage", 211},
                      Case{Cut::When::within, true, "WithinAnAnswer", 97},
                      Case{Cut::When::behind, true, "BeforeAnAnswer", 97},
                      Case{Cut::When::before, false, "BeforeAMessageUnnoticedByTheServer", 211},
                      Case{Cut::When::behind, false, "BeforeAnAnswerUnnoticedByTheServer", 97}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace maillon::faults
