#include "tests/unit/db/postgres_fixture.h"

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <future>
#include <mutex>
#include <thread>

namespace maillon::db {
namespace {

using test::Pairs;
using testing::ElementsAre;
using testing::HasSubstr;

/// Tells whether the connection is there, as the hub learns of it.
class Line {
public:
    void operator()(bool is_up, const std::string&) {
        const std::lock_guard lock(mutex_);
        (is_up ? ups_ : downs_)++;
        changed_.notify_all();
    }
    void wait_for(int downs, int ups) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return downs_ >= downs && ups_ >= ups; });
    }
    int downs() {
        const std::lock_guard lock(mutex_);
        return downs_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int downs_ = 0, ups_ = 0;
};

class PostgresFaultsTest : public PostgresTest {
protected:
    /// Writes three units, and again each that failed; what came of the first attempts.
    std::set<std::int64_t> tell(FailAt& fail, std::set<std::int64_t>& on_disk) {
        std::set<std::int64_t> acknowledged;
        auto mine = options();
        mine.inject = std::ref(fail);
        auto database = Database::open(std::move(mine));
        EXPECT_TRUE(database) << database.error().what;
        if (!database) return {};
        for (std::int64_t n = 1; n <= 3; ++n) {
            const auto done = (*database)->run([n](Unit& unit) { return Pairs::put(unit, n); });
            if (done) acknowledged.insert(n);
            EXPECT_TRUE(done || done.error().kind == FaultKind::retry) << done.error().what;
        }
        EXPECT_FALSE((*database)->broken());
        database->reset();
        auto again = open();
        EXPECT_TRUE(again) << again.error().what;
        on_disk = Pairs::lefts(**again);
        EXPECT_EQ(on_disk, Pairs::rights(**again)) << "half a unit";
        return acknowledged;
    }
};

TEST_F(PostgresFaultsTest, AConnectionCutBeforeAnyStepIsOpenedAgainAndEveryUnitKnowsItsFate) {
    for (int n = 0;; ++n) {
        url_ = server_->new_schema();
        FailAt fail(n, Injected::cut);
        std::set<std::int64_t> on_disk;

        const auto acknowledged = tell(fail, on_disk);

        EXPECT_EQ(acknowledged, on_disk) << "step " << n;
        if (!fail.fired()) {
            EXPECT_GE(n, 12) << "three units have at least four steps each";
            EXPECT_EQ(acknowledged.size(), 3u);
            break;
        }
        EXPECT_EQ(acknowledged.size(), 2u) << "step " << n << ": the one that was cut off is to be repeated";
    }
}

TEST_F(PostgresFaultsTest, AnAnswerThatIsLostOnTheWayIsAskedForAfterwards) {
    int known_in_spite = 0;
    for (int n = 0;; ++n) {
        url_ = server_->new_schema();
        FailAt fail(n, Injected::cut_after);
        std::set<std::int64_t> on_disk;

        const auto acknowledged = tell(fail, on_disk);

        EXPECT_EQ(acknowledged, on_disk) << "step " << n;
        if (!fail.fired()) break;
        known_in_spite += acknowledged.size() == 3 ? 1 : 0;
    }

    EXPECT_EQ(known_in_spite, 3) << "three COMMITs arrived, and their answers did not";
}

TEST_F(PostgresFaultsTest, AnIdleConnectionThatIsLostIsNoticedAndOpenedAgain) {
    auto mine = options();
    Line line;
    mine.heartbeat = std::chrono::milliseconds{20};
    mine.on_connection = std::ref(line);
    auto database = Database::open(std::move(mine));
    ASSERT_TRUE(database);

    end_sessions();
    line.wait_for(1, 1);

    EXPECT_EQ((*database)->trouble(), "");
    EXPECT_TRUE((*database)->run([](Unit& unit) { return Pairs::put(unit, 1); }));
    EXPECT_THAT(Pairs::lefts(**database), ElementsAre(1));
}

