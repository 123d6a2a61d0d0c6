#include "core/deliver/budgets.h"

#include "core/base/time.h"
#include "tests/unit/deliver/budgets_fixture.h"

#include <limits>

namespace maillon::deliver {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::HasSubstr;

TEST_F(BudgetsTest, ABurstGoesAtOnceAndTheRestIsSpreadSoThatNoTimeSeesMoreThanTheLimit) {
    calls(100, 40);
    std::vector<std::pair<TimePoint, int>> gone;
    int all = 0;
    for (int minute = 0; minute < 120; ++minute, clock_.advance(minutes{1})) {
        const int now_taken = taken();
        gone.emplace_back(now(), now_taken);
        all += now_taken;
        int in_window = 0;
        for (const auto& [at, count] : gone) in_window += at > now() - minutes{15} ? count : 0;
        ASSERT_LE(in_window, 100) << "in the quarter of an hour before minute " << minute;
    }
    EXPECT_EQ(gone.front().second, 40);
    EXPECT_GE(all, 40 + 4 * 119 - 1) << "and what is allowed is not wasted";
}

TEST_F(BudgetsTest, TheMomentThatIsSaidIsTheMomentAtWhichItGoes) {
    calls(100, 40);
    EXPECT_EQ(taken(), 40);
    const auto wait = budgets_->take("crm", "create", {}, Priority::person);
    ASSERT_TRUE(wait);
    EXPECT_THAT(wait->why, HasSubstr("budget 'quarter' is used up until "));
    clock_.advance(wait->until - now() - milliseconds{1});
    EXPECT_EQ(taken(), 0);
    clock_.advance(milliseconds{1});
    EXPECT_EQ(taken(), 1);
}

TEST_F(BudgetsTest, APersonMayUseAllOthersLeaveSomething) {
    calls(200, 100);
    EXPECT_EQ(taken(Priority::background), 50);
    EXPECT_EQ(taken(Priority::normal), 40);
    EXPECT_EQ(taken(Priority::person), 10);
}

TEST_F(BudgetsTest, MoneyIsCountedByTheDayAndPollsCostToo) {
    go_to("2026-03-01T22:00:00Z");
    money(1.0);
    EXPECT_FALSE(budgets_->take("crm", "poll", {}, Priority::person));
    EXPECT_EQ(taken(), 3) << "0.10 and three times 0.25";
    const auto wait = budgets_->take("crm", "create", {}, Priority::person);
    ASSERT_TRUE(wait);
    EXPECT_EQ(wait->until, parse_rfc3339("2026-03-02T00:00:00Z").value());
    EXPECT_FALSE(budgets_->take("crm", "poll", {}, Priority::person)) << "there is enough for that";
    EXPECT_FALSE(budgets_->take("crm", "upsert", {}, Priority::person)) << "it costs nothing";
    clock_.advance(hours{2});
    EXPECT_EQ(taken(), 4);
}

TEST_F(BudgetsTest, ARestartSpendsNothingTwice) {
    go_to("2026-03-01T10:00:00Z");
    money(1.0);
    EXPECT_EQ(taken(Priority::person, 3), 3);
    keep();
    make();
    load();
    EXPECT_EQ(taken(), 1);
    keep();
    make();
    load();
    EXPECT_EQ(taken(), 0);
    clock_.advance(hours{14});
    EXPECT_EQ(taken(), 4) << "the next day";
}

TEST_F(BudgetsTest, AClockThatIsSetBackGivesNothing) {
    calls(10, 5);
    EXPECT_EQ(taken(), 5);
    clock_.advance(-hours{3});
    EXPECT_EQ(taken(), 0);
    clock_.advance(std::chrono::minutes{15});
    EXPECT_EQ(taken(), 5) << "and need not be waited for until it was as late again";
}

TEST_F(BudgetsTest, MoneyBeginsAnewATimeLaterAtTheMostHoweverFarAheadTheClockWas) {
    using std::chrono::days;
    money(0.5);
    for (const auto ahead : {days{1}, days{3650}}) {
        go_to(to_rfc3339(now() + ahead));
        EXPECT_EQ(taken(), 2);
        clock_.advance(-ahead);
        EXPECT_EQ(taken(), 0) << "what was used stays used";
        const auto tonight = std::chrono::floor<days>(now()) + days{1};
        EXPECT_EQ(budgets_->states().front().until, tonight + days{1});
        clock_.advance(tonight - now());
        EXPECT_EQ(taken(), 0) << "the day that was ahead has been used";
        clock_.advance(days{1});
        EXPECT_EQ(taken(), 2);
        clock_.advance(days{1});
    }
}

TEST_F(BudgetsTest, WhatAClockThatWasAheadLeftInTheStoreIsMendedThere) {
    go_to("2026-03-01T10:00:00Z");
    money(1.0);
    clock_.advance(hours{24 * 366});
    EXPECT_EQ(taken(), 4);
    keep();
    clock_.advance(-hours{24 * 366});

    make();
    load();
    EXPECT_EQ(taken(), 0);
    keep();
    clock_.advance(hours{14 + 24});
    make();
    load();
    EXPECT_EQ(taken(), 4) << "a later start finds it mended in the store";
}

TEST_F(BudgetsTest, WhatTheServiceSaysHoldsForAllInstancesOfTheCredential) {
    make();
    budgets_->add_instance("x1", "twitter token");
    budgets_->add_instance("x2", "twitter token");
    budgets_->add_instance("other", "twitter another");
    budgets_->observe("x1", "x:post", 99, 100, now() + minutes{10});
    const auto may = [&](const std::string& instance, Priority priority) {
        return !budgets_->take(instance, "reply", "x:post", priority);
    };
    EXPECT_FALSE(may("x2", Priority::normal)) << "what is left is for persons";
    EXPECT_TRUE(may("x2", Priority::person));
    EXPECT_FALSE(may("x1", Priority::person)) << "that was the hundredth";
    EXPECT_TRUE(may("other", Priority::normal));
    clock_.advance(minutes{10});
    EXPECT_TRUE(may("x1", Priority::background));
}

TEST_F(BudgetsTest, AServiceThatNamesAMomentInAThousandYearsIsWaitedForAMonth) {
    make();
    budgets_->observe("crm", "x:post", 100, 100, from_millis(std::numeric_limits<std::int64_t>::max()));

    const auto wait = budgets_->take("crm", "reply", "x:post", Priority::person);

    ASSERT_TRUE(wait);
    EXPECT_EQ(wait->until, now() + std::chrono::days{31});
    EXPECT_THAT(wait->why, HasSubstr("the service's limit 'x:post' is used up until 2026-"));
}

TEST_F(BudgetsTest, FiguresThatAreNoneStopNothing) {
    make();
    const auto none = std::numeric_limits<double>::quiet_NaN();
    budgets_->observe("crm", "x:post", none, 100, now() + minutes{10});
    EXPECT_FALSE(budgets_->take("crm", "reply", "x:post", Priority::person));
    budgets_->observe("crm", "x:post", 100, none, now() + minutes{10});
    EXPECT_FALSE(budgets_->take("crm", "reply", "x:post", Priority::person));
}

TEST_F(BudgetsTest, WhatIsGivenBackIsThereAgain) {
    go_to("2026-03-01T23:59:00Z");
    money(1.0);
    EXPECT_EQ(taken(), 4);
    const auto before = now();
    budgets_->give_back("crm", "create", {}, before);
    EXPECT_EQ(taken(), 1);

    clock_.advance(minutes{2});
    EXPECT_EQ(taken(Priority::person, 3), 3) << "the next day";
    budgets_->give_back("crm", "create", {}, before);
    EXPECT_EQ(taken(), 1) << "what was taken yesterday is not missing today";
}

TEST_F(BudgetsTest, WhatIsGivenBackOfAServicesLimitIsNoMoreThanWasTakenSinceItSpoke) {
    make();
    const auto may = [&] { return !budgets_->take("crm", "reply", "x:post", Priority::person); };
    budgets_->observe("crm", "x:post", 99, 100, now() + minutes{10});
    EXPECT_TRUE(may());
    EXPECT_FALSE(may());
    budgets_->give_back("crm", "reply", "x:post", now());
    EXPECT_TRUE(may());

    budgets_->observe("crm", "x:post", 100, 100, now() + minutes{10});
    budgets_->give_back("crm", "reply", "x:post", now());
    EXPECT_FALSE(may()) << "the service has counted what it was sent";
}

}  // namespace
}  // namespace maillon::deliver
