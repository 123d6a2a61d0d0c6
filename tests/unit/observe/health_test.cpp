#include "core/observe/health.h"

#include <gtest/gtest.h>

namespace maillon {
namespace {

using namespace std::chrono_literals;

class HealthTest : public ::testing::Test {
protected:
    FakeClock clock_;
    Health health_{clock_};
};

TEST_F(HealthTest, IsAliveButNotReadyBeforeAnybodyReports) {
    EXPECT_TRUE(health_.alive().good);
    EXPECT_FALSE(health_.ready().good);
    EXPECT_EQ(health_.ready().json, R"({"status":"starting","components":[]})");
}

TEST_F(HealthTest, IsReadyOnceEveryComponentIsOk) {
    auto store = health_.component("store");
    auto crm = health_.component("crm");
    store.ok();
    crm.starting("first read of the directory");
    EXPECT_FALSE(health_.ready().good);
    clock_.advance(5s);
    crm.ok();

    const auto ready = health_.ready();
    EXPECT_TRUE(ready.good);
    EXPECT_EQ(ready.json, R"({"status":"ok","components":[)"
                          R"({"name":"crm","state":"ok","since":"2026-09-14T08:52:49Z","reason":""},)"
                          R"({"name":"store","state":"ok","since":"2026-09-14T08:52:44Z","reason":""}]})");
}

TEST_F(HealthTest, TellsWhatFailsAndSinceWhen) {
    auto crm = health_.component("crm");
    crm.ok();
    clock_.advance(1s);
    crm.failing("crm answers \"503\"");
    clock_.advance(1s);
    crm.failing("crm does not answer");

    const auto ready = health_.ready();
    EXPECT_FALSE(ready.good);
    EXPECT_EQ(
        ready.json,
        R"({"status":"failing","components":[)"
        R"({"name":"crm","state":"failing","since":"2026-09-14T08:52:45Z","reason":"crm does not answer"}]})");
}

TEST_F(HealthTest, IsDeadOnlyWhenAVitalComponentFails) {
    auto crm = health_.component("crm");
    auto store = health_.component("store", Weight::vital);
    crm.failing("down");
    EXPECT_TRUE(health_.alive().good);

    store.failing("disk is gone");

    EXPECT_FALSE(health_.alive().good);
    EXPECT_EQ(health_.alive().json.find("crm"), std::string::npos);
}

TEST_F(HealthTest, TakesAComponentThatFallsSilentAsFailing) {
    auto poller = health_.component("poller", Weight::vital);
    poller.ok(30s);
    clock_.advance(29s);
    EXPECT_TRUE(health_.ready().good);

    clock_.advance(6s);

    EXPECT_FALSE(health_.alive().good);
    EXPECT_FALSE(health_.ready().good);
    EXPECT_EQ(health_.ready().json,
              R"({"status":"failing","components":[{"name":"poller","state":"failing",)"
              R"("since":"2026-09-14T08:53:14Z","reason":"has not reported in time: it may be stuck"}]})");
    poller.ok(30s);
    EXPECT_TRUE(health_.ready().good);
    EXPECT_NE(health_.ready().json.find(R"("since":"2026-09-14T08:53:19Z")"), std::string::npos);
}

TEST_F(HealthTest, TellsOfEachNameWhetherAllThatBearItAreOk) {
    auto store = health_.component("store");
    auto one = health_.component("calls");
    auto other = health_.component("calls");
    store.ok();
    one.ok();
    EXPECT_EQ(health_.components(), (std::map<std::string, bool>{{"calls", false}, {"store", true}}));
    other.ok(5s);
    EXPECT_EQ(health_.components(), (std::map<std::string, bool>{{"calls", true}, {"store", true}}));
    clock_.advance(6s);
    EXPECT_EQ(health_.components(), (std::map<std::string, bool>{{"calls", false}, {"store", true}}));
}

TEST_F(HealthTest, ForgetsAComponentThatGoes) {
    auto store = health_.component("store");
    store.ok();
    {
        auto moved = health_.component("crm");
        auto crm = std::move(moved);
        crm.failing("down");
        EXPECT_FALSE(health_.ready().good);
    }

    EXPECT_TRUE(health_.ready().good);
}

TEST_F(HealthTest, KeepsItsJsonValidWhateverAReasonHolds) {
    auto crm = health_.component("c\"r\xffm");
    crm.failing("line\nend \"quoted\" \xfe");

    EXPECT_NE(health_.ready().json.find(R"("name":"c\"r�m")"), std::string::npos);
    EXPECT_NE(health_.ready().json.find(R"("reason":"line\nend \"quoted\" �")"), std::string::npos);
}

}  // namespace
}  // namespace maillon
