#include "calls.h"
#include "core/base/clock.h"
#include "x/x_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace sandbox;
using namespace sandbox::test;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

constexpr const char* kToken = "Authorization: Bearer sandbox-x-token";
const XUser kAna{"625", "anaruiz", "Ana Ruiz", "Lyon"};
const std::string kSearch = "/2/tweets/search/recent?query=%40acme_air%20-is:retweet&max_results=10";

class X : public ::testing::Test {
protected:
    std::string mention(const std::string& text, std::uint64_t conversation = 0) {
        clock_.advance(10ms);
        return std::to_string(service_.publish(kAna, text, "x:o", conversation).id);
    }
    Reply get(const std::string& target) { return call(service_, "GET", target, "", kToken); }
    Reply say(const json::object& body) {
        return call(service_, "POST", "/2/tweets", json::serialize(body), kToken);
    }
    Reply answer(const std::string& to, const std::string& text) {
        return say({{"text", text}, {"reply", json::object{{"in_reply_to_tweet_id", to}}}});
    }
    static std::vector<std::string> ids(const Reply& reply) {
        std::vector<std::string> out;
        for (const auto& post : reply.list("data")) out.push_back(text_of(post.as_object(), "id"));
        return out;
    }
    std::string change(const char* settings) { return service_.configure(json::parse(settings).as_object()); }

    maillon::FakeClock clock_;
    XService service_{{}, clock_};
};

TEST_F(X, NeedsItsToken) {
    const Reply reply = call(service_, "GET", "/2/users/me", "", "Authorization: Bearer wrong");
    EXPECT_EQ(reply.status, 401);
    EXPECT_EQ(reply.text("title"), "Unauthorized");
    EXPECT_EQ(get("/2/users/me").body.at("data").at("username"), "acme_air");
}

TEST_F(X, AnEmptyResultHasNoData) {
    const Reply reply = get(kSearch);
    EXPECT_EQ(json::serialize(reply.body), R"({"meta":{"result_count":0}})");
}

TEST_F(X, GivesTheNewestFirstAndOnlyWhatIsNew) {
    const std::string first = mention("one");
    const std::string second = mention("two &amp; a half");
    const std::string third = mention("three");

    const Reply reply = get(kSearch + "&since_id=" + first);

    EXPECT_THAT(ids(reply), ElementsAre(third, second));
    EXPECT_EQ(reply.body.at("meta").at("newest_id"), json::value(third));
    EXPECT_EQ(reply.body.at("meta").at("oldest_id"), json::value(second));
    EXPECT_EQ(reply.list("data")[1].at("text"), "two &amp; a half");
    EXPECT_FALSE(reply.list("data")[0].as_object().contains("author_id"));
    EXPECT_THAT(ids(get(kSearch + "&until_id=" + second)), ElementsAre(first));
    EXPECT_THAT(ids(get(kSearch + "&start_time=2026-09-14T08:52:44.030Z")), ElementsAre(third));
}

TEST_F(X, PagesStayRightWhileNewPostsArrive) {
    std::vector<std::string> expected;
    for (int i = 0; i < 25; ++i) expected.insert(expected.begin(), mention(std::to_string(i)));
    std::vector<std::string> seen;
    std::string token;
    int pages = 0;

    do {
        const std::string name = pages % 2 == 0 ? "next_token" : "pagination_token";
        const Reply page = get(kSearch + (token.empty() ? "" : "&" + name + "=" + token));
        for (std::string& id : ids(page)) seen.push_back(std::move(id));
        token = text_of(page.body.at("meta").as_object(), "next_token");
        mention("meanwhile");
        ++pages;
    } while (!token.empty() && pages < 10);

    EXPECT_EQ(seen, expected);
    EXPECT_EQ(pages, 3);
}

