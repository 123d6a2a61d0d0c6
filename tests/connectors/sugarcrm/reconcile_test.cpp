#include "fake_sugar.h"
#include "keys.h"

#include <gtest/gtest.h>

namespace maillon::sugarcrm {
namespace {

using testkit::Driver;
using testkit::FakeHost;
using testkit::Scripted;
using testkit::Sent;
using testkit::TestCall;

TestCall create(const std::string& module, const std::string& key) {
    return {"create", {{"module", module}, {"fields", {{"name", key}}}}, key};
}

class ReconcileTest : public testing::Test {
protected:
    void fault(Scripted scripted) {
        sugar.fault = [scripted](const Sent& sent) -> std::optional<Scripted> {
            return sent.url.ends_with("/filter") ? std::optional(scripted) : std::nullopt;
        };
    }
    FakeHost host;
    FakeSugar sugar{host};
    Driver driver{host, FakeSugar::config()};
};

TEST_F(ReconcileTest, TellsWhatArrivedAsDeliverWouldHave) {
    const auto made = driver.deliver({create("Cases", "k1")}).outcomes.at(0);
    const auto found = driver.reconcile({create("Cases", "k1")}).outcomes.at(0);

    EXPECT_EQ(found->code, Code::ok);
    EXPECT_EQ(found->value, made->value);
    EXPECT_EQ(found->remote_id, made->remote_id);
    EXPECT_EQ(found->remote_revision, made->remote_revision);
}

TEST_F(ReconcileTest, AsksOncePerModule) {
    driver.deliver({create("Cases", "a"), create("Notes", "b")});
    host.sent.clear();

    const auto got = driver.reconcile({create("Cases", "a"),
                                       create("Notes", "b"),
                                       create("Cases", "c"),
                                       {"upsert", {{"module", "Notes"}, {"key", {{"x", "1"}}}}, "d"}});

    EXPECT_EQ(sugar.requests(), (std::vector<std::string>{"POST Cases/filter", "POST Notes/filter"}));
    EXPECT_EQ(got.outcomes.at(0)->code, Code::ok);
    EXPECT_EQ(got.outcomes.at(1)->code, Code::ok);
    EXPECT_EQ(got.outcomes.at(2)->code, Code::retry);
    EXPECT_EQ(got.outcomes.at(3)->code, Code::retry);
}

TEST_F(ReconcileTest, LooksThroughAllPagesBeforeItSaysNotArrived) {
    std::vector<TestCall> calls;
    for (int i = 0; i < 20; ++i) calls.push_back(create("Notes", "k" + std::to_string(i)));
    driver.deliver(calls);
    sugar.page_cap = 3;

    for (const auto& outcome : driver.reconcile(calls).outcomes) EXPECT_EQ(outcome->code, Code::ok);
}

TEST_F(ReconcileTest, AFailedSearchIsNeverTakenForNotArrived) {
    for (const auto& scripted : {Scripted{500, "", {}, Code::ok}, Scripted{0, "cut", {}, Code::in_doubt},
                                 Scripted{0, "refused", {}, Code::retry}, Scripted{200, "{}", {}, Code::ok},
                                 Scripted{429, "", {}, Code::ok}, Scripted{503, "", {}, Code::ok},
                                 Scripted{200, R"({"records": [], "next_offset": 0})", {}, Code::ok}}) {
        fault(scripted);
        const auto got = driver.reconcile({create("Notes", "k")}).outcomes.at(0);
        ASSERT_TRUE(got.has_value());
        // Only what the CRM itself asks to wait for is no outage.
        EXPECT_EQ(got->code, scripted.status == 429 ? Code::rate_limited : Code::not_connected)
            << scripted.status << got->detail;
        EXPECT_GT(got->retry_after_ms, 0u);
    }
}

TEST_F(ReconcileTest, ASearchThatTheCrmRefusesLeavesACreateToAPerson) {
    fault({422, json::serialize(sugar_error("invalid_parameter", "Unknown field sync_key")), {}, Code::ok});

    const auto got = driver.reconcile(
        {create("Notes", "k"), {"upsert", {{"module", "Notes"}, {"key", {{"x", "1"}}}}, "u"}});

    EXPECT_EQ(got.outcomes.at(0)->code, Code::in_doubt);
    EXPECT_NE(got.outcomes.at(0)->detail.find("sync_key"), std::string::npos);
    EXPECT_EQ(got.outcomes.at(1)->code, Code::retry);
}

TEST_F(ReconcileTest, AModuleThatDropsKeysLeavesACreateToAPersonEvenAfterARestart) {
    sugar.ignored_field = "sync_key";
    driver.deliver({create("Notes", "k1")});
    EXPECT_EQ(driver.reconcile({create("Notes", "k2")}).outcomes.at(0)->code, Code::in_doubt);

    Driver restarted(host, FakeSugar::config());
    EXPECT_EQ(restarted.reconcile({create("Notes", "k2")}).outcomes.at(0)->code, Code::in_doubt);

    // The administrator has added the field.
    sugar.ignored_field.clear();
    restarted.deliver({create("Notes", "k4")});
    EXPECT_EQ(restarted.reconcile({create("Notes", "k5")}).outcomes.at(0)->code, Code::retry);
}

TEST_F(ReconcileTest, TheFirstCreateOfAModuleThatMayDropKeysIsNotMadeTwice) {
    sugar.ignored_field = "sync_key";
    driver.connect();
    sugar.loss = [](const Sent& sent) -> std::optional<Scripted> {
        if (!sent.url.ends_with("/Notes")) return std::nullopt;
        return Scripted{0, "cut", {}, Code::in_doubt};
    };
    EXPECT_EQ(driver.deliver({create("Notes", "k")}).outcomes.at(0)->code, Code::in_doubt);

    const auto got = driver.reconcile(
        {create("Notes", "k"), {"upsert", {{"module", "Notes"}, {"key", {{"x", "1"}}}}, "u"}});

    EXPECT_EQ(got.outcomes.at(0)->code, Code::in_doubt);
    EXPECT_NE(got.outcomes.at(0)->detail.find("'sync_key' and the user may write it"), std::string::npos)
        << got.outcomes.at(0)->detail;
    EXPECT_EQ(got.outcomes.at(1)->code, Code::retry);
    EXPECT_EQ(sugar.modules["Notes"].size(), 1u);
}

TEST_F(ReconcileTest, ThatKeysAreKeptIsRememberedOverARestart) {
    driver.deliver({create("Notes", "made")});
    sugar.modules["Notes"].clear();

    Driver restarted(host, FakeSugar::config());
    EXPECT_EQ(restarted.reconcile({create("Notes", "k")}).outcomes.at(0)->code, Code::retry);
}

TEST_F(ReconcileTest, ARecordWithAKeyOfEarlierTimesShowsThatKeysAreKept) {
    EXPECT_EQ(driver.reconcile({create("Notes", "k")}).outcomes.at(0)->code, Code::in_doubt);
    sugar.put("Notes", {{"sync_key", "of another system"}});
    EXPECT_EQ(driver.reconcile({create("Notes", "k")}).outcomes.at(0)->code, Code::in_doubt);

    sugar.put("Notes", {{"sync_key", short_key("earlier")}});
    EXPECT_EQ(driver.reconcile({create("Notes", "k")}).outcomes.at(0)->code, Code::retry);
    EXPECT_EQ(driver.reconcile({create("Cases", "k")}).outcomes.at(0)->code, Code::in_doubt);

    host.sent.clear();
    driver.reconcile({create("Notes", "k")});
    EXPECT_EQ(sugar.requests(), (std::vector<std::string>{"POST Notes/filter"}));
}

TEST_F(ReconcileTest, WhenAskingForOtherKeysFailsItIsAskedAgain) {
    sugar.fault = [](const Sent& sent) -> std::optional<Scripted> {
        if (sent.body.find("$starts") == std::string::npos) return std::nullopt;
        return Scripted{500, "", {}, Code::ok};
    };

    EXPECT_EQ(driver.reconcile({create("Notes", "k")}).outcomes.at(0)->code, Code::not_connected);
}

TEST_F(ReconcileTest, ARecordThatExistsIsReportedEvenWhenItsNoteCannotBeStored) {
    host.absent_services.insert(MAILLON_STATE);
    Driver without_state(host, FakeSugar::config());
    sugar.ignored_field = "sync_key";

    EXPECT_EQ(without_state.deliver({create("Notes", "k")}).outcomes.at(0)->code, Code::ok);
}

TEST_F(ReconcileTest, WhatMayBeRepeatedIsRepeatedWithoutAsking) {
    const auto got =
        driver.reconcile({{"update", {{"module", "Cases"}, {"id", "1"}, {"fields", json::object{}}}},
                          {"link", {{"module", "Cases"}, {"id", "1"}, {"link", "a"}, {"ids", {"b"}}}},
                          {"find", {{"module", "Cases"}}}});

    for (const auto& outcome : got.outcomes) EXPECT_EQ(outcome->code, Code::retry);
    EXPECT_TRUE(host.sent.empty());
}

TEST_F(ReconcileTest, TwoRecordsWithOneKeyAreOneArrivalAndAWarning) {
    sugar.put("Notes", {{"id", "a"}, {"sync_key", short_key("k")}});
    sugar.put("Notes", {{"id", "b"}, {"sync_key", short_key("k")}});

    EXPECT_EQ(driver.reconcile({create("Notes", "k")}).outcomes.at(0)->remote_id, "a");
    EXPECT_EQ(host.log.size(), 1u);
}

TEST(ReconcileWithoutKeyField, LeavesCreatesToAPerson) {
    FakeHost host;
    FakeSugar sugar(host);
    Driver driver(host, FakeSugar::config({{"key_field", ""}}));

    EXPECT_EQ(driver.reconcile({create("Notes", "k")}).outcomes.at(0)->code, Code::in_doubt);
    EXPECT_TRUE(host.sent.empty());
}

}  // namespace
}  // namespace maillon::sugarcrm
