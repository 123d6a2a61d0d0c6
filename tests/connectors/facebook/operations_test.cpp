#include "support.h"

namespace maillon::facebook {
namespace {

const json::object kReply{{"to", "555_777"}, {"text", "Yes – from 12 €, see shop & web"}};
const json::object kSend{{"to", "7712"}, {"text", "Yes, from 12 €."}};

TEST(Reply, CommentsUnderWhatItAnswers) {
    Instance page;
    page.host.answer(200, {{"id", "555_999"}});

    const auto outcome = page.call("reply", kReply);

    EXPECT_EQ(outcome.code, Code::ok) << outcome.detail;
    EXPECT_EQ(outcome.remote_id, "555_999");
    EXPECT_EQ(outcome.value, (json::value{{"id", "555_999"}}));
    const auto& sent = page.host.sent.at(0);
    EXPECT_EQ(sent.method, "POST");
    EXPECT_TRUE(sent.url.starts_with("https://graph.facebook.com/v25.0/555_777/comments?")) << sent.url;
    EXPECT_EQ(sent.header("Content-Type"), "application/x-www-form-urlencoded");
    EXPECT_EQ(sent.body, "message=Yes%20%E2%80%93%20from%2012%20%E2%82%AC%2C%20see%20shop%20%26%20web");
}

TEST(Reply, RefusesArgumentsThatCannotBe) {
    Instance page;
    for (const auto& bad : std::vector<json::object>{{{"to", "555_777"}},
                                                     {{"to", "555_777"}, {"text", " "}},
                                                     {{"to", "555_777"}, {"text", nullptr}},
                                                     {{"to", "me/feed"}, {"text", "x"}},
                                                     {{"to", "_"}, {"text", "x"}},
                                                     {{"to", "5?fields=x"}, {"text", "x"}},
                                                     {{"to", std::string(500, '1')}, {"text", "x"}},
                                                     {{"text", "x"}}})
        EXPECT_EQ(page.call("reply", bad).code, Code::rejected) << json::serialize(bad);
    EXPECT_TRUE(page.host.sent.empty());
}

TEST(Reply, IsInDoubtWhenTheAnswerIsLost) {
    for (const auto& lost : std::vector<testkit::Scripted>{{0, "cut", {}, Code::in_doubt},
                                                           {500, json::serialize(error(1))},
                                                           {502, "<html>"},
                                                           {200, "<html>"},
                                                           {200, "{}"},
                                                           {200, "null"}}) {
        Instance page;
        page.host.answer(lost);
        EXPECT_EQ(page.call("reply", kReply).code, Code::in_doubt) << lost.body;
    }
}

TEST(Reply, IsDoneWithWhenItsCommentIsGone) {
    Instance page;
    page.host.answer(400, error(100, 33));
    const auto outcome = page.call("reply", kReply);
    EXPECT_EQ(outcome.code, Code::rejected);
    EXPECT_NE(outcome.detail.find("gone"), std::string::npos);
}

TEST(Reply, ThatIsADuplicateMayBeOursAfterAnEarlierAttempt) {
    Instance page;
    page.host.answer(400, error(506)).answer(400, error(506));
    EXPECT_EQ(page.call("reply", kReply, 1).code, Code::rejected);
    EXPECT_EQ(page.call("reply", kReply, 2).code, Code::in_doubt);
}

TEST(Send, AnswersAPersonOnMessenger) {
    Instance page;
    page.host.answer(200, {{"recipient_id", "7712"}, {"message_id", "m_9"}});

    const auto outcome = page.call("send", kSend);

    EXPECT_EQ(outcome.code, Code::ok) << outcome.detail;
    EXPECT_EQ(outcome.remote_id, "m_9");
    EXPECT_EQ(outcome.value, (json::value{{"recipient_id", "7712"}, {"message_id", "m_9"}}));
    const auto& sent = page.host.sent.at(0);
    EXPECT_TRUE(sent.url.starts_with(std::string("https://graph.facebook.com/v25.0/") + kPage + "/messages?"))
        << sent.url;
    const auto body = sent.json();
    EXPECT_EQ(body.at("recipient"), (json::value{{"id", "7712"}}));
    EXPECT_EQ(body.at("messaging_type"), "RESPONSE");
    EXPECT_EQ(body.at("message").at("text"), "Yes, from 12 €.");
    EXPECT_TRUE(body.at("message").at("metadata").as_string().starts_with("maillon:"));
}

TEST(Send, IsFinalOutsideTheWindowAndWaitsForAnotherApp) {
    Instance page;
    page.host.answer(400, error(10, 2018278)).answer(400, error(200, 2018300));
    EXPECT_EQ(page.call("send", kSend).code, Code::rejected);
    EXPECT_EQ(page.call("send", kSend).code, Code::retry);
}

TEST(Send, MayAnswerWithoutTheRecipient) {
    Instance page;
    page.host.answer(200, {{"message_id", "m_9"}}).answer(200, {{"recipient_id", "7712"}});
    EXPECT_EQ(page.call("send", kSend).code, Code::ok);
    EXPECT_EQ(page.call("send", kSend).code, Code::in_doubt);
}

TEST(Hide, HidesUnlessToldOtherwise) {
    Instance page;
    page.host.answer(200, {{"success", true}})
        .answer(200, json::value(true))
        .answer(200, {{"success", false}});
    EXPECT_EQ(page.call("hide", {{"id", "555_777"}}).value, (json::value{{"hidden", true}}));
    EXPECT_EQ(page.call("hide", {{"id", "555_777"}, {"hidden", false}}).value,
              (json::value{{"hidden", false}}));
    EXPECT_EQ(page.call("hide", {{"id", "555_777"}}).code, Code::rejected);
    EXPECT_EQ(page.host.sent.at(1).body, "is_hidden=false");
}

TEST(Hide, MayBeRepeatedWhenTheAnswerIsLost) {
    Instance page;
    page.host.answer({0, "cut", {}, Code::in_doubt}).answer(500, error(1)).answer({200, "<html>"});
    for (int i = 0; i < 3; ++i) EXPECT_EQ(page.call("hide", {{"id", "555_777"}}).code, Code::retry);
}

TEST(Delete, IsDoneAlsoWhenItIsGone) {
    Instance page;
    page.host.answer(200, {{"success", true}}).answer(400, error(100, 33)).answer(403, error(200));
    EXPECT_EQ(page.call("delete", {{"id", "555_777"}}).code, Code::ok);
    EXPECT_EQ(page.call("delete", {{"id", "555_777"}}).code, Code::ok);
    EXPECT_EQ(page.call("delete", {{"id", "555_777"}}).code, Code::config);
    EXPECT_EQ(page.host.sent.at(0).method, "DELETE");
}

TEST(Deliver, TreatsEachCallOfABatchByItself) {
    Instance page;
    page.host.answer(200, {{"id", "555_1"}}).answer(400, error(100, 33)).answer(200, {{"id", "555_2"}});

    const auto delivered =
        page.driver->deliver({{"reply", kReply}, {"reply", kReply}, {"like", {}}, {"reply", kReply}});

    EXPECT_EQ(delivered.outcomes.at(0)->remote_id, "555_1");
    EXPECT_EQ(delivered.outcomes.at(1)->code, Code::rejected);
    EXPECT_EQ(delivered.outcomes.at(2)->code, Code::unsupported);
    EXPECT_EQ(delivered.outcomes.at(3)->remote_id, "555_2");
}

TEST(Operations, AreDeclaredWithTheirPromises) {
    Instance page;
    const auto all = page.driver->operations();
    for (const auto* name : {"reply", "send"}) {
        EXPECT_TRUE(all.at(name).at("outbound").as_bool()) << name;
        EXPECT_FALSE(all.at(name).at("idempotent").as_bool()) << name;
        EXPECT_EQ(all.at(name).at("target"), (json::value{"to"})) << name;
    }
    for (const auto* name : {"hide", "delete"}) EXPECT_TRUE(all.at(name).at("idempotent").as_bool()) << name;
}

TEST(Operations, UnderstandTheRecordedAnswers) {
    const auto text = fixture("api-write-responses.json");
    if (!text) return;
    const auto recorded = json::parse(*text);
    Instance page;
    page.host.answer(200, recorded.at("publish_comment")).answer(200, recorded.at("hide_or_update"));
    page.host.answer(200, recorded.at("send_api")).answer(200, recorded.at("send_api_user_ref"));
    EXPECT_EQ(page.call("reply", kReply).remote_id, "555000111222_999000666777");
    EXPECT_EQ(page.call("hide", {{"id", "555_777"}}).code, Code::ok);
    EXPECT_EQ(page.call("send", kSend).code, Code::ok);
    EXPECT_EQ(page.call("send", kSend).code, Code::ok);
}

}  // namespace
}  // namespace maillon::facebook
