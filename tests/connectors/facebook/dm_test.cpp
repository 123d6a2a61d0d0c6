#include "dm.h"

#include "support.h"

namespace maillon::facebook {
namespace {

testkit::Emitted event(json::object item) {
    Instance page;
    const auto answer = page.post(messaging(std::move(item)));
    EXPECT_EQ(answer.http_status, 200u);
    if (answer.events.size() == 1) return answer.events[0];
    ADD_FAILURE() << answer.events.size() << " events";
    return {};
}

TEST(Messenger, TextBecomesAMessage) {
    const auto got = event({{"message", {{"mid", "m_1"}, {"text", "Hello"}}}});

    EXPECT_EQ(got.id, "m_1:message");
    EXPECT_EQ(got.type, "message.received");
    EXPECT_EQ(got.key, "7712");
    EXPECT_EQ(got.time_ms, 1'789'375'000'001);
    EXPECT_EQ(got.data.at("id"), "m_1");
    EXPECT_EQ(got.data.at("kind"), "dm");
    EXPECT_EQ(got.data.at("thread"), "7712");
    EXPECT_EQ(got.data.at("text"), "Hello");
    EXPECT_EQ(got.data.at("author"),
              (json::value{{"network", "facebook"}, {"scope", kPage}, {"id", "7712"}}));
    EXPECT_EQ(got.data.at("recipient"), (json::value{{"network", "facebook"}, {"id", kPage}}));
    EXPECT_FALSE(got.data.at("own").as_bool());
    EXPECT_FALSE(got.attributes.contains("origin"));
}

TEST(Messenger, AttachmentsAndAnswersAreKept) {
    const auto got = event({{"message",
                             {{"mid", "m_2"},
                              {"reply_to", {{"mid", "m_1"}}},
                              {"attachments",
                               {{{"type", "image"}, {"payload", {{"url", "https://p/a.jpg"}}}},
                                {{"type", "location"}, {"payload", {{"coordinates", {{"lat", 45.76}}}}}},
                                nullptr}}}}});
    EXPECT_EQ(got.data.at("in_reply_to"), "m_1");
    EXPECT_EQ(got.data.at("attachments"),
              (json::value{{{"url", "https://p/a.jpg"}, {"media_type", "image/*"}}}));
    EXPECT_EQ(
        got.data.at("raw").at("message").at("attachments").at(1).at("payload").at("coordinates").at("lat"),
        45.76);
}

TEST(Messenger, EchoIsOurOwnInTheSameConversation) {
    const auto got =
        event({{"sender", {{"id", kPage}}},
               {"recipient", {{"id", "7712"}}},
               {"message", {{"mid", "m_3"}, {"text", "Yes"}, {"is_echo", true}, {"app_id", 15}}}});
    EXPECT_TRUE(got.data.at("own").as_bool());
    EXPECT_EQ(got.key, "7712");
    EXPECT_EQ(got.data.at("author"), (json::value{{"network", "facebook"}, {"id", kPage}}));
    EXPECT_EQ(got.data.at("recipient"),
              (json::value{{"network", "facebook"}, {"scope", kPage}, {"id", "7712"}}));
    EXPECT_FALSE(got.attributes.contains("origin"));
}

TEST(Messenger, EchoOfWhatThisHubSentSaysSo) {
    const auto marked =
        event({{"sender", {{"id", kPage}}},
               {"recipient", {{"id", "7712"}}},
               {"message", {{"mid", "m_3"}, {"is_echo", true}, {"metadata", mark_of("evt-1/route/step")}}}});
    EXPECT_EQ(marked.attributes.at("origin"), "test");

    Instance page({{"app_id", "1517776481860111"}});
    const auto answer = page.post(
        messaging({{"sender", {{"id", kPage}}},
                   {"recipient", {{"id", "7712"}}},
                   {"message", {{"mid", "m_4"}, {"is_echo", true}, {"app_id", 1517776481860111}}}}));
    EXPECT_EQ(answer.events.at(0).attributes.at("origin"), "test");
}

TEST(Messenger, AStrangerCannotPassForAnEcho) {
    const auto got =
        event({{"message", {{"mid", "m_5"}, {"text", "x"}, {"metadata", mark_of("evt-1/route/step")}}}});
    EXPECT_FALSE(got.data.at("own").as_bool());
    EXPECT_FALSE(got.attributes.contains("origin"));
}

TEST(Messenger, QuickRepliesAndPostbacksAreMessages) {
    const auto quick =
        event({{"message", {{"mid", "m_6"}, {"text", "Repair"}, {"quick_reply", {{"payload", "R"}}}}}});
    const auto button =
        event({{"postback", {{"mid", "m_7"}, {"title", "Get started"}, {"payload", "START"}}}});
    const auto old = event({{"postback", {{"title", "Get started"}, {"payload", "START"}}}});

    EXPECT_EQ(quick.data.at("text"), "Repair");
    EXPECT_EQ(quick.data.at("raw").at("message").at("quick_reply").at("payload"), "R");
    EXPECT_EQ(button.id, "m_7:postback");
    EXPECT_EQ(button.data.at("text"), "Get started");
    EXPECT_EQ(old.id, "7712:1789375000001:postback");
}

TEST(Messenger, EditsAndWithdrawalsNameTheMessage) {
    const auto first = event({{"message_edit", {{"mid", "m_1"}, {"text", "Hello!"}, {"num_edit", 1}}}});
    const auto second = event({{"message_edit", {{"mid", "m_1"}, {"text", "Hello?"}, {"num_edit", "2"}}}});
    const auto gone = event({{"message", {{"mid", "m_1"}, {"is_deleted", true}}}});

    EXPECT_EQ(first.type, "message.edited");
    EXPECT_EQ(first.id, "m_1:edit:1");
    EXPECT_EQ(second.id, "m_1:edit:2");
    EXPECT_EQ(first.data.at("text"), "Hello!");
    EXPECT_EQ(gone.type, "message.removed");
    EXPECT_EQ(gone.id, "m_1:unsend");
    EXPECT_TRUE(gone.data.at("is_removed").as_bool());
}

TEST(Messenger, ReactionsAreGivenAndTakenBack) {
    const auto given =
        event({{"reaction", {{"mid", "m_1"}, {"action", "react"}, {"reaction", "love"}, {"emoji", "❤"}}}});
    const auto taken = event({{"reaction", {{"mid", "m_1"}, {"action", "unreact"}}}});

    EXPECT_EQ(given.type, "reaction.added");
    EXPECT_EQ(given.data.at("verb"), "love");
    EXPECT_EQ(given.data.at("object"), "m_1");
    EXPECT_EQ(given.key, "7712");
    EXPECT_EQ(taken.type, "reaction.removed");
    EXPECT_NE(given.id, taken.id);
}

TEST(Messenger, ReceiptsPassWithoutAWord) {
    Instance page;
    EXPECT_TRUE(page.post(messaging({{"delivery", {{"watermark", 1}}}})).events.empty());
    EXPECT_TRUE(page.post(messaging({{"read", {{"watermark", 1}}}})).events.empty());
    EXPECT_EQ(page.warnings(), 0);
}

TEST(Messenger, UnknownItemsAreToldOfOnceByTheirName) {
    Instance page;
    for (int i = 0; i < 2; ++i) {
        for (const auto& item : std::vector<json::object>{{{"optin", {{"ref", "x"}}}},
                                                          {{"pass_thread_control", json::object{}}},
                                                          {{"message", {{"text", "no mid"}}}},
                                                          {{"reaction", {{"mid", "m"}, {"action", "stare"}}}},
                                                          {{"message", {{"mid", "m"}}}, {"sender", nullptr}},
                                                          {{"message", 5}}})
            EXPECT_TRUE(page.post(messaging(item)).events.empty()) << json::serialize(item);
    }
    EXPECT_EQ(page.warnings(), 6);
    EXPECT_EQ(page.host.log.at(0).fields.at("what"), "messaging 'optin'");
}

TEST(Echoes, KeepTheNewestOnly) {
    Echoes echoes;
    for (int i = 0; i < 1500; ++i) echoes.note("m" + std::to_string(i), std::to_string(i));
    EXPECT_EQ(echoes.find("m1499"), "1499");
    EXPECT_EQ(echoes.find("m500"), "500");
    EXPECT_EQ(echoes.find("m499"), std::nullopt);
}

}  // namespace
}  // namespace maillon::facebook
