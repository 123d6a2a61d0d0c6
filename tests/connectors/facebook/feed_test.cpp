#include "feed.h"

#include "support.h"

namespace maillon::facebook {
namespace {

/// The one event of a feed item.
testkit::Emitted event(json::object value, json::value time = 1'789'373'566) {
    Instance page;
    const auto answer = page.post(feed(std::move(value), std::move(time)));
    EXPECT_EQ(answer.http_status, 200u);
    if (answer.events.size() == 1) return answer.events[0];
    ADD_FAILURE() << answer.events.size() << " events";
    return {};
}

TEST(Comment, BecomesAMessage) {
    const auto got = event(
        comment({{"post", {{"permalink_url", "https://www.facebook.com/p"}}}, {"photo", "https://p/a"}}));

    EXPECT_EQ(got.id, "555_777:add");
    EXPECT_EQ(got.type, "comment.created");
    EXPECT_EQ(got.key, "555_777");
    EXPECT_EQ(got.time_ms, 1'789'373'564'000);
    EXPECT_EQ(got.attributes.at("subject"), "555_777");
    auto data = got.data.as_object();
    data.erase("raw");
    EXPECT_EQ(
        data,
        (json::object{
            {"id", "555_777"},
            {"kind", "comment"},
            {"thread", "555_777"},
            {"text", "still in stock? 💙"},
            {"author", {{"network", "facebook"}, {"scope", kPage}, {"id", "246"}, {"name", "A Reader"}}},
            {"recipient", {{"network", "facebook"}, {"id", kPage}}},
            {"own", false},
            {"is_repost", false},
            {"is_edit", false},
            {"is_removed", false},
            {"post", "104422781100341_555"},
            {"url", "https://www.facebook.com/p"},
            {"published", "2026-09-14T08:12:44Z"},
            {"attachments", {{{"url", "https://p/a"}, {"media_type", "image/*"}}}}}));
    EXPECT_EQ(got.data.at("raw").at("parent_id"), "104422781100341_555");
}

TEST(Comment, BelongsToTheThreadOfItsParent) {
    const auto got = event(comment({{"comment_id", "555_888"}, {"parent_id", "555_777"}}));
    EXPECT_EQ(got.key, "555_777");
    EXPECT_EQ(got.data.at("id"), "555_888");
    EXPECT_EQ(got.data.at("thread"), "555_777");
    EXPECT_EQ(got.data.at("in_reply_to"), "555_777");
}

TEST(Comment, IsAtTheTopWhateverActorItsParentNames) {
    EXPECT_EQ(top_comment("555_777", "27721710000000521_555", "104422781100341_555"), "555_777");
    EXPECT_EQ(top_comment("555_888", "555_777", "104422781100341_555"), "555_777");
    EXPECT_EQ(top_comment("555_777", "", "104_555"), "555_777");
    EXPECT_EQ(top_comment("555_777", "104_555", ""), "555_777");
    EXPECT_EQ(top_comment("555_888", "555_777", ""), "555_777");
    EXPECT_EQ(top_comment("777", "555", "555"), "777");
}

TEST(Comment, OfThePageItselfIsOwn) {
    EXPECT_TRUE(event(comment({{"from", {{"id", kPage}, {"name", "The Page"}}}})).data.at("own").as_bool());
    EXPECT_TRUE(event(comment({{"from", {{"id", 104422781100341}}}})).data.at("own").as_bool());
}

TEST(Comment, OfThePageItselfHasAnIdThatIsTheSameEverywhere) {
    const auto got = event(comment({{"from", {{"id", kPage}, {"name", "The Page"}}}}));
    EXPECT_EQ(got.data.at("author"),
              (json::value{{"network", "facebook"}, {"id", kPage}, {"name", "The Page"}}));
}

TEST(Comment, MayHaveNoAuthor) {
    auto value = comment();
    value.erase("from");
    EXPECT_EQ(event(value).data.at("author"), (json::value{{"network", "facebook"}}));
    EXPECT_FALSE(event(value).data.at("own").as_bool());
}

TEST(Comment, OfTheOldFormNamesItsSenderByNumber) {
    auto value = comment({{"sender_id", 18446744073709551615u}, {"sender_name", "A Reader"}});
    value.erase("from");
    EXPECT_EQ(event(value).data.at("author"), (json::value{{"network", "facebook"},
                                                           {"scope", kPage},
                                                           {"id", "18446744073709551615"},
                                                           {"name", "A Reader"}}));
}

TEST(Comment, IsEditedUnderBothVerbs) {
    const auto one = event(comment({{"verb", "edit"}}), 1'789'373'640);
    const auto other = event(comment({{"verb", "edited"}}), 1'789'373'640);
    const auto later = event(comment({{"verb", "edited"}, {"message", "sold out?"}}), 1'789'373'700);

    EXPECT_EQ(one.type, "comment.edited");
    EXPECT_EQ(one.id, other.id);
    EXPECT_NE(one.id, later.id);
    EXPECT_EQ(one.time_ms, 1'789'373'640'000);
    EXPECT_EQ(one.data.at("published"), "2026-09-14T08:12:44Z");
    EXPECT_TRUE(one.data.at("is_edit").as_bool());
}

TEST(Comment, IsRemovedAlsoWithoutATime) {
    auto value = comment({{"verb", "remove"}});
    value.erase("created_time");
    value.erase("message");

    const auto got = event(value, 1'789'373'991);

    EXPECT_EQ(got.id, "555_777:remove");
    EXPECT_EQ(got.type, "comment.removed");
    EXPECT_EQ(got.time_ms, 1'789'373'991'000);
    EXPECT_TRUE(got.data.at("is_removed").as_bool());
}

TEST(Comment, MayBeHiddenAndShownAgainAndAgain) {
    const auto hidden = event(comment({{"verb", "hide"}}), 1'789'374'100);
    const auto shown = event(comment({{"verb", "unhide"}}), 1'789'374'200);
    const auto again = event(comment({{"verb", "hide"}}), 1'789'374'300);

    EXPECT_EQ(hidden.type, "comment.hidden");
    EXPECT_EQ(shown.type, "comment.unhidden");
    EXPECT_NE(hidden.id, again.id);
    EXPECT_EQ(hidden.time_ms, 1'789'374'100'000);
}

TEST(Comment, WithNumbersForIdsLosesNoDigit) {
    const auto got = event(comment({{"comment_id", 9007199254740993}, {"parent_id", 555}, {"post_id", 555}}));
    EXPECT_EQ(got.id, "9007199254740993:add");
    EXPECT_EQ(got.key, "9007199254740993");
}

TEST(Reaction, IsGivenChangedAndTakenBack) {
    const json::object love{{"item", "reaction"},           {"verb", "add"},
                            {"reaction_type", "love"},      {"post_id", "104_555"},
                            {"parent_id", "104_555"},       {"from", {{"id", "246"}}},
                            {"created_time", 1'789'374'300}};
    auto wow = love, gone = love;
    wow["verb"] = "edit";
    wow["reaction_type"] = "wow";
    gone["verb"] = "remove";

    const auto added = event(love), changed = event(wow), removed = event(gone);

    EXPECT_EQ(added.type, "reaction.added");
    EXPECT_EQ(added.data.at("verb"), "love");
    EXPECT_EQ(added.data.at("object"), "104_555");
    EXPECT_EQ(added.key, "104_555");
    EXPECT_EQ(changed.type, "reaction.added");
    EXPECT_EQ(changed.data.at("verb"), "wow");
    EXPECT_EQ(removed.type, "reaction.removed");
    EXPECT_TRUE(removed.data.at("is_removed").as_bool());
    EXPECT_EQ((std::set<std::string>{added.id, changed.id, removed.id}.size()), 3u);
    EXPECT_EQ(added.data.at("id"), removed.data.at("id"));
}

TEST(Reaction, ToACommentBelongsToItsThread) {
    const auto got = event({{"item", "like"},
                            {"verb", "add"},
                            {"post_id", "104_555"},
                            {"comment_id", "555_888"},
                            {"parent_id", "555_777"},
                            {"from", {{"id", "246"}}},
                            {"created_time", 1'789'374'300}});
    EXPECT_EQ(got.data.at("object"), "555_888");
    EXPECT_EQ(got.data.at("verb"), "like");
    EXPECT_EQ(got.key, "555_777");
}

TEST(Post, OfAVisitorBecomesAMessage) {
    for (const auto* item : {"post", "status", "photo", "video", "share"}) {
        const auto got = event({{"item", item},
                                {"verb", "add"},
                                {"post_id", "104_600"},
                                {"message", "look"},
                                {"from", {{"id", "246"}}},
                                {"created_time", 1'789'374'400},
                                {"video", "https://v/1.mp4"},
                                {"photos", {"https://p/1", 7}}});
        EXPECT_EQ(got.id, "104_600:add");
        EXPECT_EQ(got.type, "post.created");
        EXPECT_EQ(got.key, "104_600");
        EXPECT_EQ(got.data.at("kind"), "post");
        EXPECT_FALSE(got.data.as_object().contains("post"));
        EXPECT_EQ(got.data.at("attachments").as_array().size(), 2u) << item;
    }
}

TEST(Feed, LeavesOutUnknownItemsAndVerbsAndTellsOfEachOnce) {
    Instance page;
    for (int i = 0; i < 2; ++i) {
        for (const auto& value :
             std::vector<json::object>{comment({{"item", "milestone"}}), comment({{"verb", "block"}}),
                                       comment({{"comment_id", nullptr}}), comment({{"item", nullptr}}),
                                       comment({{"item", "reaction"}, {"verb", "hide"}})}) {
            const auto answer = page.post(feed(value));
            EXPECT_EQ(answer.http_status, 200u);
            EXPECT_TRUE(answer.events.empty()) << json::serialize(value);
        }
    }
    EXPECT_EQ(page.warnings(), 5);
}

TEST(Feed, TakesSecondsAndMilliseconds) {
    EXPECT_EQ(unix_ms({{"t", 1'789'373'564}}, "t"), 1'789'373'564'000);
    EXPECT_EQ(unix_ms({{"t", 1'789'373'564'123}}, "t"), 1'789'373'564'123);
    EXPECT_EQ(unix_ms({{"t", "1789373564"}}, "t"), 1'789'373'564'000);
    for (const json::value& none :
         json::array{nullptr, -1, 0, "x", true, 9223372036854775807, 1e300, json::object{}})
        EXPECT_EQ(unix_ms({{"t", none}}, "t"), 0) << none;
}

TEST(Review, BecomesAMessageWithItsVerdictInRaw) {
    Instance page;
    auto body = feed({{"item", "rating"},
                      {"verb", "add"},
                      {"open_graph_story_id", 904801129604590},
                      {"reviewer_id", "705"},
                      {"reviewer_name", "A Reader"},
                      {"recommendation_type", "NEGATIVE"},
                      {"review_text", nullptr},
                      {"created_time", 1'789'374'600}});
    body.at("entry").at(0).at("changes").at(0).as_object()["field"] = "ratings";

    const auto answer = page.post(body);

    ASSERT_EQ(ids(answer.events), (std::vector<std::string>{"904801129604590:add"}));
    EXPECT_EQ(answer.events[0].type, "review.created");
    EXPECT_EQ(answer.events[0].data.at("author").at("id"), "705");
    EXPECT_EQ(answer.events[0].data.at("author").at("scope"), kPage);
    EXPECT_EQ(answer.events[0].data.at("text"), "");
    EXPECT_EQ(answer.events[0].data.at("raw").at("recommendation_type"), "NEGATIVE");
}

}  // namespace
}  // namespace maillon::facebook
