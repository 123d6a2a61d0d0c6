#include "core/net/testing/scripted_client.h"

#include <gtest/gtest.h>

namespace maillon::testing {
namespace {

class ScriptedClientTest : public ::testing::Test {
protected:
    Result<HttpReply> send(ClientRequest request) { return http_.send(request, {}, none_); }

    ScriptedClient http_;
    Cancel none_;
};

TEST_F(ScriptedClientTest, AnswersByTheFirstRuleThatFits) {
    http_.on("POST", "https://a.test/x").with_body("1").reply(201, "one");
    http_.on("POST", "https://a.test/*").with_header("X", "y").reply(202, "two", {{"H", "v"}});

    EXPECT_EQ(send({"POST", "https://a.test/x", {}, "1"})->body, "one");
    const auto second = send({"POST", "https://a.test/z", {{"x", "y"}}, ""});
    EXPECT_EQ(second->status, 202);
    EXPECT_EQ(find_header(second->headers, "h"), "v");
}

TEST_F(ScriptedClientTest, RejectsAndListsWhatNoRuleFits) {
    http_.on("GET", "https://a.test/").reply(200);

    const auto reply = send({"PUT", "https://a.test/", {}, ""});

    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, FaultKind::rejected);
    EXPECT_EQ(http_.unexpected(), std::vector<std::string>{"PUT https://a.test/"});
    EXPECT_TRUE(http_.arrived().empty());
}

TEST_F(ScriptedClientTest, UsesLimitedRulesUpAndTellsWhatIsMissing) {
    http_.on("GET", "https://a.test/").times(1).reply(500);
    http_.on("GET", "https://a.test/").times(2).reply(200);

    EXPECT_EQ(send({.url = "https://a.test/"})->status, 500);
    EXPECT_EQ(send({.url = "https://a.test/"})->status, 200);
    EXPECT_EQ(http_.missing(), std::vector<std::string>{"GET https://a.test/"});
    EXPECT_EQ(send({.url = "https://a.test/"})->status, 200);
    EXPECT_TRUE(http_.missing().empty());
}

TEST_F(ScriptedClientTest, FailsAtEveryStepInTurn) {
    std::vector<std::string> course;
    for (int step = 0;; ++step) {
        ScriptedClient http;
        http.on("POST", "https://a.test/").reply(200);
        http.fail_at(step);
        for (int i = 0; i < 2; ++i) {
            const auto reply = http.send({"POST", "https://a.test/", {}, ""}, {}, none_);
            course.emplace_back(reply ? "ok" : name_of(reply.error().kind));
        }
        course.push_back(std::to_string(http.arrived().size()));
        if (!http.has_failed()) break;
    }

    EXPECT_EQ(course, (std::vector<std::string>{"retry", "ok", "1", "in_doubt", "ok", "2", "ok", "retry", "1",
                                                "ok", "in_doubt", "2", "ok", "ok", "2"}));
}

TEST_F(ScriptedClientTest, CountsAScriptedFaultAsArrivedOnlyWhenInDoubt) {
    http_.on("POST", "https://a.test/1").fault({FaultKind::retry, "down", {}});
    http_.on("POST", "https://a.test/2").fault({FaultKind::in_doubt, "cut", {}});

    EXPECT_EQ(send({"POST", "https://a.test/1", {}, ""}).error().kind, FaultKind::retry);
    EXPECT_EQ(send({"POST", "https://a.test/2", {}, ""}).error().kind, FaultKind::in_doubt);
    ASSERT_EQ(http_.arrived().size(), 1u);
    EXPECT_EQ(http_.arrived()[0].url, "https://a.test/2");
}

TEST_F(ScriptedClientTest, StreamsPiecesUntilTheListenerStops) {
    http_.on("GET", "https://a.test/").stream(200, {"a", "b", "c"});
    std::string seen;
    int status = 0;

    const auto end = http_.open(
        {.url = "https://a.test/"}, {}, none_,
        [&](const HttpHead& head) {
            status = head.status;
            return HttpFlow::go_on;
        },
        [&](std::string_view chunk) {
            seen += chunk;
            return chunk == "b" ? HttpFlow::stop : HttpFlow::go_on;
        });

    EXPECT_EQ(end.value(), StreamEnd::stopped);
    EXPECT_EQ(status, 200);
    EXPECT_EQ(seen, "ab");
}

TEST_F(ScriptedClientTest, CutsAStreamAfterItsPieces) {
    http_.on("GET", "https://a.test/").stream(200, {"a", "b"});
    http_.fail_at(1);
    std::string seen;

    const auto end = http_.open(
        {.url = "https://a.test/"}, {}, none_, [](const HttpHead&) { return HttpFlow::go_on; },
        [&](std::string_view chunk) {
            seen += chunk;
            return HttpFlow::go_on;
        });

    EXPECT_EQ(end.error().kind, FaultKind::in_doubt);
    EXPECT_EQ(seen, "ab");
}

TEST_F(ScriptedClientTest, SendsNothingOnceCancelled) {
    http_.on("GET", "https://a.test/").reply(200);
    Cancel cancel;
    cancel.cancel();

    EXPECT_EQ(http_.send({.url = "https://a.test/"}, {}, cancel).error().kind, FaultKind::cancelled);
    EXPECT_TRUE(http_.arrived().empty());
}

}  // namespace
}  // namespace maillon::testing
