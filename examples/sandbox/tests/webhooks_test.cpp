#include "control/sandbox.h"
#include "core/base/digest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <set>

using namespace sandbox;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

namespace {

/// A hub's webhook: answers the challenge, refuses the first deliveries, keeps what it took.
class Callback {
public:
    explicit Callback(int refuse_first) : refuse_(refuse_first) {
        port_ = server_
                    .listen_tcp("127.0.0.1:0",
                                [this](const maillon::HttpRequest& request,
                                       const maillon::Responder& responder) { take(request, responder); })
                    .value();
        server_.start();
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hooks/fb"; }
    /// Waits until so many changes were taken, at most 20 seconds.
    bool wait_for(std::size_t changes) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 20s, [&] { return messages.size() >= changes; });
    }
    std::vector<std::string> messages;
    std::vector<std::string> bodies;
    int wrong_signatures = 0;

private:
    void take(const maillon::HttpRequest& request, const maillon::Responder& responder) {
        const auto query = maillon::parse_query(request.query);
        if (request.method == "GET") {
            const bool right = maillon::find_parameter(query, "hub.verify_token") == "let me in";
            responder.answer(maillon::text_response(
                right ? 200 : 403,
                std::string(maillon::find_parameter(query, "hub.challenge").value_or(""))));
            return;
        }
        const std::lock_guard lock(mutex_);
        if (refuse_-- > 0) {
            responder.answer(maillon::text_response(503, ""));
            return;
        }
        const std::string expected =
            "sha256=" + maillon::hmac_sha256_hex(PageAccount().app_secret, request.body);
        wrong_signatures += request.header("x-hub-signature-256") == expected ? 0 : 1;
        bodies.push_back(request.body);
        const auto payload = parse_object(request.body);
        for (const auto& entry : payload->at("entry").as_array()) {
            messages.push_back(text_of(entry.at("changes").at(0).at("value").as_object(), "message"));
        }
        responder.answer({});
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    int refuse_;
    std::uint16_t port_ = 0;
    maillon::HttpServer server_;
};

class WebhookTest : public ::testing::Test {
protected:
    WebhookTest() {
        EXPECT_TRUE(sandbox_.start());
        addresses_ = sandbox_.addresses();
    }
    json::object ask(const char* service, std::string_view method, const std::string& path,
                     const json::object& body = {}) {
        maillon::HttpHeaders headers;
        headers.add("Content-Type", "application/json");
        const auto answer = caller_.call(method, text_of(addresses_, service) + path, headers,
                                         body.empty() ? "" : json::serialize(body));
        return answer ? parse_object(answer->body).value_or(json::object()) : json::object();
    }
    json::object subscribe(const std::string& url, const std::string& token) {
        const std::string secret = text_of(addresses_, "app_id") + "|" + text_of(addresses_, "app_secret");
        ask("graph", "POST", "/v25.0/" + text_of(addresses_, "page_id") + "/subscribed_apps",
            {{"access_token", addresses_["page_token"]}, {"subscribed_fields", "feed"}});
        return ask("graph", "POST", "/v25.0/" + text_of(addresses_, "app_id") + "/subscriptions",
                   {{"access_token", secret},
                    {"object", "page"},
                    {"callback_url", url},
                    {"verify_token", token},
                    {"fields", "feed"}});
    }

    maillon::SystemClock clock_;
    Sandbox sandbox_{{.comments = 60, .crm = {.contacts = 0}}, {}, clock_};
    json::object addresses_;
    Caller caller_;
};

TEST_F(WebhookTest, ASubscriptionCountsOnlyAfterTheChallenge) {
    Callback callback(0);

    const json::object refused = subscribe(callback.url(), "wrong");
    EXPECT_EQ(text_of(refused.at("error").as_object(), "code"), "2200");
    EXPECT_FALSE(sandbox_.world().graph.webhooks().is_active());

    EXPECT_EQ(text_of(subscribe(callback.url(), "let me in"), "success"), "true");
    EXPECT_TRUE(sandbox_.world().graph.webhooks().is_active());
}

TEST_F(WebhookTest, DeliversTheStorySignedInBatchesAndAgainUntilItIsTaken) {
    Callback callback(3);
    ASSERT_EQ(text_of(subscribe(callback.url(), "let me in"), "success"), "true");

    EXPECT_EQ(text_of(ask("control", "POST", "/start"), "started"), "true");
    EXPECT_EQ(text_of(ask("control", "POST", "/start"), "started"), "false");
    ASSERT_TRUE(callback.wait_for(60));

    EXPECT_EQ(callback.messages.size(), 60U);
    EXPECT_LT(callback.bodies.size(), 60U);  // several in one body
    EXPECT_EQ(callback.wrong_signatures, 0);
    std::multiset<std::string> sent;
    for (const StoryComment& comment : sandbox_.world().comments.comments) sent.insert(comment.message);
    EXPECT_EQ(std::multiset<std::string>(callback.messages.begin(), callback.messages.end()), sent);
    for (const std::string& body : callback.bodies) {
        EXPECT_TRUE(std::all_of(body.begin(), body.end(),
                                [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
    }
    // The last answer is booked after the callback has given it.
    json::object state;
    for (int tries = 0; tries < 5000 && text_of(state, "comments_accepted") != "60"; ++tries)
        state = ask("control", "GET", "/state");
    EXPECT_EQ(text_of(state, "comments_accepted"), "60");
    EXPECT_EQ(text_of(state, "comments_sent"), "60");
    const json::object& webhooks = state.at("webhooks").as_object();
    EXPECT_EQ(int_of(webhooks, "attempts", 0), int_of(webhooks, "accepted", 0) + 3);
    EXPECT_EQ(int_of(webhooks, "pending", -1), 0);
}

TEST_F(WebhookTest, ThePagesOwnCommentComesBackAsAnEcho) {
    Callback callback(0);
    ASSERT_EQ(text_of(subscribe(callback.url(), "let me in"), "success"), "true");
    const std::string question =
        text_of(ask("control", "POST", "/graph/comment", {{"message", "Où ?"}}), "id");

    ask("graph", "POST", "/v25.0/" + question + "/comments",
        {{"access_token", addresses_["page_token"]}, {"message", "Là."}});

    ASSERT_TRUE(callback.wait_for(2));
    // Two deliveries may overtake each other.
    EXPECT_THAT(callback.bodies, ::testing::Contains(::testing::AllOf(
                                     HasSubstr("L\\u00e0."), HasSubstr(R"("parent_id":")" + question),
                                     HasSubstr(R"("from":{"id":"104422781100341")"))));
}

TEST_F(WebhookTest, SendsAnyPayloadWithAnySignature) {
    Callback callback(0);
    const json::object payload{{"object", "page"}, {"entry", json::array()}};

    const json::object good =
        ask("control", "POST", "/webhook/send", {{"payload", payload}, {"url", callback.url()}});
    const json::object bad = ask("control", "POST", "/webhook/send",
                                 {{"payload", payload}, {"url", callback.url()}, {"signature", "sha256=00"}});

    EXPECT_EQ(text_of(good, "status"), "200");
    EXPECT_EQ(text_of(bad, "status"), "200");
    EXPECT_EQ(callback.wrong_signatures, 1);
    EXPECT_EQ(text_of(ask("control", "POST", "/webhook/send",
                          {{"payload", payload}, {"url", "http://127.0.0.1:1/"}}),
                      "status"),
              "0");
}

}  // namespace
