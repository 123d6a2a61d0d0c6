#include "client.h"

#include "support.h"

namespace maillon::facebook {
namespace {

constexpr std::uint64_t kMinute = 60'000;
const json::object kHide{{"id", "555_777"}};
const json::object kSend{{"to", "7712"}, {"text", "hello"}};

TEST(Client, ProvesItsSecretAndKeepsTheTokenOutOfAddresses) {
    Instance page({{"url", "http://127.0.0.1:9/"}, {"version", "v26.0"}});
    page.host.answer(200, {{"success", true}});

    page.call("hide", kHide);

    const auto& sent = page.host.sent.at(0);
    EXPECT_EQ(sent.url, std::string("http://127.0.0.1:9/v26.0/555_777?appsecret_proof=") + kProof);
    EXPECT_EQ(sent.header("Authorization"), std::string("Bearer ") + kToken);
    EXPECT_EQ(sent.body, "is_hidden=true");
}

TEST(Client, ReportsUsageToTheHost) {
    Instance page;
    page.host.answer(
        200, {{"success", true}},
        {{"X-App-Usage", R"({"call_count":28,"total_time":25,"total_cputime":25})"},
         {"X-Business-Use-Case-Usage",
          R"({"1":[{"type":"messenger","call_count":100,"estimated_time_to_regain_access":19}]})"}});

    page.call("hide", kHide);

    ASSERT_EQ(page.host.budgets.size(), 2u);
    EXPECT_EQ(page.host.budgets[0].scope, "facebook:app");
    EXPECT_EQ(page.host.budgets[0].used, 28);
    EXPECT_EQ(page.host.budgets[0].limit, 100);
    EXPECT_EQ(page.host.budgets[1].scope, "facebook:messenger");
    EXPECT_EQ(page.host.budgets[1].reset_ms, page.host.now_ms + 19 * 60'000);
}

TEST(Client, StopsAUseCaseThatIsUsedUpAndNotTheOther) {
    Instance page;
    page.host.answer(
        200, {{"success", true}},
        {{"X-Business-Use-Case-Usage",
          R"({"1":[{"type":"messenger","call_count":100,"estimated_time_to_regain_access":19}]})"}});
    page.call("hide", kHide);

    const auto message = page.call("send", kSend);
    page.host.answer(200, {{"success", true}});
    const auto comment = page.call("hide", kHide);

    EXPECT_EQ(message.code, Code::rate_limited);
    EXPECT_EQ(message.retry_after_ms, 19 * kMinute);
    EXPECT_EQ(comment.code, Code::ok);
    EXPECT_EQ(page.host.sent.size(), 2u);
}

TEST(Client, StaysSilentWhileMetaThrottlesAndLongerEachTime) {
    Instance page;
    std::vector<std::uint64_t> waits;
    for (int i = 0; i < 6; ++i) {
        page.host.answer(400, error(80001));
        const auto outcome = page.call("hide", kHide);
        EXPECT_EQ(outcome.code, Code::rate_limited);
        EXPECT_EQ(page.call("hide", kHide).code, Code::rate_limited);
        waits.push_back(outcome.retry_after_ms);
        page.host.now_ms += static_cast<std::int64_t>(outcome.retry_after_ms);
    }
    EXPECT_EQ(waits, (std::vector<std::uint64_t>{5 * kMinute, 10 * kMinute, 20 * kMinute, 40 * kMinute,
                                                 60 * kMinute, 60 * kMinute}));
    EXPECT_EQ(page.host.sent.size(), 6u);
}

TEST(Client, BeginsWithTheShortPauseAgainAfterASuccess) {
    Instance page;
    page.host.answer(400, error(613));
    const auto first = page.call("hide", kHide);
    page.host.now_ms += static_cast<std::int64_t>(kMinute);
    page.host.answer(200, {{"success", true}}).answer(400, error(613));
    EXPECT_EQ(page.call("hide", kHide).code, Code::ok);
    const auto second = page.call("hide", kHide);
    EXPECT_EQ(first.retry_after_ms, kMinute);
    EXPECT_EQ(second.retry_after_ms, kMinute);
}

TEST(Client, WaitsAsLongAsTheUsageHeaderSays) {
    Instance page;
    page.host.answer(400, error(80001),
                     {{"X-Business-Use-Case-Usage",
                       R"({"1":[{"type":"pages","call_count":101,"estimated_time_to_regain_access":19}]})"}});
    EXPECT_EQ(page.call("hide", kHide).retry_after_ms, 19 * kMinute);
}

TEST(Client, StopsEverythingForALimitOfTheApp) {
    Instance page;
    page.host.answer(403, error(4));
    EXPECT_EQ(page.call("hide", kHide).code, Code::rate_limited);
    EXPECT_EQ(page.call("send", kSend).code, Code::rate_limited);
    EXPECT_EQ(page.driver->check().code, Code::rate_limited);
    EXPECT_EQ(page.host.sent.size(), 1u);
}

TEST(Client, PausesForHoursWhenPolicyBlocksTheApp) {
    Instance page;
    page.host.answer(400, error(368));
    EXPECT_EQ(page.call("hide", kHide).retry_after_ms, 240 * kMinute);
    EXPECT_EQ(page.host.log.at(0).level, MAILLON_LOG_ERROR);
}

TEST(Client, NeverTellsASecret) {
    Instance page;
    page.host.answer(401, error(190)).answer({500, std::string("<html>") + kToken});
    for (int i = 0; i < 2; ++i) {
        const auto outcome = page.call("hide", kHide);
        EXPECT_EQ(outcome.detail.find(kToken), std::string::npos);
        EXPECT_EQ(outcome.detail.find(kProof), std::string::npos);
    }
}

}  // namespace
}  // namespace maillon::facebook