TEST_F(X, GivesFieldsAndAuthorsThatAreAskedFor) {
    const std::string first = mention("hi @acme_air");
    mention("again", std::stoull(first));

    const Reply reply = get(kSearch +
                            "&tweet.fields=author_id,created_at,conversation_id,entities&expansions=author_"
                            "id&user.fields=location");

    ASSERT_EQ(reply.list("data").size(), 2U);
    EXPECT_EQ(reply.list("data")[0].at("conversation_id"), json::value(first));
    EXPECT_EQ(reply.list("data")[1].at("created_at"), "2026-09-14T08:52:44.010Z");
    EXPECT_EQ(reply.list("data")[1].at("entities").at("mentions").at(0).at("start"), 3);
    EXPECT_EQ(json::serialize(reply.body.at("includes")),
              R"({"users":[{"id":"625","name":"Ana Ruiz","username":"anaruiz","location":"Lyon"}]})");
}

TEST_F(X, SpeaksTheNewerVocabulary) {
    EXPECT_EQ(change(R"({"vocabulary":"2.167"})"), "");
    const std::string first = mention("hi");
    answer(first, "hello");

    const Reply reply =
        get("/2/users/2244994945/tweets?post.fields=referenced_posts&expansions=referenced_posts");

    EXPECT_EQ(reply.list("data")[0].at("referenced_posts").at(0).at("id"), json::value(first));
    EXPECT_TRUE(reply.list("data")[0].as_object().contains("edit_history_post_ids"));
    EXPECT_TRUE(reply.body.at("includes").as_object().contains("posts"));
}

TEST_F(X, NamesTheParameterThatIsWrong) {
    EXPECT_THAT(json::serialize(get("/2/tweets/search/recent?query=x&max_results=5").body),
                HasSubstr("not between 10 and 100"));
    EXPECT_EQ(get(kSearch + "&since_id=abc").status, 400);
    EXPECT_EQ(get(kSearch + "&next_token=abc").status, 400);
    EXPECT_EQ(get(kSearch + "&tweet.fields=nonsense").status, 400);
    EXPECT_EQ(get("/2/tweets/search/recent").status, 400);
    EXPECT_EQ(get("/2/tweets/search/recent?query=near:lyon").status, 400);
    EXPECT_EQ(get("/2/nothing").status, 404);
}

TEST_F(X, AReplyJoinsTheConversationAndStandsInTheOwnTimeline) {
    const std::string first = mention("help");
    const Reply made = answer(first, "@anaruiz we < you & yours");
    const std::string id = text_of(made.body.at("data").as_object(), "id");

    EXPECT_EQ(made.status, 201);
    const Reply timeline = get("/2/users/2244994945/tweets?since_id=" + first +
                               "&tweet.fields=conversation_id,referenced_tweets,in_reply_to_user_id");
    EXPECT_THAT(ids(timeline), ElementsAre(id));
    const json::value post = timeline.list("data")[0];
    EXPECT_EQ(post.at("text"), "@anaruiz we &lt; you &amp; yours");
    EXPECT_EQ(post.at("conversation_id"), json::value(first));
    EXPECT_EQ(post.at("referenced_tweets").at(0).at("id"), json::value(first));
    EXPECT_EQ(post.at("in_reply_to_user_id"), "625");
    EXPECT_THAT(ids(get(kSearch)), ElementsAre(first));  // own posts are no mentions
}

TEST_F(X, RefusesTheSameTextForAWhile) {
    const std::string first = mention("a");
    EXPECT_EQ(answer(first, "same").status, 201);
    EXPECT_EQ(answer(first, "same").status, 403);
    clock_.advance(15min);
    EXPECT_EQ(answer(first, "same").status, 201);
    EXPECT_EQ(change(R"({"duplicate_window_s":0})"), "");
    EXPECT_EQ(answer(first, "same").status, 201);
}

