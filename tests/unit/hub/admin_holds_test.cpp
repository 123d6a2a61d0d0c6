#include "core/hub/admin_holds.h"

#include "core/observe/testing/captured_log.h"
#include "tests/unit/hub/admin_test.h"

#include <algorithm>

namespace maillon::hub {
namespace {

using ::testing::SizeIs;

class AdminHoldsTest : public AdminTest {
protected:
    json::array paused() { return get("/v1/status").body.at("paused").as_array(); }
    Result<> restart() { return restore_holds(*life_->database, lanes_, *life_->deliver); }
};

TEST_F(AdminHoldsTest, APausedConnectorIsNotCalledAndStatusSaysWhoPausedItAndWhy) {
    auto& life = begin();
    EXPECT_EQ(post("/v1/connectors/crm/pause", R"({"by":"jane","reason":"new server"})").status, 200);
    life.take({{"1", "t1", "anne", "one"}});
    const auto waits_for_its_call = [&] {
        const auto lanes = life.deliver->states();
        return std::ranges::any_of(lanes, [](const auto& lane) { return lane.queued == 1; });
    };
    ASSERT_TRUE(life.passes(waits_for_its_call));
    const auto holds = paused();
    ASSERT_THAT(holds, SizeIs(1));
    const auto& hold = holds[0].as_object();
    EXPECT_EQ(hold.at("name"), "crm");
    EXPECT_EQ(hold.at("by"), "jane");
    EXPECT_EQ(hold.at("reason"), "new server");
    EXPECT_EQ(world_.effects(), 0);
    const auto resumed = post("/v1/connectors/crm/resume");
    EXPECT_EQ(resumed.body.at("was_paused"), true);
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.book().finished, 1);
    EXPECT_THAT(paused(), SizeIs(0));
}

TEST_F(AdminHoldsTest, APauseStaysOverRestartsAndMayBeMadeWhileNoHubRuns) {
    begin();
    Admin at_rest_only(at_rest());
    EXPECT_EQ(at_rest_only.handle("POST", "/v1/outbound/pause", R"({"by":"jane"})").status, 200);
    EXPECT_FALSE(life_->deliver->is_outbound_held());
    ASSERT_TRUE(restart());
    EXPECT_TRUE(life_->deliver->is_outbound_held());
    life_->take({{"1", "t1", "anne", "one"}});
    ASSERT_TRUE(life_->passes([&] { return world_.count("Notes") == 1; }));
    for (int i = 0; i < 50; ++i) clock_.advance(std::chrono::milliseconds{100});
    EXPECT_THAT(world_.answers(), SizeIs(0)) << "only what reaches a person is kept";
    EXPECT_EQ(post("/v1/outbound/resume").status, 200);
    ASSERT_TRUE(life_->comes_to_rest());
    EXPECT_THAT(world_.answers(), SizeIs(1));
}

TEST_F(AdminHoldsTest, WhatPeoplePausedStandsInTheLog) {
    begin();
    ::maillon::testing::CapturedLog log;
    auto parts = at_rest();
    parts.log = &log;
    Admin admin(std::move(parts));

    admin.handle("POST", "/v1/connectors/crm/pause", R"({"by":"jane","reason":"new server"})");
    admin.handle("POST", "/v1/connectors/crm/resume", {});

    ASSERT_THAT(log.of("hub.paused"), SizeIs(1));
    EXPECT_EQ(log.of("hub.paused")[0].fields.at("by"), "jane");
    EXPECT_EQ(log.of("hub.paused")[0].fields.at("reason"), "new server");
    ASSERT_THAT(log.of("hub.resumed"), SizeIs(1));
    EXPECT_EQ(log.of("hub.resumed")[0].fields.at("name"), "crm");
}

TEST_F(AdminHoldsTest, WhoIsNotThereIsRefusedWithThoseThatAre) {
    begin();

    const auto answer = post("/v1/connectors/crmm/pause", "{}");

    EXPECT_EQ(answer.status, 404);
    EXPECT_THAT(std::string(answer.body.at("error").as_string()),
                ::testing::AllOf(::testing::HasSubstr("there is no connector 'crmm'"),
                                 ::testing::HasSubstr("crm"), ::testing::HasSubstr("outbound")));
}

TEST_F(AdminHoldsTest, WithoutAHubThereIsNothingToReload) {
    begin();
    expect_error(Admin(at_rest()).handle("POST", "/v1/reload", {}), 400, "no hub is running");
}

TEST_F(AdminHoldsTest, MendedCredentialsEndNoPause) {
    auto& life = begin();
    ASSERT_EQ(post("/v1/connectors/crm/pause", R"({"by":"jane","reason":"new server"})").status, 200);
    life.take({{"1", "t1", "anne", "one"}});

    const auto answer = post("/v1/connectors/crm/credentials-mended");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body.at("paused"), true);
    EXPECT_THAT(paused(), SizeIs(1));
    const auto lanes = life.deliver->states();
    const auto crm = std::ranges::find(lanes, "crm", &deliver::LaneState::instance);
    ASSERT_NE(crm, lanes.end());
    EXPECT_THAT(crm->paused, ::testing::HasSubstr("jane: new server"));
    EXPECT_EQ(world_.effects(), 0);
    EXPECT_EQ(post("/v1/connectors/fb/credentials-mended").body.at("paused"), false);
    expect_error(post("/v1/connectors/crn/credentials-mended"), 404, "there is no connector 'crn'");
}

TEST_F(AdminHoldsTest, WhatWasRefusedForItsCredentialsIsTriedOnceTheyAreMended) {
    std::atomic<bool> is_mended = false;
    world_.script = [&](const std::string& instance,
                        const plugin::OutCall&) -> std::optional<route::World::Report> {
        if (is_mended || instance != "crm") return std::nullopt;
        return deliver::ScriptedConnector::fails(FaultKind::auth, "the password is wrong");
    };
    auto& life = begin();
    life.take({{"1", "t1", "anne", "one"}});
    ASSERT_TRUE(life.passes([&] {
        const auto lanes = life.deliver->states();
        return std::ranges::any_of(lanes, [](const auto& lane) {
            return lane.paused.find("the password is wrong") != std::string::npos;
        });
    }));

    is_mended = true;
    EXPECT_EQ(post("/v1/connectors/crm/credentials-mended").status, 200);

    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.book().finished, 1);
}

TEST_F(AdminHoldsTest, ThePauseOfAConnectorThatWasTakenOutCanBeEnded) {
    begin();
    ASSERT_EQ(post("/v1/connectors/language/pause", R"({"by":"jane"})").status, 200);
    prepared_.instances.erase("language");

    const auto answer = post("/v1/connectors/language/resume");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body.at("was_paused"), true);
    EXPECT_THAT(paused(), SizeIs(0));
    expect_error(post("/v1/connectors/language/resume"), 404, "there is no connector 'language'");
}

TEST_F(AdminHoldsTest, OnlyWhatIsThereCanBePaused) {
    begin();
    expect_error(post("/v1/connectors/crn/pause"), 404, "there is no connector 'crn'");
    expect_error(post("/v1/connectors/crn/resume"), 404, "there is no connector 'crn'");
    EXPECT_EQ(post("/v1/connectors/crm/resume").body.at("was_paused"), false);
}

}  // namespace
}  // namespace maillon::hub
