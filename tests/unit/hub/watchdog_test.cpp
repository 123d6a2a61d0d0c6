#include "core/hub/watchdog.h"

#include "core/observe/testing/captured_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maillon::hub {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class WatchdogTest : public ::testing::Test {
protected:
    void watch(bool is_vital = false) {
        dog_.watch("source", "x", seconds{90}, is_vital, [this] { return beat_; });
    }
    bool after(seconds time) {
        clock_.advance(time);
        return dog_.tick();
    }
    bool is_ready() const { return health_.ready().good; }

    FakeClock clock_;
    Health health_{clock_};
    Metrics metrics_;
    ::maillon::testing::CapturedLog log_;
    Watchdog dog_{clock_, log_, health_, metrics_};
    Watchdog::Beat beat_;
};

TEST_F(WatchdogTest, WhoHasNothingToDoIsNeverStuck) {
    watch();
    EXPECT_TRUE(after(seconds{10'000}));
    EXPECT_TRUE(is_ready());
    EXPECT_THAT(metrics_.render(), HasSubstr(R"(maillon_stuck{kind="source",name="x"} 0)"));
}

TEST_F(WatchdogTest, WhoHasWorkAndDoesNotMoveIsToldOfWhenPatienceIsOver) {
    watch();
    beat_ = {.has_work = true, .progress = 7};
    after(seconds{1});
    after(seconds{90});
    EXPECT_TRUE(is_ready()) << "a step may take so long";

    after(seconds{1});

    EXPECT_FALSE(is_ready());
    EXPECT_THAT(health_.ready().json, HasSubstr("the source 'x' has work and has made no progress for 91 s"));
    EXPECT_THAT(metrics_.render(), HasSubstr(R"(maillon_stuck{kind="source",name="x"} 1)"));
}

TEST_F(WatchdogTest, EveryStepBeginsPatienceAnew) {
    watch();
    for (std::uint64_t step = 1; step < 10; ++step) {
        beat_ = {.has_work = true, .progress = step};
        after(seconds{80});
        EXPECT_TRUE(is_ready()) << step;
    }
}

TEST_F(WatchdogTest, WhoMovesAgainIsWellAgain) {
    watch();
    beat_ = {.has_work = true, .progress = 1};
    after(seconds{1});
    after(seconds{100});
    ASSERT_FALSE(is_ready());

    beat_.progress = 2;
    after(seconds{1});

    EXPECT_TRUE(is_ready());
    EXPECT_THAT(dog_.stuck(), IsEmpty());
    EXPECT_THAT(metrics_.render(), HasSubstr(R"(maillon_stuck{kind="source",name="x"} 0)"));
}

TEST_F(WatchdogTest, ACallThatDoesNotComeBackIsNamedAndToldInTheLogOnce) {
    watch();
    beat_ = {.has_work = true, .progress = 7, .doing = "write (call 17)"};
    after(seconds{1});
    EXPECT_EQ(dog_.hanging(), "");

    after(seconds{92});
    after(seconds{1});

    const auto* sentence = "the source 'x' has not come back from write (call 17) for ";
    EXPECT_THAT(health_.ready().json, HasSubstr(sentence));
    EXPECT_THAT(dog_.hanging(), HasSubstr(sentence));
    ASSERT_EQ(log_.of("hub.stuck").size(), 1u);
    EXPECT_THAT(log_.of("hub.stuck").front().fields.at("reason"), HasSubstr(sentence));
    EXPECT_THAT(log_.of("hub.moving"), IsEmpty());

    beat_ = {.has_work = false, .progress = 8};
    after(seconds{1});

    EXPECT_EQ(log_.of("hub.moving").size(), 1u);
    EXPECT_EQ(dog_.hanging(), "");
}

TEST_F(WatchdogTest, TheServiceManagerIsToldOnlyAboutWhatARestartHelps) {
    watch();
    beat_ = {.has_work = true, .progress = 1};
    after(seconds{1});
    EXPECT_TRUE(after(seconds{100})) << "a connector that hangs is no reason to restart everybody";

    dog_.watch("writer", "", seconds{30}, true, [] { return Watchdog::Beat{true, 5}; });
    after(seconds{1});
    EXPECT_FALSE(after(seconds{31}));
    EXPECT_THAT(dog_.stuck(), ElementsAre(HasSubstr("source 'x'"), HasSubstr("the writer has work")));
}

}  // namespace
}  // namespace maillon::hub
