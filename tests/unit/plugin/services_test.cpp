#include "tests/unit/plugin/plugin_fixture.h"

#include <future>

namespace maillon::plugin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ServicesTest : public PluginTest {
protected:
    void SetUp() override {
        auto made = create();
        ASSERT_TRUE(made) << made.error().what;
        connector_ = std::move(*made);
    }
    CallReport one(const std::string& how) {
        return connector_->deliver(std::vector<OutCall>{say(how)}, soon()).front();
    }

    std::unique_ptr<Connector> connector_;
};

TEST_F(ServicesTest, ASecretIsReadWhenItIsNeeded) {
    secrets_["token"] = "s3cret";
    EXPECT_EQ(one("secret").value, R"({"secret":"s3cret"})");
}

TEST_F(ServicesTest, AMissingSecretIsAConfigurationFaultAndThePersonIsTold) {
    const auto report = one("secret");
    ASSERT_TRUE(report.fault);
    EXPECT_EQ(report.fault->kind, FaultKind::config);
    EXPECT_THAT(report.fault->what, HasSubstr("'token'"));
    const auto said = log_.of("plugin.secret_missing");
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].fields.at("instance"), "mine");
    EXPECT_EQ(said[0].fields.at("reason"), "no file for the secret 'token'");
}

TEST_F(ServicesTest, ANewTokenIsStored) {
    secrets_["token"] = "old";
    EXPECT_FALSE(one("put secret").fault);
    EXPECT_EQ(secrets_.at("token"), "new");
}

TEST_F(ServicesTest, StateIsAbsentAtFirstAndThenRemembered) {
    EXPECT_EQ(one("state").value, R"({"before":null,"now":"yes"})");
    EXPECT_EQ(one("state").value, R"({"before":"yes","now":"yes"})");
}

TEST_F(ServicesTest, HttpGoesThroughTheHostsClient) {
    http_.on("GET", "https://remote.test/it")
        .with_header("X-From", "sample")
        .reply(203, "it works", {{"Content-Type", "text/odd"}});
    EXPECT_EQ(one("http").value, R"({"status":203,"kind":"text/odd","body":"it works"})");
}

TEST_F(ServicesTest, AnExchangeWithoutAWholeAnswerLeavesTheCallInDoubt) {
    http_.on("GET", "https://remote.test/it").fault({FaultKind::in_doubt, "the line went dead", {}});
    const auto report = one("http");
    ASSERT_TRUE(report.fault);
    EXPECT_EQ(report.fault->kind, FaultKind::in_doubt);
    EXPECT_EQ(report.fault->what, "the line went dead");
}

TEST_F(ServicesTest, LogMetricsBudgetAndAddressCarryTheInstance) {
    EXPECT_FALSE(one("tell").fault);
    const auto said = log_.of("plugin.says");
    ASSERT_EQ(said.size(), 2u);
    EXPECT_EQ(said[0].fields.at("instance"), "mine");
    EXPECT_EQ(said[0].fields.at("message"), "something happened");
    EXPECT_EQ(said[0].fields.at("where"), "here");
    EXPECT_EQ(said[1].fields.at("message"), "https://hub.test/in/mine/hook");
    EXPECT_THAT(metrics_.render(), HasSubstr(R"(sample_things_total{connector="mine",kind="odd"} 2)"));
    ASSERT_EQ(budgets_.size(), 1u);
    EXPECT_EQ(budgets_[0].scope, "posts");
    EXPECT_EQ(budgets_[0].used, 90);
    EXPECT_EQ(budgets_[0].limit, 100);
    EXPECT_EQ(budgets_[0].reset, from_millis(1'000));
}

TEST_F(ServicesTest, CancelWakesAConnectorThatSleeps) {
    auto sleeping = std::async(std::launch::async, [this] { return one("sleep"); });
    connector_->cancel();  // before or during the sleep: it ends either way, though the clock stands still
    ASSERT_EQ(sleeping.wait_for(std::chrono::seconds{60}), std::future_status::ready);
    const auto report = sleeping.get();
    ASSERT_TRUE(report.fault);
    EXPECT_EQ(report.fault->kind, FaultKind::cancelled);
}

TEST_F(ServicesTest, AfterCancelNothingIsSentAnyMore) {
    http_.on("GET", "https://remote.test/it").reply(200);
    connector_->cancel();
    const auto report = one("http");
    ASSERT_TRUE(report.fault);
    EXPECT_EQ(report.fault->kind, FaultKind::cancelled);
    EXPECT_TRUE(http_.arrived().empty());
}

}  // namespace
}  // namespace maillon::plugin