TEST_F(PostgresFaultsTest, AServerThatLetsNobodyInAnyMoreIsWaitedForToo) {
    auto mine = options();
    Line line;
    mine.on_connection = std::ref(line);
    auto database = Database::open(std::move(mine));
    ASSERT_TRUE(database);
    server_->sql("ALTER ROLE maillon RENAME TO somebody");

    const auto unread = (*database)->read([](Reader&) -> Result<void> { return {}; });
    end_sessions();
    const auto refused = (*database)->run([](Unit& unit) { return Pairs::put(unit, 1); });
    line.wait_for(1, 0);
    const auto told = (*database)->run([](Unit& unit) { return Pairs::put(unit, 2); });
    const auto trouble = (*database)->trouble();
    server_->sql("ALTER ROLE somebody RENAME TO maillon");
    line.wait_for(1, 1);

    for (const auto* result : {&unread, &refused, &told}) {
        ASSERT_FALSE(*result);
        EXPECT_EQ(result->error().kind, FaultKind::retry) << result->error().what;
    }
    EXPECT_THAT(trouble, HasSubstr("role \"maillon\" does not exist; create it first"));
    EXPECT_TRUE((*database)->run([](Unit& unit) { return Pairs::put(unit, 3); }));
    EXPECT_THAT(Pairs::lefts(**database), ElementsAre(3));
}

TEST_F(PostgresFaultsTest, WhileTheServerIsAwayUnitsAreRefusedAndAfterwardsKept) {
    auto mine = options();
    Line line;
    mine.on_connection = std::ref(line);
    auto database = Database::open(std::move(mine));
    ASSERT_TRUE(database);
    ASSERT_TRUE((*database)->run([](Unit& unit) { return Pairs::put(unit, 1); }));
    ASSERT_THAT(Pairs::lefts(**database), ElementsAre(1)) << "and leaves a reader's connection behind";

    server_->stop(SIGINT);
    for (int n = 2; n < 5; ++n) {
        const auto refused = (*database)->run([n](Unit& unit) { return Pairs::put(unit, n); });
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, FaultKind::retry);
    }
    EXPECT_FALSE((*database)->read([](Reader&) -> Result<void> { return {}; }));
    line.wait_for(1, 0);
    EXPECT_THAT((*database)->trouble(), HasSubstr("cannot be reached"));
    server_->start();
    line.wait_for(1, 1);

    EXPECT_EQ((*database)->trouble(), "");
    EXPECT_TRUE((*database)->run([](Unit& unit) { return Pairs::put(unit, 9); }));
    EXPECT_THAT(Pairs::lefts(**database), ElementsAre(1, 9));
    EXPECT_EQ(line.downs(), 1);
}

