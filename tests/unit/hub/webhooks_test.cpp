#include "core/hub/webhooks.h"

#include "core/web/unix_client.h"
#include "tests/unit/hub/lane_test.h"

#include <future>

namespace maillon::hub {
namespace {

using ::testing::HasSubstr;

/// The public face, asked over a real server.
class WebhooksTest : public LaneTest {
protected:
    void SetUp() override {
        LaneTest::SetUp();
        source_.on_receive = [this](const plugin::WebRequest& request) -> Result<plugin::Received> {
            last_ = request;
            if (request.body == "bad signature") return fault(FaultKind::auth);
            if (request.body == "busy") return fault(FaultKind::retry);
            return plugin::Received{{raw("1")}, 201, "<ok/>", "application/xml"};
        };
        auto made = server_.listen_unix(socket(), [this](web::HttpRequest request, web::Responder responder) {
            hooks_.handle(std::move(request), std::move(responder));
            ++handled_;
            handled_.notify_all();
        });
        ASSERT_TRUE(made) << made.error().what;
        hooks_.open();
        server_.on_handed_out([this] { hooks_.handed_out(); });
        server_.start();
    }
    void TearDown() override {
        for (auto& [name, lane] : lanes_) lane->ask_to_stop();
        for (auto& [name, lane] : lanes_) lane->join(std::chrono::steady_clock::now() + minutes{1});
        server_.stop(seconds{10});
        LaneTest::TearDown();
    }
    /// The lane "x", which takes requests.
    void with_lane() {
        start();
        lanes_.emplace("x", std::move(lane_));
    }
    web::HttpResponse ask(const std::string& method, const std::string& target,
                          const std::string& body = {}) {
        auto answer = request_over_unix_socket(socket(), method, target, body, seconds{60});
        if (answer) return std::move(*answer);
        ADD_FAILURE() << answer.error().what;
        return {};
    }
    std::string socket() const { return folder_.file("web.sock"); }

