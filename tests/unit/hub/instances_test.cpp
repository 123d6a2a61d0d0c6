#include "core/hub/instances.h"

#include "core/net/testing/scripted_client.h"
#include "core/observe/line_log.h"
#include "core/store/state.h"
#include "core/store/store.h"
#include "tests/unit/hub/modules.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fstream>

namespace maillon::hub {
namespace {

namespace json = boost::json;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// An instance "crm" of the sample shop, with everything that the hub gives it.
class InstancesTest : public ::testing::Test {
protected:
    void SetUp() override {
        auto opened = store::open({.url = folder_.url(), .clock = &clock_});
        ASSERT_TRUE(opened) << opened.error().what;
        database_ = std::move(*opened);
        std::filesystem::create_directory(folder_.path() / "secrets");
        write_secret("crm_token", "hush-hush-1");
    }
    void write_secret(const std::string& name, const std::string& value) {
        const auto file = folder_.path() / "secrets" / name;
        std::ofstream(file) << value;
        std::filesystem::permissions(
            file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    }
    Ground ground() {
        return {*database_, secrets_, clock_, log_, metrics_, redactor_, http_, "https://hub.test"};
    }
    /// `more` stands beside the plug-in's address: ", note: x".
    Result<LiveInstance> create(const std::string& more = {}) {
        auto made = modules_.prepare(
            "connectors:\n  crm: { plugin: shop, url: \"https://crm.test/api\", token: "
            "\"${secret.crm_token}\"" +
            more + " }\n");
        if (!made.prepared) return config_fault(Modules::said(made));
        prepared_ = std::move(made.prepared);
        return create_instance(prepared_->instances.at("crm"), ground());
    }
    plugin::CallReport ask(LiveInstance& of, const std::string& what, const std::string& with = {}) {
        const plugin::OutCall call{
            "1", "1", "ask", "k", json::serialize(json::object{{"what", what}, {"with", with}}), 0, 1};
        const auto reports =
            of.connector->deliver(std::span(&call, 1), clock_.steady() + std::chrono::minutes{1});
        return reports.at(0);
    }
    std::string logged() const {
        std::string out;
        for (const auto& line : lines_) out += line;
        return out;
    }

    Modules modules_;
    test::TemporaryFolder folder_;
    FakeClock clock_;
    Redactor redactor_;
    std::vector<std::string> lines_;
    LineLog log_{{}, clock_, redactor_, [this](std::string_view line) { lines_.emplace_back(line); }};
    Metrics metrics_;
    ::maillon::testing::ScriptedClient http_;
    config::Secrets secrets_{folder_.path() / "secrets"};
    std::unique_ptr<db::Database> database_;
    std::optional<Prepared> prepared_;
};

TEST_F(InstancesTest, ItReachesTheHostsOfItsMarkedSettingsAndNoOther) {
    for (const auto* url : {"https://crm.test/v1", "https://files.test:8443/y"})
        http_.on("GET", url).reply(200);
    auto crm = create();
    ASSERT_TRUE(crm) << crm.error().what;

    EXPECT_FALSE(ask(*crm, "fetch", "https://crm.test/v1").fault);
    EXPECT_FALSE(ask(*crm, "fetch", "https://files.test:8443/y").fault);
    for (const auto* url : {"https://crm.test:444/v1", "http://crm.test/v1", "https://files.test/y",
                            "https://not-marked.test/", "https://crm.test.evil.test/"}) {
        const auto report = ask(*crm, "fetch", url);
        ASSERT_TRUE(report.fault) << url;
        EXPECT_EQ(report.fault->kind, FaultKind::rejected) << url;
    }
    EXPECT_EQ(http_.arrived().size(), 2u);
    EXPECT_TRUE(http_.unexpected().empty());
}

TEST_F(InstancesTest, ItIsHandedTheNameOfASecretAndAsksForTheValue) {
    auto crm = create();
    ASSERT_TRUE(crm) << crm.error().what;

    const auto config = json::parse(ask(*crm, "config").value).as_object();

    EXPECT_EQ(config.at("token"), "crm_token");
    EXPECT_EQ(config.at("url"), "https://crm.test/api");
    EXPECT_EQ(ask(*crm, "secret", "crm_token").value, "\"hush-hush-1\"");
    EXPECT_EQ(ask(*crm, "secret", "other").fault->kind, FaultKind::config);
}

TEST_F(InstancesTest, ASecretThatWasAskedForDoesNotGetIntoTheLog) {
    auto crm = create();
    ASSERT_TRUE(crm);
    ask(*crm, "secret", "crm_token");

    ask(*crm, "say", "Bearer hush-hush-1");

    EXPECT_THAT(logged(), HasSubstr("Bearer •••"));
    EXPECT_THAT(logged(), Not(HasSubstr("hush")));
}

TEST_F(InstancesTest, AStoredSecretIsOnDiskAndOutOfTheLog) {
    auto crm = create();
    ASSERT_TRUE(crm);

    ask(*crm, "store", "rotated-secret");
    ask(*crm, "say", "now rotated-secret");

    EXPECT_EQ(secrets_.get("token").value(), "rotated-secret");
    EXPECT_THAT(logged(), Not(HasSubstr("rotated-secret")));
}

TEST_F(InstancesTest, AskingForASecretAgainDoesNotRegisterItAgain) {
    auto crm = create();
    ASSERT_TRUE(crm);
    for (int i = 0; i < 3; ++i) ask(*crm, "secret", "crm_token");

    redactor_.remove("hush-hush-1");

    EXPECT_EQ(redactor_.clean("hush-hush-1"), "hush-hush-1") << "one removal undoes one registration";
}

TEST_F(InstancesTest, ItsAddressIsJoinedWithOneSlash) {
    auto crm = create();
    ASSERT_TRUE(crm);

    EXPECT_EQ(ask(*crm, "endpoint", "").value, "\"https://hub.test/hooks/crm\"");
    EXPECT_EQ(ask(*crm, "endpoint", "in").value, "\"https://hub.test/hooks/crm/in\"");
    EXPECT_EQ(ask(*crm, "endpoint", "/in?a=1").value, "\"https://hub.test/hooks/crm/in?a=1\"");
}

TEST_F(InstancesTest, TheShareOfALimitThatIsUsedUpIsAMetric) {
    auto crm = create();
    ASSERT_TRUE(crm);

    ask(*crm, "budget");

    EXPECT_THAT(metrics_.render(),
                HasSubstr("maillon_budget_used_ratio{connector=\"crm\",scope=\"posts\"} 0.75"));
}

TEST_F(InstancesTest, WhatItsMakerRefusesNamesTheInstance) {
    const auto crm = create(", note: refuse");

    ASSERT_FALSE(crm);
    EXPECT_EQ(crm.error().kind, FaultKind::config);
    EXPECT_EQ(crm.error().what, "instance 'crm': /note is not polite");
}

TEST_F(InstancesTest, AnAddressThatIsNoneNamesTheInstanceAndTheSetting) {
    const auto crm = create(", files: \"https://\"");

    ASSERT_FALSE(crm);
    EXPECT_THAT(crm.error().what, HasSubstr("instance 'crm': files"));
}

}  // namespace
}  // namespace maillon::hub