/// The copy is one that never comes: whatever asks for it waits in its COMMIT until the server is told to do
/// without.
TEST_F(PostgresFaultsTest, ACommitCutOffWhileItWaitsForACopyIsNotAcknowledgedUntilTheCopyHasIt) {
    const auto wait_for_copy = [&](const std::string& name) {
        server_->sql("ALTER SYSTEM SET synchronous_standby_names = '" + name + "'");
        server_->sql("SELECT pg_reload_conf()");
    };
    const auto sessions_that_wait = [&] {
        std::this_thread::sleep_for(std::chrono::milliseconds{1});  // it can only be asked
        return server_->sql("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    };
    auto database = open();
    ASSERT_TRUE(database) << database.error().what;
    std::atomic<int> acknowledged{0};
    int asked = 0;
    wait_for_copy("away");
    auto sessions = sessions_that_wait();
    for (; sessions.empty(); sessions = sessions_that_wait()) {  // the setting takes its time
        if (acknowledged < asked) continue;
        (*database)->submit([n = ++asked](Unit& unit) { return Pairs::put(unit, n); },
                            [&](const Result<void>& outcome) { acknowledged += outcome ? 1 : 0; });
    }

    server_->sql("SELECT pg_terminate_backend(" + sessions.front() + ", 5000)");
    while (acknowledged < asked && sessions_that_wait().empty()) {
    }

    EXPECT_EQ(acknowledged, asked - 1) << "only this server has the last one";
    wait_for_copy("");
    (*database)->close();
    EXPECT_EQ(acknowledged, asked);
}

TEST_F(PostgresFaultsTest, ClosingWhileTheServerIsAwayDoesNotHang) {
    auto database = open();
    ASSERT_TRUE(database);
    server_->stop(SIGQUIT);

    std::atomic<int> refused{0};
    for (int n = 0; n < 10; ++n)
        (*database)->submit([n](Unit& unit) { return Pairs::put(unit, n); },
                            [&](const Result<void>& outcome) { refused += outcome ? 0 : 1; });
    (*database)->close();
    server_->start();

    EXPECT_EQ(refused, 10);
}

TEST_F(PostgresFaultsTest, AnUndecidedCommitKeepsWhoIsAboutToCloseForAFewAttemptsOnlyAndNothingIsBuiltOnIt) {
    auto mine = options();
    bool crashes = true;
    Line line;
    mine.on_connection = std::ref(line);
    mine.inject = [&](Step step) {
        if (step == Step::commit && std::exchange(crashes, false)) server_->stop(SIGQUIT);
        return Injected::none;
    };
    auto database = Database::open(std::move(mine));
    ASSERT_TRUE(database);
    auto undecided = std::async(
        std::launch::async, [&] { return (*database)->run([](Unit& unit) { return Pairs::put(unit, 1); }); });
    line.wait_for(1, 0);

    (*database)->close_soon();

    EXPECT_FALSE(undecided.get());
    server_->start();
    EXPECT_FALSE((*database)->run([](Unit& unit) { return Pairs::put(unit, 2); }));
    EXPECT_NE((*database)->trouble(), "");
    database->reset();
    auto again = open();
    ASSERT_TRUE(again) << again.error().what;
    EXPECT_FALSE(Pairs::lefts(**again).contains(2));
}

/// Threads that write numbered units, each again and again until it is acknowledged, until they are stopped.
class Load {
public:
    explicit Load(Database& database) : database_(database) {
        for (int t = 0; t < 3; ++t) threads_.emplace_back([this, t] { write(t * 1'000'000); });
    }
    void stop() {
        stopped_ = true;
        for (auto& thread : threads_) thread.join();
        threads_.clear();
    }
    /// Waits until so many more are acknowledged.
    void wait_for(int more) {
        const int goal = acknowledged_ + more;
        for (auto now = acknowledged_.load(); now < goal; now = acknowledged_.load()) acknowledged_.wait(now);
    }
    std::size_t acknowledged() const { return static_cast<std::size_t>(acknowledged_); }
    /// Units that were kept though their owner was told otherwise: their number is there already.
    int doubled() const { return doubled_; }

private:
    void write(std::int64_t n) {
        for (; !stopped_; ++n) {
            Result<void> outcome = retry("not tried yet");
            while (!outcome && outcome.error().kind == FaultKind::retry)
                outcome = database_.run([n](Unit& unit) { return Pairs::put(unit, n); });
            if (!outcome) {
                ++doubled_;
                ADD_FAILURE() << outcome.error().what;
            }
            ++acknowledged_;
            acknowledged_.notify_all();
        }
    }

    Database& database_;
    std::atomic<bool> stopped_{false};
    std::atomic<int> acknowledged_{0}, doubled_{0};
    std::vector<std::thread> threads_;
};

void expect_whole(Database& database, const Load& load) {
    EXPECT_EQ(load.doubled(), 0);
    const auto lefts = Pairs::lefts(database);
    EXPECT_EQ(lefts.size(), load.acknowledged());
    EXPECT_EQ(lefts, Pairs::rights(database));
}

TEST_F(PostgresFaultsTest, UnderLoadAServerThatCrashesAgainAndAgainLosesNothingAndDoublesNothing) {
    auto database = open();
    ASSERT_TRUE(database);
    Load load(**database);

    for (int crash = 0; crash < 5; ++crash) {
        load.wait_for(100);
        server_->stop(SIGQUIT);
        server_->start();
    }
    load.wait_for(1);
    load.stop();

    EXPECT_GE((*database)->counters().reconnects, 5u);
    expect_whole(**database, load);
}

TEST_F(PostgresFaultsTest, UnderLoadSessionsThatAreEndedAgainAndAgainLoseNothingAndDoubleNothing) {
    constexpr int kEnds = 25;
    auto mine = options();
    Line line;
    mine.on_connection = std::ref(line);
    auto database = Database::open(std::move(mine));
    ASSERT_TRUE(database);
    Load load(**database);

    for (int end = 1; end <= kEnds; ++end) {
        load.wait_for(20);
        end_sessions();
        line.wait_for(end, end);
    }
    load.stop();

    EXPECT_EQ((*database)->counters().reconnects, static_cast<unsigned>(kEnds));
    expect_whole(**database, load);
}

}  // namespace
}  // namespace maillon::db
