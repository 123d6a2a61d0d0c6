// What a signed but broken notification could hold: it may cost the item, never the batch or the instance.
#include "support.h"

#include "maillon/broken_text.hpp"

namespace maillon::facebook {
namespace {

const json::array& wrongs() {
    static const json::array all{nullptr,
                                 true,
                                 0,
                                 -1,
                                 1e300,
                                 18446744073709551615u,
                                 "",
                                 "x",
                                 json::string(100'000, 'y'),
                                 json::array{},
                                 json::array{nullptr, 7, json::array{json::object{}}},
                                 json::object{},
                                 json::object{{"id", nullptr}, {"mid", 7}, {"url", 7}}};
    return all;
}

/// The notification with a sound comment behind the item in question.
testkit::Received with_a_neighbour(json::object notification) {
    Instance page;
    auto sound = feed(comment({{"comment_id", "555_999"}}));
    notification.at("entry").as_array().push_back(sound.at("entry").at(0));
    return page.post(notification);
}

void expect_the_neighbour(const testkit::Received& answer, std::string_view about) {
    EXPECT_EQ(answer.status, MAILLON_OK) << about << answer.detail;
    EXPECT_EQ(answer.http_status, 200u) << about;
    ASSERT_FALSE(answer.events.empty()) << about;
    EXPECT_EQ(answer.events.back().id, "555_999:add") << about;
    for (const auto& event : answer.events) {
        EXPECT_FALSE(event.id.empty()) << about;
        EXPECT_GT(event.time_ms, 0) << about;
    }
}

TEST(Hostile, WrongTypesInAFeedItemCostOnlyThatItem) {
    for (const auto* item : {"comment", "reaction", "post"}) {
        for (const auto& [name, value] :
             comment({{"reaction_type", "love"}, {"photos", "x"}, {"post", "x"}})) {
            for (const auto& wrong : wrongs()) {
                auto broken = comment({{"item", item}, {"verb", "edit"}});
                broken[name] = wrong;
                expect_the_neighbour(with_a_neighbour(feed(broken)),
                                     std::string(item) + "/" + std::string(name));
            }
        }
    }
}

TEST(Hostile, WrongTypesInAnEntryCostOnlyThatEntry) {
    for (const auto* name : {"id", "time", "changes", "messaging", "standby"}) {
        for (const auto& wrong : wrongs()) {
            auto broken = feed(comment());
            broken.at("entry").at(0).as_object()[name] = wrong;
            expect_the_neighbour(with_a_neighbour(broken), name);
        }
    }
    for (const auto* name : {"field", "value"}) {
        for (const auto& wrong : wrongs()) {
            auto broken = feed(comment());
            broken.at("entry").at(0).at("changes").at(0).as_object()[name] = wrong;
            expect_the_neighbour(with_a_neighbour(broken), name);
        }
    }
}

TEST(Hostile, WrongTypesInAMessageCostOnlyThatMessage) {
    for (const auto* name :
         {"message", "postback", "reaction", "message_edit", "sender", "recipient", "timestamp"}) {
        for (const auto& wrong : wrongs()) {
            json::object item{{"message", {{"mid", "m_1"}, {"text", "a"}}}};
            item[name] = wrong;
            expect_the_neighbour(with_a_neighbour(messaging(item)), name);
        }
    }
    for (const auto* name :
         {"mid", "text", "attachments", "reply_to", "is_echo", "app_id", "metadata", "is_deleted"}) {
        for (const auto& wrong : wrongs()) {
            json::object message{{"mid", "m_1"}, {"text", "a"}};
            message[name] = wrong;
            expect_the_neighbour(with_a_neighbour(messaging({{"message", message}})), name);
        }
    }
}

TEST(Hostile, WrongTypesAtTheTopAreAnswered) {
    Instance page;
    for (const auto& wrong : wrongs()) {
        EXPECT_EQ(page.post(wrong).http_status, 200u) << wrong;
        EXPECT_EQ(page.post(json::value{{"object", wrong}, {"entry", wrong}}).http_status, 200u);
        EXPECT_EQ(page.post(json::value{{"object", "page"}, {"entry", wrong}}).http_status, 200u);
        EXPECT_EQ(page.post(json::value{{"object", "page"}, {"entry", {wrong, wrong}}}).http_status, 200u);
    }
}

TEST(Hostile, DeepNestingIsRefusedAndNotFollowed) {
    Instance page;
    const auto deep =
        R"({"object":"page","entry":)" + std::string(200'000, '[') + std::string(200'000, ']') + "}";
    EXPECT_EQ(page.post(std::string_view(deep)).http_status, 400u);
}

TEST(Hostile, IdsThatJsonRoundsAreNone) {
    Instance page;
    const std::string body =
        R"({"object":"page","entry":[{"id":"104422781100341","time":1,"changes":[{"field":"feed",)"
        R"("value":{"item":"comment","verb":"add","comment_id":123456789012345678901234567890,)"
        R"("post_id":"104_555"}}]}]})";
    const auto answer = page.post(std::string_view(body));
    EXPECT_EQ(answer.http_status, 200u);
    EXPECT_TRUE(answer.events.empty());
}

TEST(Hostile, HalfACharacterCostsNeitherItsTextNorItsNeighbours) {
    auto three = feed(comment({{"comment_id", "555_1"}, {"message", "first"}}));
    for (const auto* id : {"555_2", "555_3"}) {
        const auto more = feed(comment({{"comment_id", id}, {"message", "cut HERE"}}));
        three.at("entry").as_array().push_back(more.at("entry").at(0));
    }
    auto body = json::serialize(three);
    body.replace(body.find("HERE"), 4, R"(\ud83d)");
    Instance page;

    const auto answer = page.post(std::string_view(body));

    EXPECT_EQ(answer.http_status, 200u) << answer.body;
    EXPECT_EQ(ids(answer.events), (std::vector<std::string>{"555_1:add", "555_2:add", "555_3:add"}));
    EXPECT_EQ(answer.events.at(1).data.at("text"), "cut \xef\xbf\xbd");
    EXPECT_EQ(answer.events.at(2).data.at("text"), "cut HERE");
}

TEST(Hostile, OnlyHalfCharactersAreReplaced) {
    for (const auto& [text, whole] : std::vector<std::pair<std::string, std::string>>{
             {R"(\ud83d)", R"(\ufffd)"},
             {R"(a\uDC99b)", R"(a\ufffdb)"},
             {R"(\ud83d\ud83d\udc99)", R"(\ufffd\ud83d\udc99)"},
             {R"(\udc99\ud83d)", R"(\ufffd\ufffd)"},
             {R"(\ud83dx\udc99)", R"(\ufffdx\ufffd)"},
             {R"(\\ud83d)", R"(\\ud83d)"},
             {R"(\\\ud83d)", R"(\\\ufffd)"},
             {R"(\u00e9\n\ud83d\udc99)", R"(\u00e9\n\ud83d\udc99)"},
             {R"(\ud83)", R"(\ud83)"},
             {R"(\)", R"(\)"},
             {R"(\u)", R"(\u)"},
             {"", ""}})
        EXPECT_EQ(wire::without_half_characters(text), whole) << text;
    EXPECT_EQ(wire::whole_json(R"("\ud83d" x)"), std::nullopt);
}

TEST(Hostile, EndlessNewNamesDoNotFillTheLog) {
    Instance page;
    json::array changes;
    for (int i = 0; i < 1000; ++i)
        changes.push_back({{"field", "f" + std::to_string(i)}, {"value", json::object{}}});
    auto body = feed({});
    body.at("entry").at(0).as_object()["changes"] = changes;
    page.post(body);
    EXPECT_EQ(page.warnings(), 200);
}

TEST(Hostile, AMentionWithAnIdThatIsNoneIsNotFetched) {
    Instance page;
    auto body = feed({{"item", "post"}, {"verb", "add"}, {"post_id", "../me?x="}});
    body.at("entry").at(0).at("changes").at(0).as_object()["field"] = "mention";
    const auto answer = page.post(body);
    EXPECT_EQ(answer.events.size(), 1u);
    EXPECT_TRUE(page.host.sent.empty());
}

}  // namespace
}  // namespace maillon::facebook
