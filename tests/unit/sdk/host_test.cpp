#include "maillon/testkit.hpp"

#include <gtest/gtest.h>

namespace maillon {
namespace {

using testkit::FakeHost;
using testkit::Scripted;

class HostTest : public testing::Test {
protected:
    template <class Work>
    static Code code_of(Work&& work) {
        try {
            work();
        } catch (const Failure& failure) {
            return failure.code();
        }
        return Code::ok;
    }
    FakeHost fake{"crm"};
    Host host{fake.host()};
};

TEST_F(HostTest, KnowsItsInstance) {
    EXPECT_EQ(host.instance(), "crm");
    EXPECT_FALSE(host.cancelled());
    fake.cancelled = true;
    EXPECT_TRUE(host.cancelled());
}

TEST_F(HostTest, LogsEventsWithFields) {
    host.warn("slow", {{"ms", "900"}, {"host", "x"}});
    host.debug("detail");

    ASSERT_EQ(fake.log.size(), 2u);
    EXPECT_EQ(fake.log[0].level, MAILLON_LOG_WARNING);
    EXPECT_EQ(fake.log[0].message, "slow");
    EXPECT_EQ(fake.log[0].fields.at("ms"), "900");
    EXPECT_EQ(fake.log[1].level, MAILLON_LOG_DEBUG);
}

TEST_F(HostTest, CountsAndReportsBudgets) {
    host.count("requests", 2, {{"kind", "a"}});
    host.count("requests");
    host.budget("app", 40, 100, 5);

    EXPECT_EQ(fake.metrics.at("requests"), 3);
    ASSERT_EQ(fake.budgets.size(), 1u);
    EXPECT_EQ(fake.budgets[0].scope, "app");
    EXPECT_EQ(fake.budgets[0].used, 40);
}

TEST_F(HostTest, SleepingTakesNoRealTimeAndWakesOnCancel) {
    const auto before = host.monotonic_ms();
    host.sleep(60'000);
    EXPECT_EQ(host.monotonic_ms(), before + 60'000);

    fake.cancelled = true;
    EXPECT_EQ(code_of([&] { host.sleep(1); }), Code::cancelled);
}

TEST_F(HostTest, SecretsAreReadByNameAndWrittenBack) {
    fake.secrets["token"] = "one";
    EXPECT_EQ(host.secret("token"), "one");
    host.store_secret("token", "two");
    EXPECT_EQ(host.secret("token"), "two");
    EXPECT_EQ(code_of([&] { host.secret("none"); }), Code::config);
}

TEST_F(HostTest, StateTellsAbsentFromEmpty) {
    EXPECT_EQ(host.state("a"), std::nullopt);
    host.set_state("a", "");
    EXPECT_EQ(host.state("a"), "");
    host.set_state("a", "x");
    EXPECT_EQ(host.state("a"), "x");
}

TEST_F(HostTest, StateIsReplacedOnlyWhereItIsWhatWasExpected) {
    EXPECT_FALSE(host.set_state_if("a", "other", "x"));
    EXPECT_EQ(host.state("a"), std::nullopt) << "a refusal leaves no trace";
    EXPECT_TRUE(host.set_state_if("a", "", "one"));
    EXPECT_FALSE(host.set_state_if("a", "", "two")) << "it is there by now";
    EXPECT_TRUE(host.set_state_if("a", "one", "two"));
    EXPECT_EQ(host.state("a"), "two");
}

TEST_F(HostTest, TheEndpointIsBelowTheInstancesAddress) {
    EXPECT_EQ(host.endpoint("/events"), fake.public_url + "/events");
}

TEST_F(HostTest, SendsTheWholeRequestAndTakesTheWholeReply) {
    fake.answer(Scripted{201, "made", {{"ETag", "7"}}, Code::ok});

    const auto reply = host.send({"PUT", "https://x.example/a", {{"A", "1"}, {"B", "2"}}, "body"}, {99});

    EXPECT_EQ(reply.status, 201u);
    EXPECT_EQ(reply.body, "made");
    EXPECT_EQ(reply.header("etag"), "7");
    ASSERT_EQ(fake.sent.size(), 1u);
    EXPECT_EQ(fake.sent[0].method, "PUT");
    EXPECT_EQ(fake.sent[0].url, "https://x.example/a");
    EXPECT_EQ(fake.sent[0].header("b"), "2");
    EXPECT_EQ(fake.sent[0].body, "body");
}

TEST_F(HostTest, ATransportFailureIsThrownAsTheHostSaidIt) {
    for (const auto code : {Code::retry, Code::in_doubt, Code::cancelled, Code::config}) {
        fake.answer(Scripted{0, "x", {}, code});
        EXPECT_EQ(code_of([&] { host.send({"GET", "https://x.example", {}, {}}, {}); }), code);
    }
}

TEST_F(HostTest, AStreamComesInPiecesAndCanBeLeft) {
    const std::string text = "0123456789abcdefghij";
    fake.answer(Scripted{200, text, {}, Code::ok}).answer(Scripted{200, text, {}, Code::ok});
    std::string whole;
    int pieces = 0;

    const auto head = host.open({"GET", "https://x.example", {}, {}}, {}, [&](std::string_view piece) {
        whole += piece;
        ++pieces;
        return true;
    });
    EXPECT_EQ(head.status, 200u);
    EXPECT_EQ(head.body, "");
    EXPECT_EQ(whole, text);
    EXPECT_GT(pieces, 1);

    pieces = 0;
    host.open({"GET", "https://x.example", {}, {}}, {}, [&](std::string_view) { return ++pieces < 1; });
    EXPECT_EQ(pieces, 1);
}

}  // namespace
}  // namespace maillon
