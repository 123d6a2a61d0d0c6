#include "support.h"

namespace maillon::facebook {
namespace {

TEST(Webhook, EchoesTheChallengeToWhoKnowsTheWord) {
    Instance page;
    const auto answer = page.driver->receive(
        "GET", "/hooks/fb?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=let%20me+in");
    EXPECT_EQ(answer.http_status, 200u);
    EXPECT_EQ(answer.body, "1158201444");
    EXPECT_TRUE(answer.events.empty());
}

TEST(Webhook, RefusesEveryOtherCheck) {
    Instance page;
    for (const auto* query :
         {"", "?hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong",
          "?hub.mode=subscribe&hub.challenge=1", "?hub.challenge=1&hub.verify_token=let+me+in",
          "?hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=let+me+in",
          "?hub.mode=subscribe&hub.verify_token=let+me+in"}) {
        const auto answer = page.driver->receive("GET", std::string("/hooks/fb") + query);
        EXPECT_EQ(answer.http_status, 403u) << query;
        EXPECT_EQ(answer.body, "a check of the webhook without the right verify_token\n");
    }
}

TEST(Webhook, RefusesUnsignedNotificationsAndEmitsNothing) {
    Instance page;
    const auto body = json::serialize(feed(comment()));
    for (const auto& signature :
         {std::string(), "sha256=" + std::string(64, '0'), "sha256=" + hmac_hex("other", body)}) {
        const auto answer = page.post(body, signature);
        EXPECT_EQ(answer.status, MAILLON_OK);
        EXPECT_EQ(answer.http_status, 403u);
        EXPECT_EQ(answer.body, "a notification without the right signature\n");
        EXPECT_TRUE(answer.events.empty());
    }
    EXPECT_EQ(page.warnings(), 1);
}

TEST(Webhook, TakesNoOtherMethod) {
    Instance page;
    EXPECT_EQ(page.driver->receive("DELETE", "/hooks/fb").http_status, 405u);
}

TEST(Webhook, AnswersSignedNonsenseWith400) {
    Instance page;
    for (const auto* body : {"", "{", "[1,", "<html>", "\xff", "{\"a\":1}x"}) {
        const auto answer = page.post(std::string_view(body));
        EXPECT_EQ(answer.http_status, 400u) << body;
        EXPECT_TRUE(answer.events.empty());
    }
    EXPECT_EQ(page.warnings(), 1);
}

TEST(Webhook, TranslatesABatchAndLeavesOutWhatItDoesNotKnow) {
    Instance page;

    const auto answer = page.post(std::string_view(sample("notification.json")));

    EXPECT_EQ(answer.http_status, 200u);
    EXPECT_EQ(
        ids(answer.events),
        (std::vector<std::string>{
            "555000111222_777000222333:add",
            "104422781100341_555000111222:reaction:24680135791113151:created:1789373565000", "m_1:message"}));
    EXPECT_EQ(page.warnings(), 2);  // the field, and the other page
}

TEST(Webhook, GivesTheSameIdsAgainForADoubleDelivery) {
    Instance page;
    const auto body = sample("notification.json");
    EXPECT_EQ(ids(page.post(std::string_view(body)).events), ids(page.post(std::string_view(body)).events));
    EXPECT_EQ(page.warnings(), 2);
}

TEST(Webhook, AcceptsAnArrayAroundTheNotification) {
    Instance page;
    const auto answer =
        page.post(json::value(json::array{feed(comment()), feed(comment({{"comment_id", "555_778"}}))}));
    EXPECT_EQ(ids(answer.events), (std::vector<std::string>{"555_777:add", "555_778:add"}));
}

TEST(Webhook, ReadsTheEscapedBytesThatMetaSigns) {
    Instance page({{"page", "104422781100"}});
    const auto answer = page.post(std::string_view(sample("signed-body.raw.json")),
                                  "sha256=94dbfbfc81baa72629e165fd0d20131254b849645cca118524f5d4ec37dd3ada");
    ASSERT_EQ(answer.events.size(), 1u);
    EXPECT_EQ(answer.events[0].data.at("text"), "Café ouvert? 😀 50%");
    EXPECT_EQ(answer.events[0].data.at("author").at("name"), "Zoë Müller");
}

TEST(Webhook, LeavesOutOtherObjectsWithAnAnswerOf200) {
    Instance page;
    auto other = feed(comment());
    other["object"] = "instagram";
    const auto answer = page.post(other);
    EXPECT_EQ(answer.http_status, 200u);
    EXPECT_TRUE(answer.events.empty());
    EXPECT_EQ(page.warnings(), 1);
}

TEST(Webhook, EndsWithoutAnAnswerOfItsOwnWhenTheSecretIsGone) {
    Instance page;
    page.host.secrets.erase("app");
    const auto answer = page.post(feed(comment()));
    EXPECT_EQ(answer.status, MAILLON_CONFIG);
    EXPECT_TRUE(answer.events.empty());
}

TEST(Webhook, TellsWhoWroteAMention) {
    Instance page;
    page.host.answer(200, {{"from", {{"id", "99"}, {"name", "A Reader"}}},
                           {"permalink_url", "https://www.facebook.com/1"},
                           {"id", "998_112"}});
    auto body = feed({{"item", "post"},
                      {"verb", "add"},
                      {"post_id", "998_112"},
                      {"created_time", 1'789'374'500},
                      {"message", "thanks to the page"}});
    body.at("entry").at(0).at("changes").at(0).as_object()["field"] = "mention";

    const auto answer = page.post(body);

    ASSERT_EQ(ids(answer.events), (std::vector<std::string>{"mention:998_112:add"}));
    EXPECT_EQ(answer.events[0].type, "message.received");
    EXPECT_EQ(answer.events[0].key, "998_112");
    EXPECT_EQ(answer.events[0].data.at("author").at("id"), "99");
    EXPECT_EQ(answer.events[0].data.at("author").at("scope"), kPage);
    EXPECT_EQ(answer.events[0].data.at("url"), "https://www.facebook.com/1");
    EXPECT_TRUE(page.host.sent.at(0).url.starts_with("https://graph.facebook.com/v25.0/998_112?"))
        << page.host.sent[0].url;
}

TEST(Webhook, KeepsAStubOfAMentionThatCannotBeRead) {
    Instance page;
    page.host.answer(403, error(10));
    auto body = feed({{"item", "comment"},
                      {"verb", "add"},
                      {"post_id", "998_112"},
                      {"comment_id", "112_375"},
                      {"created_time", 1'789'374'510},
                      {"message", "ask the page"}});
    body.at("entry").at(0).at("changes").at(0).as_object()["field"] = "mention";

    const auto answer = page.post(body);

    ASSERT_EQ(answer.events.size(), 1u);
    EXPECT_EQ(answer.http_status, 200u);
    EXPECT_EQ(answer.events[0].data.at("text"), "ask the page");
    EXPECT_EQ(answer.events[0].data.at("kind"), "comment");
    EXPECT_EQ(answer.events[0].data.at("author"), (json::value{{"network", "facebook"}}));
}

TEST(Webhook, SpendsNoMoreTimeOnMentionsThanMetaWaits) {
    Instance page;
    page.host.on_http = [&](const testkit::Sent&) {
        page.host.monotonic_ms += 2'000;
        return testkit::Scripted{200, R"({"from":{"id":"99"}})"};
    };
    json::array changes;
    for (int i = 0; i < 10; ++i)
        changes.push_back(
            {{"field", "mention"},
             {"value", {{"item", "post"}, {"verb", "add"}, {"post_id", "998_" + std::to_string(i)}}}});
    auto body = feed({});
    body.at("entry").at(0).as_object()["changes"] = changes;

    const auto answer = page.post(body);

    EXPECT_EQ(answer.events.size(), 10u);
    EXPECT_EQ(page.host.sent.size(), 2u);
}

/// Event ids of every recorded notification; the files without an event are those of which nothing is wanted.
TEST(Webhook, ReadsEveryRecordedNotification) {
    const std::map<std::string, std::vector<std::string>> expected{
        {"batch-multi-entry", {"comment.created", "reaction.added", "message.received", "comment.created"}},
        {"feed-comment-add", {"comment.created"}},
        {"feed-comment-add-legacy-sender", {"comment.created"}},
        {"feed-comment-add-newpages", {"comment.created"}},
        {"feed-comment-add-photo-no-message", {"comment.created"}},
        {"feed-comment-edited", {"comment.edited"}},
        {"feed-comment-hide", {"comment.hidden"}},
        {"feed-comment-remove", {"comment.removed"}},
        {"feed-comment-reply-nested", {"comment.created", "comment.created"}},
        {"feed-posts", {"post.created", "post.created", "post.created", "post.removed"}},
        {"feed-reactions", {"reaction.added", "reaction.added", "reaction.added", "reaction.removed"}},
        {"handover-standby", {}},
        {"leadgen", {}},
        {"mention", {"message.received", "message.received"}},
        {"message-attachments-reply", {"message.received"}},
        {"message-delivery-read", {}},
        {"message-echo", {"message.received"}},
        {"message-quick-reply-postback", {"message.received", "message.received"}},
        {"message-reaction-edit-unsend",
         {"reaction.added", "reaction.removed", "message.edited", "message.removed"}},
        {"message-text", {"message.received"}},
        {"ratings", {"review.created", "review.edited", "review.removed"}}};
    for (const auto& [name, types] : expected) {
        const auto body = fixture("webhook-" + name + ".json");
        if (!body) continue;
        Instance page;
        const auto answer = page.post(std::string_view(*body));
        std::vector<std::string> found;
        for (const auto& event : answer.events) found.push_back(event.type);
        EXPECT_EQ(answer.http_status, 200u) << name;
        EXPECT_EQ(found, types) << name;
        for (const auto& event : answer.events) {
            EXPECT_FALSE(event.key.empty()) << name;
            EXPECT_GT(event.time_ms, 1'400'000'000'000) << name;
            EXPECT_LT(event.time_ms, 1'800'000'000'000) << name;
        }
    }
}

}  // namespace
}  // namespace maillon::facebook
