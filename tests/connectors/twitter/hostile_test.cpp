// What a broken or malicious service could send: it may cost the item, never the instance.
#include "support.h"

namespace maillon::twitter {
namespace {

/// One poll that gets this body with status 200.
testkit::Polled polled(const std::string& body) {
    Instance x;
    x.host.answer({200, body, {}, Code::ok});
    return x.driver->poll(R"({"since":"1000"})");
}

TEST(XHostile, BodiesThatAreNoObjectAreTriedAgain) {
    for (const auto* body : {"", "null", "[]", "7", "\"x\"", "<html>", "{", "{\"data\":", "\xff\xfe"})
        EXPECT_EQ(polled(body).status, MAILLON_RETRY) << body;
}

TEST(XHostile, WrongTypesEverywhereCostOnlyTheirItem) {
    for (const auto* wrong :
         {"null", "true", "7", "-1", "1e400", "\"x\"", "[]", "{}", "[[]]", "[null,{},7]"}) {
        for (const auto* member : {"data", "includes", "errors", "meta"}) {
            const auto result = polled("{\"" + std::string(member) + "\":" + wrong + "}");
            EXPECT_TRUE(result.status == MAILLON_OK || result.status == MAILLON_RETRY) << member << wrong;
            EXPECT_TRUE(result.events.empty());
        }
    }
}

TEST(XHostile, APageWithoutMetaIsNotTakenForTheLastOne) {
    for (const auto* meta : {"", R"(,"meta":null)", R"(,"meta":[])", R"(,"meta":"x")"}) {
        Instance x;
        x.host.answer(200, page({post("1020")}, "t2"));
        x.host.answer({200, std::string(R"({"data":[{"id":"1019","text":"a"}])") + meta + "}", {}, Code::ok});
        x.host.answer(200, page({post("1019"), post("1018")}));

        const auto broken = x.driver->poll(R"({"since":"1000"})");
        const auto whole = x.driver->poll(broken.cursor);

        EXPECT_EQ(broken.status, MAILLON_RETRY) << meta;
        EXPECT_NE(broken.detail.find("X's search answer has no meta"), std::string::npos) << broken.detail;
        EXPECT_EQ(broken.cursor, R"({"since":"1000"})");
        EXPECT_EQ(ids(whole), (std::vector<std::string>{"1018:created", "1019:created", "1020:created"}));
        EXPECT_EQ(whole.cursor, R"({"since":"1020"})");
    }
}

TEST(XHostile, HalfACharacterCostsNeitherItsPostNorThePage) {
    auto body = json::serialize(page({post("1003"), post("1002", {{"text", "cut HERE"}}), post("1001")}));
    body.replace(body.find("HERE"), 4, R"(\ud83d)");

    const auto result = polled(body);

    EXPECT_EQ(result.status, MAILLON_OK) << result.detail;
    EXPECT_EQ(ids(result), (std::vector<std::string>{"1001:created", "1002:created", "1003:created"}));
    EXPECT_EQ(result.events.at(1).data.at("text"), "cut \xef\xbf\xbd");
    EXPECT_EQ(result.cursor, R"({"since":"1003"})");
}

TEST(XHostile, EveryMemberOfAPostMayBeAnything) {
    const json::array wrongs{nullptr,
                             true,
                             7,
                             -7.5,
                             "x",
                             json::array{1, nullptr},
                             json::object{{"id", 7}},
                             json::string(100'000, 'y')};
    for (const auto& [name, value] : post("1001")) {
        for (const auto& wrong : wrongs) {
            auto changed = post("1001");
            changed[name] = wrong;
            Instance x;
            x.host.answer(200, page({changed, post("1000000")}));
            const auto result = x.driver->poll(R"({"since":"1000"})");
            ASSERT_EQ(result.status, MAILLON_OK) << name << result.detail;
            EXPECT_EQ(ids(result).back(), "1000000:created") << name;
        }
    }
}

TEST(XHostile, IdsThatAreNoneAreLeftOut) {
    const json::array none{"", "-5", "12a", "../../x", "123456789012345678901234567890", 1e30, "1:created"};
    for (const auto& id : none) {
        auto bad = post("1001");
        bad["id"] = id;
        bad.erase("edit_history_tweet_ids");
        Instance x;
        x.host.answer(200, page({post("1002"), bad}));
        EXPECT_EQ(ids(x.driver->poll()), (std::vector<std::string>{"1002:created"})) << id;
    }
}

TEST(XHostile, NumericIdsAreTakenWithoutLoss) {
    auto one = post("1001");
    one["id"] = 1990000000000000011;
    one["author_id"] = 18446744073709551615u;
    one.erase("edit_history_tweet_ids");
    Instance x;
    x.host.answer(200, page({one}));
    const auto result = x.driver->poll();
    EXPECT_EQ(ids(result), (std::vector<std::string>{"1990000000000000011:created"}));
    EXPECT_EQ(result.events.at(0).data.at("author").at("id"), "18446744073709551615");
}

TEST(XHostile, DeepNestingIsTriedAgainAndNotFollowed) {
    const std::string deep = "{\"data\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
    EXPECT_EQ(polled(deep).status, MAILLON_RETRY);
}

TEST(XHostile, ANewestIdFromTheFutureThatIsNoIdDoesNotMoveTheCursor) {
    const auto result =
        polled(R"({"data":[{"id":"1001","text":"a"}],"meta":{"newest_id":"99999999999999999999999"}})");
    EXPECT_EQ(result.cursor, R"({"since":"1001"})");
}

TEST(XHostile, RateLimitHeadersMayBeNonsense) {
    for (const auto* text : {"", "-1", "1e9", "99999999999999999999999", "NaN", "\xff"}) {
        Instance x;
        x.host.answer(
            {200,
             json::serialize(page({post("5")})),
             {{"x-rate-limit-limit", text}, {"x-rate-limit-remaining", text}, {"x-rate-limit-reset", text}}});
        EXPECT_EQ(x.driver->poll().status, MAILLON_OK) << text;
        Instance y;
        y.host.answer({429, "{}", {{"x-rate-limit-reset", text}, {"Retry-After", text}}});
        const auto limited = y.driver->poll();
        EXPECT_EQ(limited.status, MAILLON_RATE_LIMITED) << text;
        EXPECT_GE(limited.retry_after_ms, 1'000u);
        EXPECT_LE(limited.retry_after_ms, 86'400'000u);
    }
}

TEST(XHostile, ACursorThatIsNotOursStopsThePollAndAsksNothing) {
    Instance x;
    EXPECT_EQ(x.driver->poll("garbage").status, MAILLON_INTERNAL);
    EXPECT_TRUE(x.host.sent.empty());
}

}  // namespace
}  // namespace maillon::twitter
