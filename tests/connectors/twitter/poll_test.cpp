#include "support.h"

#include <algorithm>

#include "maillon/wire.hpp"

namespace maillon::twitter {
namespace {

/// A decoded parameter of a request.
std::string parameter(const testkit::Sent& sent, std::string_view name) {
    const maillon_http_message message{
        sizeof(maillon_http_message), 0, str("GET"), str(sent.url), {}, nullptr, 0};
    return HttpRequest(message).query(name).value_or("(absent)");
}

/// A search over `posts` ids 1001…, newest first, `per_page` to a page, which honours since_id and
/// next_token.
std::function<testkit::Scripted(const testkit::Sent&)> timeline(const int& newest, int per_page) {
    return [&newest, per_page](const testkit::Sent& sent) {
        const auto since = parameter(sent, "since_id");
        const auto token = parameter(sent, "next_token");
        const int floor = since == "(absent)" ? 1000 : std::stoi(since);
        const int from = token == "(absent)" ? newest : std::stoi(token);
        std::vector<json::object> posts;
        for (int id = from; id > floor && id > from - per_page; --id)
            posts.push_back(post(std::to_string(id)));
        const bool more = from - per_page > floor;
        return testkit::Scripted{200,
                                 json::serialize(page(posts, more ? std::to_string(from - per_page) : ""))};
    };
}

/// Ids of all events from the cursor on, at most `most` in a poll; `between` happens after each of them.
std::vector<std::string> everything(Instance& x, std::string& cursor, std::uint32_t most,
                                    const std::function<void()>& between) {
    std::vector<std::string> seen;
    for (int polls = 0; polls < 40; ++polls) {
        const auto result = x.driver->poll(cursor, most);
        EXPECT_EQ(result.status, MAILLON_OK) << result.detail;
        EXPECT_LE(result.events.size(), most);
        std::ranges::copy(ids(result), std::back_inserter(seen));
        cursor = result.cursor;
        between();
        if (result.next_poll_ms != 0) break;
    }
    return seen;
}

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

TEST(XPoll, EmitsOldestFirstOverItsPages) {
    Instance x({{"page_size", 10}});
    const int newest = 1025;
    x.host.on_http = timeline(newest, 10);

    const auto result = x.driver->poll(R"({"since":"1000"})");

    ASSERT_EQ(result.status, MAILLON_OK) << result.detail;
    ASSERT_EQ(result.events.size(), 25u);
    EXPECT_EQ(result.events.front().id, "1001:created");
    EXPECT_EQ(result.events.back().id, "1025:created");
    EXPECT_EQ(result.cursor, R"({"since":"1025"})");
    EXPECT_EQ(x.host.sent.size(), 3u);
}

TEST(XPoll, KeepsSinceIdWhileItPages) {
    Instance x({{"page_size", 10}});
    const int newest = 1025;
    x.host.on_http = timeline(newest, 10);

    x.driver->poll(R"({"since":"1000"})");

    for (const auto& sent : x.host.sent) EXPECT_EQ(parameter(sent, "since_id"), "1000");
    EXPECT_EQ(parameter(x.host.sent.at(1), "next_token"), "1015");
}

TEST(XPoll, OfALongBacklogGivesTheOldestPostFirstInPartsAndLosesNothingWhileNewPostsArrive) {
    Instance x({{"page_size", 10}});
    int newest = 1250;
    x.host.on_http = timeline(newest, 10);
    std::string cursor = R"({"since":"1000"})";
    int more = 5;

    auto seen = everything(x, cursor, 40, [&] { newest += more-- > 0 ? 3 : 0; });
    std::ranges::copy(everything(x, cursor, 40, [] {}), std::back_inserter(seen));

    std::vector<std::string> all;
    for (int id = 1001; id <= newest; ++id) all.push_back(std::to_string(id) + ":created");
    EXPECT_EQ(seen, all);
    EXPECT_EQ(cursor, json::serialize(json::object{{"since", std::to_string(newest)}}));
}

TEST(XPoll, OfABacklogOfDaysComesInPortionsTheNewestFirst) {
    Instance x({{"page_size", 100}});
    const int newest = 11'300;
    x.host.on_http = timeline(newest, 100);
    std::string cursor = R"({"since":"1000"})";
    const auto seen = everything(x, cursor, 500, [] {});

    ASSERT_EQ(seen.size(), 10'300u);
    EXPECT_EQ(seen.front(), "1301:created");
    const auto by_age = [](const std::string& a, const std::string& b) {
        return std::pair(a.size(), a) < std::pair(b.size(), b);
    };
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.begin() + 10'000, by_age));
    EXPECT_TRUE(std::is_sorted(seen.begin() + 10'000, seen.end(), by_age));
    EXPECT_EQ(cursor, R"({"since":"11300"})");
}

TEST(XPoll, OfABacklogOfDaysGivesAPortionAgainWhenAPartOfItWasNotStored) {
    for (const int stored : {0, 1}) {
        Instance x({{"page_size", 100}});
        const int newest = 11'300;
        x.host.on_http = timeline(newest, 100);
        std::string cursor = R"({"since":"1000"})";
        std::set<std::string> seen;
        const auto keep = [&](const testkit::Polled& part) {
            for (const auto& id : ids(part)) seen.insert(id);
            cursor = part.cursor;
        };
        for (int part = 0; part < stored; ++part) keep(x.driver->poll(cursor, 500));
        // The hub could not store these: it asks again from where it is, and once more in vain.
        for (int tries = 0; tries < 2; ++tries) EXPECT_FALSE(x.driver->poll(cursor, 500).events.empty());

        for (const auto& id : everything(x, cursor, 500, [] {})) seen.insert(id);

        EXPECT_EQ(seen.size(), 10'300u) << stored;
        EXPECT_EQ(cursor, R"({"since":"11300"})") << stored;
    }
}

TEST(XPoll, OfAPortionMovesTheCursorWithEachPartAndGoesOnFromItAfterARestart) {
    const int newest = 11'300;
    std::string cursor = R"({"since":"1000"})";
    {
        Instance x({{"page_size", 100}});
        x.host.on_http = timeline(newest, 100);
        for (int part = 1; part <= 2; ++part) {
            cursor = x.driver->poll(cursor, 500).cursor;
            EXPECT_EQ(cursor, R"({"since":"1000","part":)" + std::to_string(part) + "}");
        }
    }
    Instance x({{"page_size", 100}});
    x.host.on_http = timeline(newest, 100);

    const auto again = x.driver->poll(cursor, 500);

    EXPECT_EQ(ids(again).front(), "1301:created");
    EXPECT_EQ(again.cursor, R"({"since":"1000","part":3})");
}

TEST(XPoll, AfterARestartAmidABacklogReadsWhatWasNotGivenYetAndKnowsWhichEditsItNeverSaw) {
    auto edited = post("1015");
    edited["edit_history_tweet_ids"] = {"1005", "1015"};
    const auto serve = [&](const testkit::Sent& sent) {
        std::vector<json::object> posts{edited};
        for (int id = 1014; id > std::stoi(parameter(sent, "since_id")); --id) {
            if (id != 1005) posts.push_back(post(std::to_string(id)));
        }
        return testkit::Scripted{200, json::serialize(page(posts))};
    };
    std::string cursor = R"({"since":"1000"})";
    {
        Instance x({{"page_size", 10}});
        x.host.on_http = serve;
        const auto part = x.driver->poll(cursor, 10);
        EXPECT_EQ(ids(part).back(), "1011:created");
        cursor = part.cursor;
        EXPECT_EQ(cursor, R"({"since":"1011","floor":"1000"})");
    }
    Instance x({{"page_size", 10}});
    x.host.on_http = serve;

    const auto rest = x.driver->poll(cursor, 10);

    EXPECT_EQ(parameter(x.host.sent.front(), "since_id"), "1011");
    EXPECT_EQ(ids(rest), (std::vector<std::string>{"1012:created", "1013:created", "1014:created",
                                                   "1005:created", "1015:edited"}));
    EXPECT_EQ(rest.cursor, R"({"since":"1015"})");
}

TEST(XPoll, GoesOnFromTheCursorWhenTheInstanceIsNew) {
    const int newest = 1030;
    std::string cursor = R"({"since":"1000"})";
    std::set<std::string> seen;
    for (int life = 0; life < 3; ++life) {
        Instance x({{"page_size", 10}});
        x.host.on_http = timeline(newest, 10);
        const auto result = x.driver->poll(cursor, 10);
        for (const auto& id : ids(result)) EXPECT_TRUE(seen.insert(id).second) << id;
        cursor = result.cursor;
    }
    EXPECT_EQ(seen.size(), 30u);
    EXPECT_EQ(cursor, R"({"since":"1030"})");
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

TEST(XPoll, StopsPagingShortlyBeforeItsDeadline) {
    Instance x({{"page_size", 10}});
    const int newest = 1100;
    auto serve = timeline(newest, 10);
    x.host.on_http = [&](const testkit::Sent& sent) {
        x.host.monotonic_ms += 30'000;
        return serve(sent);
    };

    const auto stopped = x.driver->poll(R"({"since":"1000"})");

    EXPECT_EQ(stopped.status, MAILLON_OK);
    EXPECT_TRUE(stopped.events.empty());
    EXPECT_EQ(stopped.next_poll_ms, 0u);
    EXPECT_EQ(x.host.sent.size(), 2u);

    x.host.monotonic_ms = 1'000;
    x.host.on_http = serve;

    const auto result = x.driver->poll(stopped.cursor);

    EXPECT_EQ(result.status, MAILLON_OK);
    EXPECT_GE(result.events.size(), 20u);
    EXPECT_TRUE(std::ranges::is_sorted(ids(result)));
}

}  // namespace
}  // namespace maillon::twitter
