#include "core/hub/checked_books.h"

#include "core/store/store.h"
#include "tests/unit/db/temporary_folder.h"

#include <gtest/gtest.h>

namespace maillon::hub {
namespace {

/// Each look at it takes a while: so does a check.
class SlowClock final : public Clock {
public:
    TimePoint now() const override { return real_.now(); }
    SteadyPoint steady() const override {
        real_.advance(step);
        return real_.steady();
    }
    void advance(std::chrono::milliseconds by) { real_.advance(by); }

    std::chrono::milliseconds step{};

private:
    mutable FakeClock real_;
};

class CheckedBooksTest : public ::testing::Test {
protected:
    CheckedBooksTest() : database_(store::open({.url = folder_.url(), .clock = &store_clock_}).value()) {}

    bool are_wrong() {
        return !database_->read([&](db::Reader& reader) { return books_.look(reader); })
                    .value()
                    .wrong.empty();
    }
    void spoil() {
        ASSERT_TRUE(database_->run(
            [](db::Unit& unit) { return store::Books::add(unit, "r", store::RunBook{.started = 1}); }));
    }

    test::TemporaryFolder folder_;
    FakeClock store_clock_;
    SlowClock clock_;
    std::unique_ptr<db::Database> database_;
    CheckedBooks books_{clock_};
};

TEST_F(CheckedBooksTest, AreCheckedEachTimeWhereThatTakesNoTime) {
    EXPECT_FALSE(are_wrong());
    spoil();
    EXPECT_TRUE(are_wrong());
}

TEST_F(CheckedBooksTest, AreCheckedAnewWhenTwentyTimesAsMuchTimeHasPassedAsACheckTakes) {
    clock_.step = std::chrono::milliseconds{100};
    EXPECT_FALSE(are_wrong());
    spoil();
    EXPECT_FALSE(are_wrong()) << "as they were";
    clock_.advance(std::chrono::milliseconds{1'600});
    EXPECT_FALSE(are_wrong());
    clock_.advance(std::chrono::milliseconds{200});
    EXPECT_TRUE(are_wrong());
}

TEST_F(CheckedBooksTest, AreNeverOlderThanAMinute) {
    clock_.step = std::chrono::milliseconds{30'000};
    EXPECT_FALSE(are_wrong());
    spoil();
    EXPECT_FALSE(are_wrong());
    clock_.advance(std::chrono::milliseconds{31'000});
    EXPECT_TRUE(are_wrong());
}

}  // namespace
}  // namespace maillon::hub
