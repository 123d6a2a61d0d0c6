#include "core/hub/schedules.h"

#include "core/base/time.h"
#include "core/config/load.h"
#include "core/journal/sql_journal.h"
#include "core/observe/testing/captured_log.h"
#include "core/store/books.h"
#include "core/store/state.h"
#include "core/store/store.h"
#include "tests/unit/db/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maillon::hub {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TimePoint at(const std::string& text) {
    return parse_rfc3339(text).value();
}

/// Lives of the schedules of one configuration on one store, with a clock that the test moves.
class SchedulesTest : public ::testing::Test {
protected:
    ~SchedulesTest() override {
        if (database_) {
            const auto wrong =
                database_->read([](db::Reader& reader) { return store::Books::check(reader); }).value();
            EXPECT_THAT(wrong, IsEmpty());
        }
    }
    void live(const std::string& schedule) {
        schedules_.reset();
        journal_.reset();
        database_.reset();
        auto opened = store::open({.url = folder_.url(), .clock = &clock_});
        ASSERT_TRUE(opened) << opened.error().what;
        database_ = std::move(*opened);
        journal_ = std::make_unique<SqlJournal>(*database_);
        // Nobody routes here: all that came is still to be routed.
        const auto unrouted = database_->run([](db::Unit& unit) {
            return store::Positions::set(unit, store::Positions::kRouted, EventSeq{});
        });
        ASSERT_TRUE(unrouted);
        const auto loaded =
            config::load_texts({{"maillon.yaml", "routes:\n  nightly:\n    from: " + schedule +
                                                     "\n    steps: [ { drop: a } ]\n"}},
                               "/etc", {});
        ASSERT_TRUE(loaded.ok()) << config::render(loaded.diagnostics, *loaded.sources);
        schedules_ = std::make_unique<Schedules>(
            Schedules::Parts{*database_, *journal_, clock_, log_, [this] { ++told_; }});
        const auto done = schedules_->load(loaded.config->routes);
        ASSERT_TRUE(done) << done.error().what;
    }
    void go_to(const std::string& time) { clock_.advance(at(time) - clock_.now()); }
    std::optional<TimePoint> tick() { return schedules_->tick().value(); }
    /// The scheduled times that came, the oldest first.
    std::vector<std::string> came() {
        std::vector<std::string> out;
        for (const auto& event : journal_->read(EventSeq{}, 100).value())
            out.emplace_back(*event.body.at("scheduled")->string());
        return out;
    }

    test::TemporaryFolder folder_;
    FakeClock clock_{at("2026-09-14T12:00:00Z")};
    ::maillon::testing::CapturedLog log_;
    std::unique_ptr<db::Database> database_;
    std::unique_ptr<SqlJournal> journal_;
    std::unique_ptr<Schedules> schedules_;
    int told_ = 0;
};

TEST_F(SchedulesTest, ATimeBecomesOneEventOfTheHub) {
    live("{ cron: \"0 3 * * *\", zone: Europe/Paris }");
    EXPECT_EQ(tick(), at("2026-09-15T01:00:00Z"));
    EXPECT_THAT(came(), IsEmpty()) << "a schedule begins when it is first seen";

    go_to("2026-09-15T01:00:00Z");
    EXPECT_EQ(tick(), at("2026-09-16T01:00:00Z"));
    tick();

    EXPECT_THAT(came(), ElementsAre("2026-09-15T01:00:00Z"));
    EXPECT_EQ(told_, 1);
    const auto event = journal_->by_seq(EventSeq{1}).value().value();
    EXPECT_EQ(event.meta.id, "cron/nightly/2026-09-15T01:00:00Z");
    EXPECT_EQ(event.meta.connector, "hub");
    EXPECT_EQ(event.meta.type, "hub.cron.due");
    EXPECT_EQ(event.body.at("route")->string(), "nightly");
}

TEST_F(SchedulesTest, ARestartDoesNotRepeatATime) {
    live("{ cron: \"0 3 * * *\", catch_up: 12h }");
    go_to("2026-09-15T03:00:01Z");
    tick();
    live("{ cron: \"0 3 * * *\", catch_up: 12h }");
    tick();
    EXPECT_THAT(came(), ElementsAre("2026-09-15T03:00:00Z"));
}

TEST_F(SchedulesTest, AMissedTimeIsMadeUpOnceAndOnlyTheLastOfSeveral) {
    live("{ cron: \"0 * * * *\", catch_up: 3h }");
    go_to("2026-09-15T03:30:00Z");
    live("{ cron: \"0 * * * *\", catch_up: 3h }");
    tick();
    tick();
    EXPECT_THAT(came(), ElementsAre("2026-09-15T03:00:00Z"));
}

TEST_F(SchedulesTest, AMissedTimeThatIsTooOldIsLeftOut) {
    for (const std::string catch_up : {"", ", catch_up: 1h"}) {
        live("{ cron: \"0 3 * * *\"" + catch_up + " }");
        go_to("2026-09-15T04:30:00Z");
        live("{ cron: \"0 3 * * *\"" + catch_up + " }");
        EXPECT_EQ(tick(), at("2026-09-16T03:00:00Z"));
        EXPECT_THAT(came(), IsEmpty());
    }
}

TEST_F(SchedulesTest, AClockThatIsSetBackRepeatsNothing) {
    live("{ cron: \"*/10 * * * *\" }");
    go_to("2026-09-14T12:10:00Z");
    tick();
    clock_.advance(-minutes{9});
    tick();
    go_to("2026-09-14T12:10:30Z");
    tick();
    go_to("2026-09-14T12:20:00Z");
    tick();
    EXPECT_THAT(came(), ElementsAre("2026-09-14T12:10:00Z", "2026-09-14T12:20:00Z"));
}

TEST_F(SchedulesTest, AClockThatWasAheadSilencesNothingWhenItIsSetBack) {
    live("{ cron: \"0 * * * *\" }");
    go_to("2026-09-14T13:00:00Z");
    tick();
    go_to("2026-09-15T13:00:00Z");  // a day ahead
    tick();
    go_to("2026-09-14T13:30:00Z");
    EXPECT_EQ(tick(), at("2026-09-14T14:00:00Z"));
    go_to("2026-09-14T14:00:00Z");
    tick();
    go_to("2026-09-15T13:00:00Z");
    tick();
    go_to("2026-09-15T14:00:00Z");
    tick();
    EXPECT_THAT(came(), ElementsAre("2026-09-14T13:00:00Z", "2026-09-15T13:00:00Z", "2026-09-14T14:00:00Z",
                                    "2026-09-15T14:00:00Z"));
}

TEST_F(SchedulesTest, TwoSchedulesOfARouteThatNameOneMomentAreOneEvent) {
    live("[ { cron: \"0 3 * * *\" }, { cron: \"0 3 * * 2\" } ]");
    go_to("2026-09-15T03:00:00Z");
    tick();
    EXPECT_THAT(came(), ElementsAre("2026-09-15T03:00:00Z"));
}

TEST_F(SchedulesTest, TheThreadStartsAndStops) {
    live("{ cron: \"* * * * *\" }");
    schedules_->start();
    schedules_->stop();
    EXPECT_THAT(log_.of("schedules.trouble"), IsEmpty());
}

}  // namespace
}  // namespace maillon::hub
