#include "tests/unit/db/postgres_fixture.h"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

namespace maillon::db {
namespace {

using test::Pairs;
using testing::ElementsAre;
using testing::HasSubstr;

/// One host is active; others are refused, or wait.
class PostgresStandbyTest : public PostgresTest {};

TEST_F(PostgresStandbyTest, ASecondHubIsRefusedWithASentence) {
    auto first = open();
    ASSERT_TRUE(first) << first.error().what;

    auto second = open();

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, FaultKind::config);
    EXPECT_THAT(second.error().what, HasSubstr("in use by another hub"));
    EXPECT_THAT(second.error().what, HasSubstr("process " + std::to_string(::getpid())));
}

TEST_F(PostgresStandbyTest, HubsInDifferentSchemasDoNotMeet) {
    auto first = open();
    ASSERT_TRUE(first);
    url_ = server_->new_schema();

    EXPECT_TRUE(open());
}

TEST_F(PostgresStandbyTest, AStandByWaitsAndTakesOverWhenTheFirstCloses) {
    auto first = open();
    ASSERT_TRUE(first);
    ASSERT_TRUE((*first)->run([](Unit& unit) { return Pairs::put(unit, 1); }));
    auto waiting = options();
    std::vector<std::string> told;
    waiting.on_held = [&](const std::string& who) {
        told.push_back(who);
        if (told.size() == 3) (*first)->close();
        return true;
    };

    auto second = Database::open(std::move(waiting));

    ASSERT_TRUE(second) << second.error().what;
    EXPECT_GE(told.size(), 3u) << "the server may let go a moment later";
    EXPECT_THAT(told[0], HasSubstr("process " + std::to_string(::getpid())));
    EXPECT_THAT(Pairs::lefts(**second), ElementsAre(1));
    EXPECT_TRUE((*second)->run([](Unit& unit) { return Pairs::put(unit, 2); }));
}

TEST_F(PostgresStandbyTest, AStandByMayGiveUp) {
    auto first = open();
    ASSERT_TRUE(first);
    auto waiting = options();
    waiting.on_held = [](const std::string&) { return false; };

    auto second = Database::open(std::move(waiting));

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, FaultKind::cancelled);
}

TEST_F(PostgresStandbyTest, AStandByGoesOnWaitingWhileTheServerIsAway) {
    auto first = open();
    ASSERT_TRUE(first);
    auto waiting = options();
    std::vector<std::string> told;
    waiting.on_held = [&](const std::string& why) {
        told.push_back(why);
        if (told.size() == 1) server_->stop(SIGINT);
        if (told.size() == 1) (*first)->close();
        if (told.size() == 3) server_->start();
        return true;
    };

    auto second = Database::open(std::move(waiting));

    ASSERT_TRUE(second) << second.error().what;
    EXPECT_GE(told.size(), 3u);
    EXPECT_TRUE((*second)->run([](Unit& unit) { return Pairs::put(unit, 1); }));
}

TEST_F(PostgresStandbyTest, AStandByTakesOverFromAProcessThatWasKilled) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const auto child = ::fork();
    if (child == 0) {
        auto active = open();
        const bool kept = active && (*active)->run([](Unit& unit) { return Pairs::put(unit, 1); });
        (void)!::write(pipe[1], kept ? "y" : "n", 1);
        ::pause();
        ::_exit(0);
    }
    char kept = 0;
    ASSERT_EQ(::read(pipe[0], &kept, 1), 1);
    ASSERT_EQ(kept, 'y');
    auto waiting = options();
    bool was_held = false;
    waiting.on_held = [&](const std::string& who) {
        if (was_held) return true;
        EXPECT_THAT(who, HasSubstr("process " + std::to_string(child)));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        return was_held = true;
    };

    auto second = Database::open(std::move(waiting));

    ASSERT_TRUE(second) << second.error().what;
    EXPECT_TRUE(was_held);
    EXPECT_THAT(Pairs::lefts(**second), ElementsAre(1));
    for (const int end : pipe) ::close(end);
}

TEST_F(PostgresStandbyTest, AHostWhoseStoreWasTakenOverMeanwhileEnds) {
    auto mine = options();
    mine.heartbeat = std::chrono::hours{1};
    std::atomic<int> broken{0};
    std::string why;
    mine.on_broken = [&](const Fault& fault) {
        why = fault.what;
        ++broken;
    };
    auto first = Database::open(std::move(mine));
    ASSERT_TRUE(first);
    ASSERT_TRUE((*first)->run([](Unit& unit) { return Pairs::put(unit, 1); }));
    end_sessions();
    {
        auto second = open();
        ASSERT_TRUE(second) << second.error().what;
        ASSERT_TRUE((*second)->run([](Unit& unit) { return Pairs::put(unit, 2); }));
    }

    // Refused when the loss shows, or when it has become plain that the store went over to another.
    EXPECT_FALSE((*first)->run([](Unit& unit) { return Pairs::put(unit, 3); }));
    EXPECT_FALSE((*first)->run([](Unit& unit) { return Pairs::put(unit, 4); }));
    first->reset();

    EXPECT_EQ(broken, 1);
    EXPECT_THAT(why, HasSubstr("taken over"));
    auto third = open();
    ASSERT_TRUE(third);
    EXPECT_THAT(Pairs::lefts(**third), ElementsAre(1, 2));
}

TEST_F(PostgresStandbyTest, ManyThatMeetAnEmptySchemaBuildItOnce) {
    std::atomic<int> opened{0};
    std::vector<std::string> faults(6);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < faults.size(); ++i)
        threads.emplace_back([&, i] {
            auto waiting = options();
            waiting.on_held = [](const std::string&) { return true; };
            auto database = Database::open(std::move(waiting));
            if (!database) faults[i] = database.error().what;
            if (!database) return;
            const auto n = static_cast<std::int64_t>(i);
            if ((*database)->run([n](Unit& unit) { return Pairs::put(unit, n); })) ++opened;
        });
    for (auto& thread : threads) thread.join();

    EXPECT_THAT(faults, testing::Each(""));
    EXPECT_EQ(opened, 6);
    auto database = open();
    ASSERT_TRUE(database);
    EXPECT_EQ(Pairs::rights(**database).size(), 6u);
}

}  // namespace
}  // namespace maillon::db
