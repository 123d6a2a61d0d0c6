#include "tests/faults/steps/disk.h"
#include "tests/faults/steps/scene.h"
#include "tests/faults/steps/stride.h"
#include "tests/unit/db/postgres_server.h"

namespace maillon::faults {
namespace {

using std::chrono::milliseconds;
using ::testing::IsEmpty;

struct Case {
    db::Injected how;
    const char* name;
    bool remote;  ///< of PostgreSQL; else of a file
};

/// Every BEGIN, statement, COMMIT and checkpoint of the writer goes wrong in turn.
class StoreStepsTest : public ::testing::TestWithParam<Case> {
protected:
    void SetUp() override {
        if (GetParam().remote && test::PostgresServer::of_program() == nullptr)
            GTEST_SKIP() << test::PostgresServer::why_none();
    }
    static std::string url(const test::TemporaryFolder& folder) {
        return GetParam().remote ? test::PostgresServer::of_program()->new_schema() : folder.url();
    }
    /// False when the step was never reached.
    static bool try_step(int n) {
        test::TemporaryFolder folder;
        Scene scene(url(folder));
        auto fail = std::make_shared<db::FailAt>(n, GetParam().how);
        auto armed = std::make_shared<std::atomic<bool>>(true);
        const bool done =
            scene.live({.inject = [=](db::Step step) { return *armed ? (*fail)(step) : db::Injected::none; },
                        .checkpoint_pages = 40,
                        .pace = milliseconds{100},
                        .at_rest = [=] { *armed = false; }});
        *armed = false;
        if (!done) {
            EXPECT_TRUE(scene.live()) << "it does not start again: " << scene.refusal();
        }
        EXPECT_THAT(scene.complaints(), IsEmpty());
        EXPECT_EQ(scene.end().world, undisturbed().world);
        EXPECT_TRUE(scene.end() == undisturbed());
        return fail->fired();
    }
};

TEST_P(StoreStepsTest, NothingIsLostNothingIsDoneTwiceAndOrderIsKeptWhateverStatementFails) {
    (void)undisturbed();
    const Disk disk;
    int tried = 0;
    for (int n = 0;; n += stride(11)) {
        SCOPED_TRACE("statement " + std::to_string(n));
        if (!try_step(n)) break;
        ++tried;
        if (HasFailure()) break;
    }
    EXPECT_GT(tried * stride(11), 300) << "the scene takes more statements than that";
    std::printf("%d statements tried\n", tried);
}

INSTANTIATE_TEST_SUITE_P(Store, StoreStepsTest,
                         ::testing::Values(Case{db::Injected::disk_full, "TheDiskIsFull", false},
                                           Case{db::Injected::io_error, "AnIoError", false},
                                           Case{db::Injected::io_error_after, "AnIoErrorBehindIt", false},
                                           Case{db::Injected::cut, "TheConnectionBreaksBefore", true},
                                           Case{db::Injected::cut_after, "TheConnectionBreaksAfter", true}),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace maillon::faults
