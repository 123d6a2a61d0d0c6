#include "post.h"

#include "support.h"

namespace maillon::twitter {
namespace {

/// One poll over these pages, the first with an empty cursor.
testkit::Polled polled(Instance& x, const json::value& page, std::string_view cursor = {}) {
    x.host.answer(200, page);
    return x.driver->poll(cursor);
}

TEST(XPost, BecomesAMessageWithEverythingJoined) {
    Instance x;

    const auto result = polled(x, sample("page1.json"));

    ASSERT_EQ(result.status, MAILLON_OK) << result.detail;
    ASSERT_EQ(ids(result),
              (std::vector<std::string>{"1990000000000000007:created", "1990000000000000011:created"}));
    const auto& event = result.events[1];
    EXPECT_EQ(event.type, "message.received");
    EXPECT_EQ(event.key, "1989999999999999000");
    EXPECT_EQ(event.time_ms, 1'789'373'564'120);
    EXPECT_EQ(event.attributes.at("subject"), "1990000000000000011");
    const auto& data = event.data.as_object();
    EXPECT_EQ(data.at("id"), "1990000000000000011");
    EXPECT_EQ(data.at("kind"), "post");
    EXPECT_EQ(data.at("thread"), "1989999999999999000");
    EXPECT_EQ(data.at("text"),
              "@acme the zip broke again & I need <help> \"soon\" 'please' &lt; https://t.co/abcdefghij");
    EXPECT_EQ(data.at("author"), (json::value{{"network", "x"},
                                              {"id", "6253282000000001"},
                                              {"handle", "reader_1"},
                                              {"name", "A Reader"},
                                              {"url", "https://x.com/reader_1"},
                                              {"location", "Lyon"}}));
    EXPECT_EQ(data.at("recipient"),
              (json::value{{"network", "x"}, {"id", "2244994945"}, {"handle", "acme"}}));
    EXPECT_EQ(data.at("in_reply_to"), "1989999999999999000");
    EXPECT_EQ(data.at("url"), "https://x.com/reader_1/status/1990000000000000011");
    EXPECT_EQ(data.at("language"), "en");
    EXPECT_EQ(data.at("published"), "2026-09-14T08:12:44.120Z");
    EXPECT_FALSE(data.at("own").as_bool());
    EXPECT_EQ(data.at("raw").at("something_new").at("of").at(0), "tomorrow");
}

TEST(XPost, CarriesPicturesAndTheBestFilm) {
    Instance x;

    const auto result = polled(x, sample("page1.json"));

    EXPECT_EQ(result.events.at(1).data.at("attachments"),
              (json::value{{{"url", "https://pbs.example.net/media/x.jpg"}, {"media_type", "image/*"}},
                           {{"url", "https://video.example.net/high.mp4"}, {"media_type", "video/*"}}}));
}

TEST(XPost, KeepsTheIdOfAnAuthorWhoIsNotGiven) {
    Instance x;

    const auto result = polled(x, sample("page1.json"));

    const auto& data = result.events.at(0).data.as_object();
    EXPECT_EQ(data.at("author"), (json::value{{"network", "x"}, {"id", "404"}}));
    EXPECT_EQ(data.at("text"), "the long form & all of it");
    EXPECT_EQ(data.at("url"), "https://x.com/i/status/1990000000000000007");
    EXPECT_FALSE(data.contains("language"));
}

TEST(XPost, IsReadUnderBothVocabularies) {
    Instance x;

    const auto result = polled(x, sample("page-2167.json"), R"({"since":"1990000000000000021"})");

    ASSERT_EQ(ids(result), (std::vector<std::string>{"1990000000000000025:edited"}));
    const auto& data = result.events[0].data.as_object();
    EXPECT_EQ(result.events[0].type, "message.edited");
    EXPECT_EQ(data.at("id"), "1990000000000000020");
    EXPECT_EQ(data.at("text"), "the corrected long form");
    EXPECT_EQ(data.at("in_reply_to"), "1990000000000000001");
    EXPECT_TRUE(data.at("is_edit").as_bool());
    EXPECT_EQ(data.at("url"), "https://x.com/reader_1/status/1990000000000000025");
}

TEST(XPost, IsReceivedAsWellWhenItsFirstVersionWasNeverSeen) {
    Instance x;

    const auto result = polled(x, sample("page-2167.json"), R"({"since":"1990000000000000019"})");

    ASSERT_EQ(ids(result),
              (std::vector<std::string>{"1990000000000000020:created", "1990000000000000025:edited"}));
    EXPECT_EQ(result.events[0].type, "message.received");
    EXPECT_FALSE(result.events[0].data.at("is_edit").as_bool());
}

TEST(XPost, OfTheAccountItselfIsMarked) {
    Instance x;

    const auto result = polled(x, page({post("12", {{"author_id", "2244994945"}}), post("11")}));

    EXPECT_TRUE(result.events.at(1).data.at("own").as_bool());
    EXPECT_FALSE(result.events.at(0).data.at("own").as_bool());
}

TEST(XPost, ThatRepeatsAnotherIsMarked) {
    Instance x;

    const auto result =
        polled(x, page({post("12", {{"referenced_tweets", {{{"type", "retweeted"}, {"id", "5"}}}}})}));

    EXPECT_TRUE(result.events.at(0).data.at("is_repost").as_bool());
}

TEST(XPost, TakesItsTimeFromItsIdWhenItGivesNone) {
    Instance x;

    const auto result = polled(x, page({post("1212092628029698048", {{"created_at", nullptr}})}));

    EXPECT_EQ(result.events.at(0).time_ms, 1'577'820'376'771);
}

TEST(XPost, OfTheRecordedAnswersIsReadWhole) {
    const auto first = fixture("search-recent-page1.json");
    const auto last = fixture("search-recent-page2-last.json");
    if (!first || !last) return;
    Instance x;
    x.host.answer(200, *first).answer(200, *last);

    const auto result = x.driver->poll();

    ASSERT_EQ(result.status, MAILLON_OK) << result.detail;
    EXPECT_EQ(ids(result),
              (std::vector<std::string>{"1990000000000000003:created", "1990000000000000007:created",
                                        "1990000000000000009:created"}));
    EXPECT_EQ(result.cursor, R"({"since":"1990000000000000009"})");
    EXPECT_EQ(result.events[2].data.at("author").at("handle"), "anaruiz");
    EXPECT_EQ(result.events[2].data.at("text"),
              "@ateliermaillon my zip broke again & I need help https://t.co/abcdefghij");
    EXPECT_EQ(result.events[2].data.at("attachments").at(0).at("url"), "https://pbs.example.net/media/x.jpg");
}

TEST(XPost, OfTheRecordedMentionsIsAnEdit) {
    const auto mentions = fixture("mentions-timeline.json");
    if (!mentions) return;
    Instance x;
    auto page = *mentions;
    page.at("meta").as_object().erase("next_token");

    const auto result = polled(x, page, R"({"since":"1990000000000000019"})");

    ASSERT_EQ(ids(result), (std::vector<std::string>{"1990000000000000020:edited"}));
    EXPECT_EQ(result.events[0].data.at("id"), "1990000000000000018");
}

}  // namespace
}  // namespace maillon::twitter
