#include "support.h"

#include <algorithm>
#include <set>

namespace maillon::twitter {
namespace {

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