    std::map<std::string, std::unique_ptr<SourceLane>> lanes_;
    std::atomic<int> handled_{0};
    int scraped_ = 0;
    Webhooks hooks_{{lanes_, health_, [this](const web::Responder& responder) {
                         ++scraped_;
                         responder.answer(web::text_response(200, "figures\n"));
                     }}};
    web::HttpServer server_{{.max_bodies = 128U << 20U}};
    plugin::WebRequest last_;
};

TEST_F(WebhooksTest, WhileTheLanesAreReplacedRequestsWaitAndGoToTheNewOnes) {
    hooks_.close();
    auto waits = std::async(std::launch::async, [this] { return ask("POST", "/hooks/x", "one").status; });
    EXPECT_EQ(ask("GET", "/healthz").status, 200) << "whatever is no hook is answered meanwhile";
    with_lane();
    hooks_.open();
    EXPECT_EQ(waits.get(), 201);
    EXPECT_EQ(last_.body, "one");
}

TEST_F(WebhooksTest, WhatWaitsMeanwhileTakesNoMoreThanItsShareOfTheMemory) {
    hooks_.close();
    const std::string body(15U << 20U, 'x');
    std::vector<std::future<int>> statuses;
    for (int i = 0; i < 5; ++i)
        statuses.push_back(
            std::async(std::launch::async, [&, this] { return ask("POST", "/hooks/nobody", body).status; }));
    for (int seen = 0; seen < 5; seen = handled_) handled_.wait(seen);
    hooks_.open();

    std::map<int, int> answers;
    for (auto& status : statuses) ++answers[status.get()];
    EXPECT_EQ(answers, (std::map<int, int>{{404, 4}, {503, 1}})) << "64 MiB are kept, and a fifth is told";
}

TEST_F(WebhooksTest, HealthzFailsOnlyWithAVitalComponent) {
    auto store = health_.component("store", Weight::vital);
    auto crm = health_.component("connector.crm");
    store.ok();
    crm.failing("no route to it");
    EXPECT_EQ(ask("GET", "/healthz").status, 200);

    store.failing("broken");

    const auto answer = ask("GET", "/healthz");
    EXPECT_EQ(answer.status, 503);
    EXPECT_THAT(answer.body, HasSubstr("broken"));
    EXPECT_EQ(answer.headers.find("Content-Type"), "application/json; charset=utf-8");
}

TEST_F(WebhooksTest, ReadyzFailsWithAnyComponent) {
    auto crm = health_.component("connector.crm");
    EXPECT_EQ(ask("GET", "/readyz").status, 503) << "still starting";
    crm.ok();
    EXPECT_EQ(ask("GET", "/readyz").status, 200);
    crm.failing("no route to it");
    EXPECT_EQ(ask("GET", "/readyz").status, 503);
    EXPECT_EQ(ask("GET", "/activez").status, 200) << "webhooks are to come nevertheless";
}

TEST_F(WebhooksTest, WhoAsksForMetricsIsAnsweredByWhomItWasHandedOnTo) {
    EXPECT_EQ(ask("GET", "/metrics").body, "figures\n");
    EXPECT_EQ(ask("GET", "/metrics?x=1").body, "figures\n");
    EXPECT_EQ(scraped_, 2);
}

TEST_F(WebhooksTest, OnlyGetAndHeadAreForTheKnownPages) {
    auto store = health_.component("store", Weight::vital);
    store.ok();
    for (const std::string path : {"/activez", "/healthz", "/readyz", "/metrics"}) {
        const auto answer = ask("POST", path, "x");
        EXPECT_EQ(answer.status, 405) << path;
        EXPECT_EQ(answer.headers.find("Allow"), "GET, HEAD") << path;
    }
    EXPECT_EQ(scraped_, 0);
}

TEST_F(WebhooksTest, AnythingElseIsNotFound) {
    EXPECT_EQ(ask("GET", "/").status, 404);
    EXPECT_EQ(ask("POST", "/").status, 404);
    EXPECT_EQ(ask("GET", "/healthz/").status, 404);
    EXPECT_EQ(ask("GET", "/v1/status").status, 404) << "the admin API is not public";
}

TEST_F(WebhooksTest, ARequestReachesItsConnectorWholeAndIsAnsweredInItsWords) {
    with_lane();

    const auto answer = ask("PUT", "/hooks/x/deep/path?token=1", "the body");

    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.body, "<ok/>");
    EXPECT_EQ(answer.headers.find("Content-Type"), "application/xml");
    EXPECT_EQ(answer.headers.find("Retry-After"), std::nullopt);
    EXPECT_EQ(last_.method, "PUT");
    EXPECT_EQ(last_.target, "/hooks/x/deep/path?token=1");
    EXPECT_EQ(last_.body, "the body");
    EXPECT_FALSE(last_.headers.empty());
    EXPECT_THAT(ids(), ::testing::ElementsAre("1"));
}

TEST_F(WebhooksTest, AHookThatNobodyListensToIsNotFound) {
    with_lane();

    EXPECT_EQ(ask("POST", "/hooks/y").status, 404);
    EXPECT_EQ(ask("POST", "/hooks/").status, 404);
    EXPECT_EQ(ask("POST", "/hooks/xx").status, 404);
    EXPECT_TRUE(source_.seen("receive").empty());
}

TEST_F(WebhooksTest, AConnectorThatTakesNoRequestsIsNotAsked) {
    source_.about.receives = false;
    with_lane();

    EXPECT_EQ(ask("POST", "/hooks/x").status, 404);
    EXPECT_TRUE(source_.seen("receive").empty());
}

TEST_F(WebhooksTest, ABadSignatureIsForbiddenWithoutReasons) {
    with_lane();

    const auto answer = ask("POST", "/hooks/x", "bad signature");

    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.body, "refused\n");
}

TEST_F(WebhooksTest, WhoWaitsAtTheStopIsToldToComeAgainAndTheServerWaitsForNobody) {
    std::promise<void> polls, polled;
    source_.on_poll = [&](const auto&) {
        polls.set_value();
        polled.get_future().wait();
        return plugin::Polled{{}, {}, std::chrono::hours{1}, {}};
    };
    with_lane();
    polls.get_future().wait();
    auto waits = std::async(std::launch::async, [this] { return ask("POST", "/hooks/x", "one"); });
    handled_.wait(0);

    lanes_.at("x")->ask_to_stop();
    server_.stop(seconds{10});

    const auto answer = waits.get();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.headers.find("Retry-After"), "5");
    polled.set_value();
}

TEST_F(WebhooksTest, WhoeverIsSentAwayLearnsWhenToComeBack) {
    with_lane();

    const auto answer = ask("POST", "/hooks/x", "busy");

    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.headers.find("Retry-After"), "5");
}

}  // namespace
}  // namespace maillon::hub
