#include "support.h"

namespace maillon::twitter {
namespace {

const json::value kCreated{{"data", {{"id", "1990000000000000100"}, {"text", "@reader thanks"}}}};

TEST(XReply, PostsTheAnswerAndGivesItsId) {
    Instance x;
    x.host.answer(201, kCreated);

    const auto outcome = x.call("reply", {{"to", "1990000000000000011"}, {"text", "on its way ✓"}});

    EXPECT_EQ(outcome.code, Code::ok) << outcome.detail;
    EXPECT_EQ(outcome.remote_id, "1990000000000000100");
    EXPECT_EQ(outcome.value, (json::value{{"id", "1990000000000000100"},
                                          {"url", "https://x.com/acme/status/1990000000000000100"}}));
    const auto& sent = x.host.sent.at(0);
    EXPECT_EQ(sent.method + " " + sent.url, "POST https://api.x.com/2/tweets");
    EXPECT_EQ(sent.header("Content-Type"), "application/json");
    EXPECT_EQ(sent.json(), (json::value{{"text", "on its way ✓"},
                                        {"reply", {{"in_reply_to_tweet_id", "1990000000000000011"}}}}));
}

TEST(XReply, IsWeighedBeforeItIsSent) {
    Instance x;

    const auto outcome = x.call("reply", {{"to", "11"}, {"text", std::string(281, 'x')}});

    EXPECT_EQ(outcome.code, Code::rejected);
    EXPECT_NE(outcome.detail.find("281 of 280"), std::string::npos) << outcome.detail;
    EXPECT_TRUE(x.host.sent.empty());
}

TEST(XReply, MayBeginWithNamesBeyondTheLimit) {
    Instance x;
    x.host.answer(201, kCreated);
    EXPECT_EQ(x.call("reply", {{"to", "11"}, {"text", "@reader " + std::string(279, 'x')}}).code, Code::ok);
}

TEST(XReply, RefusesArgumentsThatCannotBe) {
    Instance x;
    for (const auto& bad : std::vector<json::object>{{{"to", "11"}},
                                                     {{"to", "11"}, {"text", " \n"}},
                                                     {{"to", "11"}, {"text", 5}},
                                                     {{"to", "../users"}, {"text", "x"}},
                                                     {{"to", ""}, {"text", "x"}},
                                                     {{"to", nullptr}, {"text", "x"}},
                                                     {{"to", "12345678901234567890"}, {"text", "x"}},
                                                     {{"text", "x"}},
                                                     {{"to", "11"}, {"text", std::string(2'000'000, 'x')}}})
        EXPECT_EQ(x.call("reply", bad).code, Code::rejected) << json::serialize(bad).substr(0, 80);
    EXPECT_TRUE(x.host.sent.empty());
}

TEST(XReply, ThatXRefusesIsFinalWithItsReason) {
    Instance x;
    x.host.answer(403, {{"title", "Forbidden"},
                        {"detail", "You are not allowed to create a Tweet with duplicate content."}});

    const auto outcome = x.call("reply", {{"to", "11"}, {"text", "again"}});

    EXPECT_EQ(outcome.code, Code::rejected);
    EXPECT_NE(outcome.detail.find("duplicate content"), std::string::npos);
}

TEST(XReply, ThatXCallsADuplicateAfterAnEarlierAttemptIsInDoubt) {
    const json::value duplicate{{"title", "Forbidden"},
                                {"detail", "You are not allowed to create a Tweet with duplicate content."}};
    const auto tried = [](std::uint32_t attempt, const json::value& answer) {
        Instance x;
        x.host.answer(403, answer);
        return x.only(
            x.driver->deliver({{"reply", {{"to", "11"}, {"text", "again"}}, "evt-1/route/step", attempt}}));
    };

    EXPECT_EQ(tried(1, duplicate).code, Code::rejected);
    EXPECT_EQ(tried(2, duplicate).code, Code::in_doubt);
    EXPECT_NE(tried(2, duplicate).detail.find("duplicate content"), std::string::npos);
    EXPECT_EQ(tried(2, {{"detail", "You are not permitted"}}).code, Code::rejected);
}

TEST(XReply, IsInDoubtWhenTheAnswerIsLost) {
    for (const auto& lost : std::vector<testkit::Scripted>{{0, "cut", {}, Code::in_doubt},
                                                           {500, "<html>"},
                                                           {504, ""},
                                                           {201, "<html>"},
                                                           {200, "{}"},
                                                           {201, R"({"data":{"id":null}})"}}) {
        Instance x;
        x.host.answer(lost);
        EXPECT_EQ(x.call("reply", {{"to", "11"}, {"text", "hello"}}).code, Code::in_doubt) << lost.body;
    }
}

TEST(XReply, MayBeRepeatedWhenItSurelyWasNotSent) {
    Instance x;
    x.host.answer({0, "refused", {}, Code::retry}).answer({503, "<html>"});
    EXPECT_EQ(x.call("reply", {{"to", "11"}, {"text", "hello"}}).code, Code::retry);
    EXPECT_EQ(x.call("reply", {{"to", "11"}, {"text", "hello"}}).code, Code::retry);
}

TEST(XReply, IsHeldBackUntilTheLimitIsSetBack) {
    Instance x;
    x.host.answer({429, "{}", {{"x-rate-limit-reset", "1789375993"}}});

    const auto first = x.call("reply", {{"to", "11"}, {"text", "a"}});
    const auto second = x.call("reply", {{"to", "12"}, {"text", "b"}});

    EXPECT_EQ(first.code, Code::rate_limited);
    EXPECT_EQ(first.retry_after_ms, 30'000u);
    EXPECT_EQ(second.code, Code::rate_limited);
    EXPECT_EQ(second.retry_after_ms, 30'000u);
    EXPECT_EQ(x.host.sent.size(), 1u);
    x.host.now_ms += 30'000;
    x.host.answer(201, kCreated);
    EXPECT_EQ(x.call("reply", {{"to", "12"}, {"text", "b"}}).code, Code::ok);
}

TEST(XReply, OfOneCallDoesNotSpoilItsNeighbours) {
    Instance x;
    x.host.answer(403, {{"detail", "duplicate"}}).answer(201, kCreated);

    const auto delivered = x.driver->deliver({{"reply", {{"to", "11"}, {"text", "a"}}},
                                              {"reply", {{"to", "x"}, {"text", "a"}}},
                                              {"reply", {{"to", "12"}, {"text", "b"}}}});

    EXPECT_EQ(delivered.status, MAILLON_OK);
    EXPECT_EQ(delivered.outcomes.at(0)->code, Code::rejected);
    EXPECT_EQ(delivered.outcomes.at(1)->code, Code::rejected);
    EXPECT_EQ(delivered.outcomes.at(2)->code, Code::ok);
}

TEST(XDeliver, LeavesOutWhatItDidNotAttemptWhenItIsStopped) {
    Instance x;
    x.host.cancelled = true;

    const auto delivered = x.driver->deliver({{"reply", {{"to", "11"}, {"text", "a"}}}});

    EXPECT_EQ(delivered.status, MAILLON_OK);
    EXPECT_FALSE(delivered.outcomes.at(0).has_value());
    EXPECT_TRUE(x.host.sent.empty());
}

TEST(XDelete, IsDoneAlsoWhenThePostIsGone) {
    Instance x;
    x.host.answer(200, {{"data", {{"deleted", true}}}});
    x.host.answer(404, {{"title", "Not Found Error"}});

    EXPECT_EQ(x.call("delete", {{"id", "12"}}).code, Code::ok);
    EXPECT_EQ(x.call("delete", {{"id", "12"}}).code, Code::ok);

    EXPECT_EQ(x.host.sent.at(0).method + " " + x.host.sent.at(0).url, "DELETE https://api.x.com/2/tweets/12");
}

TEST(XDelete, MayBeRepeatedWhenTheAnswerIsLost) {
    Instance x;
    x.host.answer({0, "cut", {}, Code::in_doubt})
        .answer({500, ""})
        .answer(200, {{"data", {{"deleted", false}}}});
    EXPECT_EQ(x.call("delete", {{"id", "12"}}).code, Code::retry);
    EXPECT_EQ(x.call("delete", {{"id", "12"}}).code, Code::retry);
    EXPECT_EQ(x.call("delete", {{"id", "12"}}).code, Code::rejected);
}

TEST(XHide, HidesUnlessToldOtherwise) {
    Instance x;
    x.host.answer(200, {{"data", {{"hidden", true}}}}).answer(200, {{"data", {{"hidden", false}}}});
    x.host.answer(200, {{"data", {{"hidden", false}}}});

    EXPECT_EQ(x.call("hide", {{"id", "12"}}).code, Code::ok);
    EXPECT_EQ(x.call("hide", {{"id", "12"}, {"hidden", false}}).code, Code::ok);
    EXPECT_EQ(x.call("hide", {{"id", "12"}}).code, Code::rejected);

    EXPECT_EQ(x.host.sent.at(0).method + " " + x.host.sent.at(0).url,
              "PUT https://api.x.com/2/tweets/12/hidden");
    EXPECT_EQ(x.host.sent.at(0).body, R"({"hidden":true})");
    EXPECT_EQ(x.host.sent.at(1).body, R"({"hidden":false})");
}

TEST(XDeliver, DoesNotKnowOtherOperations) {
    Instance x;
    EXPECT_EQ(x.call("like", {}).code, Code::unsupported);
}

TEST(XOperations, AreDeclaredWithTheirPromises) {
    Instance x;
    const auto all = x.driver->operations();
    EXPECT_TRUE(all.at("reply").at("outbound").as_bool());
    EXPECT_FALSE(all.at("reply").at("idempotent").as_bool());
    EXPECT_EQ(all.at("reply").at("target"), (json::value{"to"}));
    EXPECT_TRUE(all.at("delete").at("idempotent").as_bool());
    EXPECT_TRUE(all.at("hide").at("idempotent").as_bool());
}

TEST(XConnect, RefusesTheTokenOfAnotherAccount) {
    testkit::FakeHost host;
    host.secrets["x"] = "t";
    testkit::Driver driver(host, {{"account", "acme"}, {"token", "x"}});
    host.answer(200, {{"data", {{"id", "5"}, {"username", "other"}}}});

    const auto outcome = driver.connect();

    EXPECT_EQ(outcome.code, Code::config);
    EXPECT_NE(outcome.detail.find("@other"), std::string::npos);
}

TEST(XConnect, TellsWhatIsWrongWithTheToken) {
    testkit::FakeHost host;
    testkit::Driver driver(host, {{"account", "acme"}, {"token", "x"}});
    EXPECT_EQ(driver.connect().code, Code::config);  // no such secret
    host.secrets["x"] = "t0k3n";
    host.answer(401, {{"title", "Unauthorized"}}).answer(200, {{"data", nullptr}});
    const auto refused = driver.connect();
    EXPECT_EQ(refused.code, Code::auth);
    EXPECT_EQ(refused.detail.find("t0k3n"), std::string::npos);
    EXPECT_EQ(driver.connect().code, Code::retry);
}

TEST(XCheck, AsksEachTime) {
    Instance x;
    x.host.answer(401, {{"title", "Unauthorized"}});
    EXPECT_EQ(x.driver->check().code, Code::auth);
}

TEST(XReply, OfTheRecordedAnswersIsUnderstood) {
    const auto recorded = fixture("post-create-responses.json");
    if (!recorded) return;
    Instance x;
    x.host.answer(201, recorded->at("created_201")).answer(200, recorded->at("hide_reply"));
    x.host.answer(200, recorded->at("delete"));
    EXPECT_EQ(x.call("reply", {{"to", "11"}, {"text", "a"}}).remote_id, "1990000000000000100");
    EXPECT_EQ(x.call("hide", {{"id", "11"}}).code, Code::ok);
    EXPECT_EQ(x.call("delete", {{"id", "11"}}).code, Code::ok);
}

}  // namespace
}  // namespace maillon::twitter
