#include "core/hub/eraser.h"

#include "tests/unit/hub/person_scene.h"

#include <thread>

namespace maillon::hub {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using store::ErasureState;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// The thread that works off erasures, where the file cannot be written anew for lack of room.
class EraserTest : public PersonScene {
protected:
    store::ErasureRow begin(const std::string& what) {
        auto row = erasing().begin(*find(what), "tester", "asked for it");
        EXPECT_TRUE(row);
        return *row;
    }
    /// Meanwhile it gets its moments in which nothing moves.
    void wait_for(Eraser& eraser, const store::ErasureRow& row, ErasureState state) {
        const auto now = [&] {
            return read([&](db::Reader& reader) { return store::Erasures::by_id(reader, row.id); })->state;
        };
        for (; now() != state; std::this_thread::yield())
            if (eraser.wants_quiet()) eraser.be_quiet();
    }

    ::maillon::testing::CapturedLog log_;
};

TEST_P(EraserTest, ItTellsWhatToDoGoesOnWithOthersAndEndsWhenThereIsRoom) {
    if (!is_sqlite()) GTEST_SKIP() << "the room of a server is its own";
    people_write();
    free_bytes_ = 1;
    const auto anne = begin("x:4711");
    Eraser eraser({*database_, *journal_, clock_, log_, *erased_, [this] { return people_; }});
    eraser.start();
    wait_for(eraser, anne, ErasureState::compacting);
    while (eraser.state().trouble.empty()) std::this_thread::yield();

    EXPECT_THAT(
        eraser.state().trouble,
        AllOf(HasSubstr("the erased bytes are still in the database file: no room to write the store anew"),
              HasSubstr("make room there")));
    const auto told = log_.of("erasure.trouble");
    EXPECT_EQ(told.front().fields.at("reason"), eraser.state().trouble);
    EXPECT_EQ(told.front().fields.at("next_try_s"), "60");

    const auto bob = begin("x:4712");
    eraser.wake();
    wait_for(eraser, bob, ErasureState::compacting);

    free_bytes_ = std::int64_t{1} << 40;
    eraser.wake();
    wait_for(eraser, anne, ErasureState::done);
    wait_for(eraser, bob, ErasureState::done);
}

TEST(EraserPause, IsLongerAfterEachFailureAndLongestWhereATryIsDear) {
    const auto small = retry("the connection is lost");
    EXPECT_EQ(Eraser::pause_after(small, 1), seconds{2});
    EXPECT_EQ(Eraser::pause_after(small, 2), seconds{4});
    EXPECT_EQ(Eraser::pause_after(small, 1'000), seconds{64});

    const Fault dear{FaultKind::retry, "no room", minutes{1}};
    EXPECT_EQ(Eraser::pause_after(dear, 1), minutes{1});
    EXPECT_EQ(Eraser::pause_after(dear, 3), minutes{4});
    EXPECT_EQ(Eraser::pause_after(dear, 1'000), minutes{32});
}

MAILLON_ON_EVERY_STORE(EraserTest);

}  // namespace
}  // namespace maillon::hub