TEST_F(X, RefusesLongTextsUnsummonedRepliesAndUnknownTargets) {
    const std::string first = mention("a");
    EXPECT_EQ(answer(first, "@anaruiz " + std::string(280, 'x')).status, 201);
    EXPECT_EQ(answer(first, "@anaruiz " + std::string(281, 'x')).status, 400);
    EXPECT_EQ(answer("999", "x").status, 403);
    EXPECT_EQ(say({{"text", ""}}).status, 400);
    EXPECT_EQ(call(service_, "POST", "/2/tweets", "no json", kToken).status, 400);
}

TEST_F(X, DeletesOwnPostsOnly) {
    const std::string first = mention("a");
    const std::string id = text_of(answer(first, "b").body.at("data").as_object(), "id");

    EXPECT_EQ(call(service_, "DELETE", "/2/tweets/" + first, "", kToken).status, 403);
    EXPECT_EQ(call(service_, "DELETE", "/2/tweets/" + id, "", kToken).body.at("data").at("deleted"), true);
    const Reply gone = get("/2/tweets?ids=" + first + "," + id);
    EXPECT_THAT(ids(gone), ElementsAre(first));
    EXPECT_EQ(gone.list("errors")[0].at("resource_id"), json::value(id));
}

TEST_F(X, HidesAnswersInOwnConversationsOnly) {
    const std::string own = text_of(say({{"text", "news"}}).body.at("data").as_object(), "id");
    const std::string answer_to_own =
        std::to_string(service_.publish(kAna, "bad words", "x:a", 0, std::stoull(own)).id);
    const std::string elsewhere = mention("a");
    const auto hide = [&](const std::string& id) {
        return call(service_, "PUT", "/2/tweets/" + id + "/hidden", R"({"hidden":true})", kToken);
    };

    EXPECT_EQ(hide(answer_to_own).body.at("data").at("hidden"), true);
    EXPECT_TRUE(service_.posts().find(std::stoull(answer_to_own))->hidden);
    EXPECT_EQ(hide(elsewhere).status, 403);
    EXPECT_EQ(hide(own).status, 403);
}

TEST_F(X, RefusesTheOtherVocabulary) {
    EXPECT_THAT(json::serialize(get(kSearch + "&post.fields=lang").body), HasSubstr("post.fields"));
    EXPECT_EQ(change(R"({"vocabulary":"2.167"})"), "");
    EXPECT_THAT(json::serialize(get(kSearch + "&tweet.fields=lang").body), HasSubstr("tweet.fields"));
    EXPECT_EQ(get(kSearch + "&post.fields=lang&expansions=edit_history_post_ids").status, 200);
}

TEST_F(X, FindsPeople) {
    mention("a");
    EXPECT_EQ(get("/2/users/by/username/AnaRuiz").body.at("data").at("id"), "625");
    EXPECT_THAT(json::serialize(get("/2/users/by/username/nobody").body),
                HasSubstr("Could not find user with username: [nobody]."));
}

TEST_F(X, CountsRequestsPerEndpointAndWindow) {
    EXPECT_EQ(change(R"({"rate_limits":{"GET /2/users/me":{"limit":2,"window_s":60}}})"), "");
    EXPECT_EQ(get("/2/users/me").headers.find("x-rate-limit-remaining"), "1");
    EXPECT_EQ(get("/2/users/me").status, 200);

    const Reply refused = get("/2/users/me");

    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.headers.find("x-rate-limit-limit"), "2");
    EXPECT_EQ(refused.headers.find("x-rate-limit-reset"), std::to_string(1'789'375'964 + 60));
    EXPECT_EQ(get(kSearch).status, 200);
    clock_.advance(60s);
    EXPECT_EQ(get("/2/users/me").status, 200);
}

TEST_F(X, RefusesSettingsThatItDoesNotKnow) {
    EXPECT_THAT(change(R"({"vocabulary":"3"})"), HasSubstr("x.vocabulary"));
    EXPECT_THAT(change(R"({"speed":1})"), HasSubstr("x.speed"));
}

}  // namespace
