#include "calls.h"
#include "core/base/clock.h"
#include "core/base/digest.h"
#include "graph/graph_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace sandbox;
using namespace sandbox::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

constexpr const char* kForm = "application/x-www-form-urlencoded";

class Graph : public ::testing::Test {
protected:
    Graph() {
        service_.add_post({"104_1", "Autumn & more"});
        for (int i = 0; i < 5; ++i) publish("1_1" + std::to_string(i), "");
        publish("1_20", "1_10");
    }
    void publish(const std::string& id, const std::string& parent) {
        service_.publish(id, "104_1", parent, {"246", "Zoé"}, "text of " + id, "fb:" + id);
        clock_.advance(std::chrono::seconds(1));
    }
    Reply ask(std::string_view method, const std::string& path, const std::string& body = {}) {
        const std::string token = path.find('?') == std::string::npos ? "?" : "&";
        return call(service_, method, "/v25.0/" + path + token + "access_token=sandbox-page-token", body, "",
                    kForm);
    }
    static std::vector<std::string> ids(const Reply& reply) {
        std::vector<std::string> out;
        for (const auto& one : reply.list("data")) out.push_back(text_of(one.as_object(), "id"));
        return out;
    }
    static std::string code(const Reply& reply) {
        return text_of(reply.body.at("error").as_object(), "code");
    }

    maillon::FakeClock clock_;
    std::mutex lock_;
    Couriers couriers_{1};
    PageAccount account_{.page_id = "104"};
    GraphService service_{account_, lock_, couriers_, clock_, 1};
};

TEST_F(Graph, PagesThroughCommentsWithItsOwnLinks) {
    std::vector<std::string> seen;
    std::string next = "/v25.0/104_1/comments?limit=2&access_token=sandbox-page-token&fields=id";
    int pages = 0;

    for (; !next.empty() && pages < 10; ++pages) {
        const Reply page = call(service_, "GET", next);
        for (std::string& id : ids(page)) seen.push_back(std::move(id));
        next = text_of(page.body.at("paging").as_object(), "next");
        if (!next.empty()) next = next.substr(std::string("http://sandbox.test").size());
        EXPECT_TRUE(page.body.at("paging").at("cursors").as_object().contains("after"));
    }

    EXPECT_THAT(seen, ElementsAre("1_10", "1_11", "1_12", "1_13", "1_14"));
    EXPECT_EQ(pages, 3);
}

TEST_F(Graph, ObeysFilterOrderSinceAndFields) {
    EXPECT_EQ(ids(ask("GET", "104_1/comments?filter=stream")).size(), 6U);
    EXPECT_THAT(ids(ask("GET", "104_1/comments?order=reverse_chronological&limit=2")),
                ElementsAre("1_14", "1_13"));
    EXPECT_THAT(ids(ask("GET", "104_1/comments?since=1789375967")), ElementsAre("1_13", "1_14"));
    EXPECT_THAT(ids(ask("GET", "1_10/comments")), ElementsAre("1_20"));
    const Reply node = ask("GET", "1_20?fields=message,parent{id},created_time,from,can_hide");
    EXPECT_EQ(node.text("message"), "text of 1_20");
    EXPECT_EQ(node.body.at("parent").at("id"), "1_10");
    EXPECT_EQ(node.text("created_time"), "2026-09-14T08:52:49+0000");
    EXPECT_EQ(ask("GET", "104_1/comments?summary=true").body.at("summary").at("total_count"), 5);
}

TEST_F(Graph, PagesSurviveADeletedComment) {
    const Reply first = ask("GET", "104_1/comments?limit=2");
    const std::string after = text_of(first.body.at("paging").at("cursors").as_object(), "after");
    EXPECT_EQ(ask("DELETE", "1_11").text("success"), "true");

    EXPECT_THAT(ids(ask("GET", "104_1/comments?limit=2&after=" + after)), ElementsAre("1_12", "1_13"));
    EXPECT_EQ(code(ask("GET", "104_1/comments?after=nonsense")), "100");
    EXPECT_EQ(code(ask("GET", "1_11")), "100");
}

TEST_F(Graph, AnAnswerToAnAnswerHangsBelowTheTopComment) {
    const Reply made = ask("POST", "1_20/comments", "message=Bonjour+%26+merci");

    const Reply node = ask("GET", made.text("id") + "?fields=message,parent{id},from");
    EXPECT_EQ(node.text("message"), "Bonjour & merci");
    EXPECT_EQ(node.body.at("parent").at("id"), "1_10");
    EXPECT_EQ(node.body.at("from").at("id"), "104");
    EXPECT_EQ(ids(ask("GET", "1_10/comments")).size(), 2U);
}

TEST_F(Graph, HidesEditsAndAnswersPrivatelyOnce) {
    EXPECT_EQ(ask("POST", "1_10", "is_hidden=true").text("success"), "true");
    EXPECT_EQ(ask("GET", "1_10?fields=is_hidden").text("is_hidden"), "true");
    EXPECT_EQ(code(ask("POST", "1_10", "message=not+mine")), "200");
    const std::string own = ask("POST", "104_1/comments", "message=a").text("id");
    EXPECT_EQ(ask("POST", own, "message=b").status, 200);
    EXPECT_EQ(ask("GET", own + "?fields=message").text("message"), "b");
    const std::string note = R"(recipient={"comment_id":"1_10"}&message={"text":"hi"})";
    EXPECT_FALSE(ask("POST", "104/messages", note).text("message_id").empty());
    EXPECT_EQ(code(ask("POST", "104/messages", note)), "10900");
}

TEST_F(Graph, ChecksTokenAndProof) {
    const std::string proof = maillon::hmac_sha256_hex(account_.app_secret, "sandbox-page-token");
    EXPECT_EQ(code(call(service_, "GET", "/v25.0/104/feed")), "104");
    EXPECT_EQ(code(call(service_, "GET", "/v25.0/104/feed?access_token=x")), "190");
    EXPECT_EQ(code(ask("GET", "104/feed?appsecret_proof=" + std::string(64, '0'))), "100");
    EXPECT_EQ(service_.configure({{"require_proof", true}}), "");
    EXPECT_EQ(code(ask("GET", "104/feed")), "100");
    EXPECT_EQ(ask("GET", "104/feed?appsecret_proof=" + proof).status, 200);
    EXPECT_EQ(call(service_, "GET", "/104/feed?appsecret_proof=" + proof, "",
                   "Authorization: Bearer sandbox-page-token")
                  .status,
              200);
}

TEST_F(Graph, ThrottlesOnDemandInTheDocumentedShape) {
    for (const int wanted : {4, 17, 32, 613, 80001, 80006}) {
        EXPECT_EQ(service_.configure({{"throttle_code", wanted}}), "");
        const Reply reply = ask("GET", "104/feed");
        EXPECT_EQ(code(reply), std::to_string(wanted));
        EXPECT_THAT(std::string(*reply.headers.find("x-app-usage")), HasSubstr("\"call_count\":100"));
    }
}

TEST(AsciiJson, EscapesAsMetaDoes) {
    EXPECT_EQ(ascii_json(json::parse(R"({"a":"Zoë 😀 </b>"})")), R"({"a":"Zo\u00eb \ud83d\ude00 <\/b>"})");
}

TEST(GraphFields, ReadsNamesOutOfNestedOnes) {
    EXPECT_THAT(graph_fields("id,from{id,name},comments.limit(5).summary(true){id,from{id}},message", {}),
                ElementsAre("id", "from", "comments", "message"));
    EXPECT_THAT(graph_fields("", {"id"}), ElementsAre("id"));
}

}  // namespace
