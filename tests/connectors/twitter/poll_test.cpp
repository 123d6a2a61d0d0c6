#include "support.h"

namespace maillon::twitter {
namespace {

TEST(XPoll, AsksForWhatTheReferenceNames) {
    Instance x;
    x.host.answer(200, page({}));

    x.driver->poll();

    const auto& sent = x.host.sent.at(0);
    EXPECT_EQ(sent.method, "GET");
    EXPECT_TRUE(sent.url.starts_with("https://api.x.com/2/tweets/search/recent?")) << sent.url;
    EXPECT_EQ(sent.header("Authorization"), "Bearer t0k3n");
    EXPECT_EQ(parameter(sent, "query"), "@acme -is:retweet -from:acme");
    EXPECT_EQ(parameter(sent, "max_results"), "100");
    EXPECT_EQ(parameter(sent, "since_id"), "(absent)");
    for (const auto* field :
         {"author_id", "created_at", "conversation_id", "referenced_tweets", "note_tweet", "lang"})
        EXPECT_NE(parameter(sent, "tweet.fields").find(field), std::string::npos) << field;
    EXPECT_NE(parameter(sent, "expansions").find("attachments.media_keys"), std::string::npos);
    EXPECT_EQ(sent.url.find("t0k3n"), std::string::npos);
}

TEST(XPoll, UsesTheQueryAndAddressOfTheSettings) {
    Instance x({{"query", "from:a OR \"b c\""}, {"url", "http://127.0.0.1:8080/"}, {"page_size", 10}});
    x.host.answer(200, page({}));

    x.driver->poll();

    EXPECT_TRUE(x.host.sent.at(0).url.starts_with("http://127.0.0.1:8080/2/tweets")) << x.host.sent.at(0).url;
    EXPECT_EQ(parameter(x.host.sent.at(0), "query"), "from:a OR \"b c\"");
    EXPECT_EQ(parameter(x.host.sent.at(0), "max_results"), "10");
}

TEST(XPoll, OfNothingLeavesTheCursorAlone) {
    Instance x;
    x.host.answer(200, {{"meta", {{"result_count", 0}}}});
    x.host.answer(200, {{"meta", {{"result_count", 0}}}});

    const auto first = x.driver->poll();
    const auto later = x.driver->poll(R"({"since":"1005"})");

    EXPECT_EQ(first.status, MAILLON_OK);
    EXPECT_EQ(first.cursor, "");
    EXPECT_EQ(first.next_poll_ms, 15'000u);
    EXPECT_EQ(later.cursor, R"({"since":"1005"})");
}

TEST(XPoll, HoldsThePagesItHasReadBeforeAFailureSoThatTheOldestPostStillComesFirst) {
    Instance x({{"page_size", 10}});
    x.host.answer(200, page({post("1020"), post("1019")}, "t2"));
    x.host.answer({429, "{}", {{"x-rate-limit-reset", "1789375994"}}});

    const auto interrupted = x.driver->poll(R"({"since":"1000"})");

    EXPECT_EQ(interrupted.status, MAILLON_RATE_LIMITED);
    EXPECT_TRUE(interrupted.events.empty());
    EXPECT_EQ(interrupted.cursor, R"({"since":"1000"})");

    x.host.now_ms += 60'000;
    x.host.answer(200, page({post("1018")}));

    const auto result = x.driver->poll(interrupted.cursor);

    ASSERT_EQ(result.status, MAILLON_OK) << result.detail;
    EXPECT_EQ(parameter(x.host.sent.back(), "next_token"), "t2");
    EXPECT_EQ(ids(result), (std::vector<std::string>{"1018:created", "1019:created", "1020:created"}));
    EXPECT_EQ(result.cursor, R"({"since":"1020"})");
}

TEST(XPoll, BeginsTheWalkAnewWhenItsTokenIsNotKnownAnyMore) {
    Instance x;
    x.host.answer(400,
                  {{"errors", {{{"parameters", {{"next_token", {"t2"}}}}, {"message", "Invalid token"}}}},
                   {"type", "https://api.x.com/2/problems/invalid-request"}});
    x.host.answer(200, page({post("1020")}));

    const auto result = x.driver->poll(R"({"since":"1000","newest":"1019","token":"t2"})");

    ASSERT_EQ(result.status, MAILLON_OK) << result.detail;
    EXPECT_EQ(parameter(x.host.sent.at(1), "next_token"), "(absent)");
    EXPECT_EQ(parameter(x.host.sent.at(1), "since_id"), "1000");
    EXPECT_EQ(result.cursor, R"({"since":"1020"})");
}

TEST(XPoll, FallsBackToTheWholeWindowWhenSinceIdIsTooOld) {
    Instance x;
    x.host.answer(400, {{"errors",
                         {{{"parameters", {{"since_id", {"1000"}}}},
                           {"message", "'since_id' must be a tweet id created after [an hour]."}}}},
                        {"title", "Invalid Request"}});
    x.host.answer(200, page({post("1020")}));

    const auto result = x.driver->poll(R"({"since":"1000"})");

    ASSERT_EQ(result.status, MAILLON_OK) << result.detail;
    EXPECT_EQ(parameter(x.host.sent.at(1), "since_id"), "(absent)");
    EXPECT_EQ(result.cursor, R"({"since":"1020"})");
    ASSERT_FALSE(x.host.log.empty());
    EXPECT_EQ(x.host.log.back().level, MAILLON_LOG_WARNING);
}

TEST(XPoll, KnowsAnIdOfMoreThanSevenDaysWhateverTheAnswerSays) {
    Instance x;
    x.host.answer(400, {{"title", "Invalid Request"}, {"detail", "One or more parameters was invalid."}});
    x.host.answer(200, page({}));

    const auto result = x.driver->poll(R"({"since":"1212092628029698048"})");

    ASSERT_EQ(result.status, MAILLON_OK) << result.detail;
    EXPECT_EQ(result.cursor, "{}");
}

TEST(XPoll, SpeaksTheNewVocabularyWhenTheOldOneIsRefused) {
    Instance x;
    x.host.answer(
        400, {{"errors", {{{"message", "The query parameter [tweet.fields] is not one of [post.fields]"}}}}});
    x.host.answer(200, page({post("5")}));
    x.host.answer(200, page({}));

    const auto result = x.driver->poll();
    x.driver->poll(result.cursor);

    EXPECT_EQ(ids(result), (std::vector<std::string>{"5:created"}));
    EXPECT_EQ(parameter(x.host.sent.at(1), "tweet.fields"), "(absent)");
    EXPECT_NE(parameter(x.host.sent.at(1), "post.fields").find("note_post"), std::string::npos);
    EXPECT_NE(parameter(x.host.sent.at(2), "post.fields"), "(absent)");
}

TEST(XPoll, ReturnsToTheOldVocabularyWhenNeitherIsTaken) {
    Instance x;
    x.host.answer(400, {{"detail", "tweet.fields is not valid"}})
        .answer(400, {{"detail", "post.fields is not valid"}});
    x.host.answer(200, page({}));

    const auto refused = x.driver->poll();
    x.driver->poll();

    EXPECT_EQ(refused.status, MAILLON_CONFIG);
    EXPECT_EQ(x.host.sent.size(), 3u);
    EXPECT_NE(parameter(x.host.sent.at(2), "tweet.fields"), "(absent)");
}

TEST(XPoll, AnswersAWrongQueryAsConfiguration) {
    Instance x;
    x.host.answer(
        400, {{"title", "Invalid Request"}, {"errors", {{{"message", "no viable alternative at 'x'"}}}}});

    const auto result = x.driver->poll(R"({"since":"1000"})");

    EXPECT_EQ(result.status, MAILLON_CONFIG);
    EXPECT_NE(result.detail.find("no viable alternative"), std::string::npos) << result.detail;
    EXPECT_EQ(x.host.sent.size(), 1u);
}

TEST(XPoll, LogsPartialErrorsOnceAndGoesOn) {
    Instance x;
    x.host.answer(200, sample("page1.json")).answer(200, sample("page1.json"));

    const auto first = x.driver->poll();
    x.driver->poll();

    EXPECT_EQ(first.events.size(), 2u);
    const auto told = std::count_if(x.host.log.begin(), x.host.log.end(),
                                    [](const auto& line) { return line.level == MAILLON_LOG_WARNING; });
    EXPECT_EQ(told, 1);
}

TEST(XPoll, DoesNotTurnInCircles) {
    Instance x;
    x.host.answer(200, page({post("1020")}, "same"));

    const auto result = x.driver->poll(R"({"since":"1000","token":"same"})");

    EXPECT_EQ(result.status, MAILLON_RETRY);
    EXPECT_TRUE(result.events.empty());
}

TEST(XPoll, ReportsTheRateLimitToTheHost) {
    Instance x;
    x.host.answer(200, page({}),
                  {{"X-Rate-Limit-Limit", "450"},
                   {"x-rate-limit-remaining", "440"},
                   {"x-rate-limit-reset", "1789377300"}});

    x.driver->poll();

    ASSERT_FALSE(x.host.budgets.empty());
    EXPECT_EQ(x.host.budgets.back().scope, "x:search");
    EXPECT_EQ(x.host.budgets.back().used, 10);
    EXPECT_EQ(x.host.budgets.back().limit, 450);
    EXPECT_EQ(x.host.budgets.back().reset_ms, 1'789'377'300'000);
}

}  // namespace
}  // namespace maillon::twitter
