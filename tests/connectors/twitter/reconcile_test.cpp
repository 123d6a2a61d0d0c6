#include "support.h"

namespace maillon::twitter {
namespace {

json::object answer_to(const std::string& id, const std::string& to, const std::string& text,
                       const std::string& at = "2026-09-14T08:52:50Z") {
    return post(id, {{"text", text},
                     {"author_id", "2244994945"},
                     {"created_at", at},
                     {"referenced_tweets", {{{"type", "replied_to"}, {"id", to}}}}});
}

/// Something older than every call, which shows that the timeline was read far enough.
json::object old_post() {
    return post("1", {{"created_at", "2026-09-13T00:00:00Z"}});
}

const testkit::TestCall kCall{"reply", {{"to", "11"}, {"text", "Fish & chips: https://example.com/menu"}}};

TEST(XReconcile, FindsTheReplyThatArrived) {
    Instance x;
    x.host.answer(
        200, page({answer_to("99", "12", "Fish &amp; chips: https://t.co/a"),
                   answer_to("98", "11", "@reader Fish &amp; chips: https://t.co/abcdefghij"), old_post()}));

    const auto outcome = x.only(x.driver->reconcile({kCall}));

    EXPECT_EQ(outcome.code, Code::ok) << outcome.detail;
    EXPECT_EQ(outcome.remote_id, "98");
    EXPECT_EQ(outcome.value.at("url"), "https://x.com/acme/status/98");
    EXPECT_TRUE(x.host.sent.at(0).url.starts_with("https://api.x.com/2/users/2244994945/tweets?"));
}

TEST(XReconcile, SaysThatItDidNotArriveAfterReadingFarEnough) {
    Instance x;
    x.host.answer(200, page({answer_to("98", "12", "something else"), old_post()}, "more"));
    EXPECT_EQ(x.only(x.driver->reconcile({kCall})).code, Code::retry);
    EXPECT_EQ(x.host.sent.size(), 1u);
}

testkit::TestCall reply(const std::string& text, const std::string& key) {
    return {"reply", {{"to", "11"}, {"text", text}}, key};
}

TEST(XReconcile, StaysInDoubtWhenWeAnsweredTheSamePostInOtherWords) {
    Instance x;
    x.host.answer(200, page({answer_to("98", "11", "Fish and chips"), old_post()}));

    const auto outcome = x.only(x.driver->reconcile({kCall}));

    EXPECT_EQ(outcome.code, Code::in_doubt);
    EXPECT_NE(outcome.detail.find("our post 98 answers 11"), std::string::npos) << outcome.detail;
}

TEST(XReconcile, DoesNotDoubtForAnOlderAnswerInOtherWords) {
    Instance x;
    x.host.answer(200, page({answer_to("98", "11", "Fish and chips", "2026-09-14T07:00:00Z")}));
    EXPECT_EQ(x.only(x.driver->reconcile({kCall})).code, Code::retry);
}

TEST(XReconcile, KnowsThePostsOfOtherCalls) {
    Instance x;
    x.host.answer(201, {{"data", {{"id", "98"}}}});
    EXPECT_EQ(x.only(x.driver->deliver({reply("hello", "a")})).code, Code::ok);
    auto edited = answer_to("99", "11", "hello!");
    edited["edit_history_tweet_ids"] = {"98", "99"};
    x.host.answer(200, page({edited, old_post()}));

    EXPECT_EQ(x.only(x.driver->reconcile({reply("bye", "b")})).code, Code::retry);
}

TEST(XReconcile, LooksForTheVeryWordsOfAllCallsBeforeItDoubtsOne) {
    Instance x;
    x.host.answer(200, page({answer_to("98", "11", "bye"), old_post()}));

    const auto delivered = x.driver->reconcile({reply("hello", "a"), reply("bye", "b")});

    EXPECT_EQ(delivered.outcomes.at(0)->code, Code::retry);
    EXPECT_EQ(delivered.outcomes.at(1)->code, Code::ok);
}

TEST(XReconcile, OfTwoAlikeGivesThePostToTheFirstOverBatchesTooAndAgainToTheSame) {
    Instance x;
    x.host.on_http = [](const testkit::Sent&) {
        return testkit::Scripted{200, json::serialize(page({answer_to("98", "11", "hello"), old_post()}))};
    };

    EXPECT_EQ(x.only(x.driver->reconcile({reply("hello", "a")})).code, Code::ok);
    EXPECT_EQ(x.only(x.driver->reconcile({reply("hello", "b")})).code, Code::retry);
    // The hub asks again when it could not keep the answer.
    EXPECT_EQ(x.only(x.driver->reconcile({reply("hello", "a")})).code, Code::ok);
}

TEST(XReconcile, SaysSoForAnEmptyTimelineToo) {
    Instance x;
    x.host.answer(200, {{"meta", {{"result_count", 0}}}});
    EXPECT_EQ(x.only(x.driver->reconcile({kCall})).code, Code::retry);
}

TEST(XReconcile, DoesNotTakeAnOlderReplyWithTheSameWords) {
    Instance x;
    x.host.answer(200,
                  page({answer_to("98", "11", "Fish &amp; chips: https://t.co/a", "2026-09-14T07:00:00Z")}));
    EXPECT_EQ(x.only(x.driver->reconcile({kCall})).code, Code::retry);
}

TEST(XReconcile, PagesBackUntilItIsBeforeTheCall) {
    Instance x;
    x.host.answer(200, page({post("200", {{"created_at", "2026-09-14T08:53:00Z"}})}, "p2"));
    x.host.answer(200, page({answer_to("98", "11", "Fish &amp; chips: https://t.co/a"), old_post()}));

    EXPECT_EQ(x.only(x.driver->reconcile({kCall})).code, Code::ok);

    EXPECT_NE(x.host.sent.at(1).url.find("pagination_token=p2"), std::string::npos);
}

TEST(XReconcile, SpeaksTheNewVocabularyWhenTheOldOneIsRefused) {
    Instance x;
    x.host.answer(400, {{"errors", {{{"parameters", {{"tweet.fields", {"created_at"}}}}}}}});
    auto reply = answer_to("98", "11", "Fish &amp; chips: https://t.co/a");
    reply["referenced_posts"] = reply["referenced_tweets"];
    reply.erase("referenced_tweets");
    x.host.answer(200, page({reply, old_post()}));

    EXPECT_EQ(x.only(x.driver->reconcile({kCall})).code, Code::ok);

    EXPECT_NE(x.host.sent.at(1).url.find("post.fields="), std::string::npos);
}

TEST(XReconcile, StaysInDoubtWhenThereIsTooMuchToRead) {
    Instance x;
    int n = 0;
    x.host.on_http = [&](const testkit::Sent&) {
        return testkit::Scripted{
            200, json::serialize(
                     page({post("200", {{"created_at", "2026-09-14T08:53:00Z"}})}, std::to_string(++n)))};
    };
    EXPECT_EQ(x.only(x.driver->reconcile({kCall})).code, Code::in_doubt);
    EXPECT_EQ(n, 32);  // 3,200 posts: further back X lets nobody read
}

TEST(XReconcile, AsksToBeAskedAgainWhenXCannotBeRead) {
    for (const auto& answer :
         std::vector<testkit::Scripted>{{500, "<html>"}, {401, "{}"}, {200, "[]"}, {200, "{}"}}) {
        Instance x;
        x.host.on_http = [&](const testkit::Sent&) { return answer; };
        const auto code = x.only(x.driver->reconcile({kCall})).code;
        // RETRY would say "it did not arrive", and the reply would be sent a second time.
        EXPECT_EQ(code, answer.status == 401 ? Code::auth : Code::not_connected)
            << answer.status << answer.body;
    }
}

TEST(XReconcile, SurvivesAPageThatFailsForNow) {
    Instance x;
    x.host.answer({503, "<html>"});
    x.host.answer(200, page({answer_to("98", "11", "Fish &amp; chips: https://t.co/a"), old_post()}));
    EXPECT_EQ(x.only(x.driver->reconcile({kCall})).code, Code::ok);
}

TEST(XReconcile, LooksOnlyAtWhatIsYoungerThanThePostThatIsAnswered) {
    Instance x;
    x.host.answer(200, {{"meta", {{"result_count", 0}}}});
    x.only(x.driver->reconcile({kCall}));
    EXPECT_NE(x.host.sent.at(0).url.find("since_id=11"), std::string::npos) << x.host.sent.at(0).url;
}

TEST(XReconcile, ReadsTheTimelineOnceForABatchAndGivesEachPostOutOnce) {
    Instance x;
    x.host.answer(200, page({answer_to("98", "11", "hello"), old_post()}));
    const auto delivered =
        x.driver->reconcile({reply("hello", "a"), reply("hello", "b"), {"delete", {{"id", "5"}}}});

    EXPECT_EQ(x.host.sent.size(), 1u);
    EXPECT_EQ(delivered.outcomes.at(0)->code, Code::ok);
    EXPECT_EQ(delivered.outcomes.at(1)->code, Code::retry);
    EXPECT_EQ(delivered.outcomes.at(2)->code, Code::retry);
}

}  // namespace
}  // namespace maillon::twitter
