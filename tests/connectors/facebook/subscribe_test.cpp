#include "support.h"

namespace maillon::facebook {
namespace {

const json::object kMe{{"id", kPage}, {"name", "The Page"}};

TEST(Connect, SeesThatThePageIsThere) {
    Instance page;
    page.host.answer(200, kMe);
    EXPECT_EQ(page.driver->connect().code, Code::ok);
    EXPECT_EQ(page.host.sent.size(), 1u);
}

TEST(Connect, RefusesAnotherPageAndADeadToken) {
    Instance page;
    page.host.answer(200, {{"id", "1"}}).answer(401, error(190, 463));
    EXPECT_EQ(page.driver->connect().code, Code::config);
    EXPECT_EQ(page.driver->check().code, Code::auth);
}

TEST(Connect, SubscribesThePageAndMakesSure) {
    Instance page({{"subscribe", true}, {"app_id", "1234567890"}});
    page.host.answer(200, kMe)
        .answer(200, {{"success", true}})
        .answer(200, {{"data", {{{"id", "1234567890"}}}}});

    EXPECT_EQ(page.driver->connect().code, Code::ok);

    const auto& sent = page.host.sent.at(1);
    EXPECT_EQ(sent.method, "POST");
    EXPECT_NE(sent.url.find("/subscribed_apps?"), std::string::npos);
    EXPECT_TRUE(sent.body.starts_with("subscribed_fields=feed%2Cmention")) << sent.body;
    EXPECT_EQ(page.host.sent.at(2).method, "GET");
}

TEST(Connect, DoesNotBelieveASubscriptionThatIsNotListed) {
    for (const auto& listed : std::vector<json::value>{{{"data", json::array{}}},
                                                       {{"data", {{{"id", "other"}}}}},
                                                       {{"data", {nullptr, 7}}},
                                                       {{"data", nullptr}},
                                                       json::object{}}) {
        Instance page({{"subscribe", true}, {"app_id", "1234567890"}});
        page.host.answer(200, kMe).answer(200, {{"success", true}}).answer(200, listed);
        EXPECT_EQ(page.driver->connect().code, Code::config) << listed;
    }
}

TEST(Connect, TriesAgainWhenGraphDoesNotSubscribe) {
    Instance page({{"subscribe", true}});
    page.host.answer(200, kMe).answer(200, {{"success", false}});
    EXPECT_EQ(page.driver->connect().code, Code::retry);
}

}  // namespace
}  // namespace maillon::facebook
