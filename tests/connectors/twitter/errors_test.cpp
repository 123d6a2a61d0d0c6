#include "errors.h"

#include "support.h"

namespace maillon::twitter {
namespace {

constexpr std::int64_t kNow = 1'789'375'964'000;  // 2026-09-14 08:52:44

Failure read(std::uint32_t status, const std::string& body, Headers headers = {}) {
    return failure_of({status, std::move(headers), body}, Effect::reads, kNow);
}
Code write(std::uint32_t status, const std::string& body = "{}") {
    return failure_of({status, {}, body}, Effect::once, kNow).code();
}

TEST(XErrors, WaitUntilTheLimitIsSetBack) {
    const auto failure = read(429, "{}", {{"x-rate-limit-reset", "1789376000"}});
    EXPECT_EQ(failure.code(), Code::rate_limited);
    EXPECT_EQ(failure.retry_after_ms(), 37'000u);
}

TEST(XErrors, WaitAsAskedWhenThereIsNoUsableReset) {
    EXPECT_EQ(read(429, "{}", {{"Retry-After", "7"}}).retry_after_ms(), 7'000u);
    EXPECT_EQ(read(429, "{}").retry_after_ms(), 60'000u);
    EXPECT_EQ(read(429, "{}", {{"x-rate-limit-reset", "12"}}).retry_after_ms(), 60'000u);
    EXPECT_EQ(read(429, "{}", {{"x-rate-limit-reset", "soon"}}).retry_after_ms(), 60'000u);
    EXPECT_EQ(read(429, "{}", {{"x-rate-limit-reset", "999999999999"}}).retry_after_ms(), 86'400'000u);
}

TEST(XErrors, OfAUsedUpVolumeWaitLong) {
    const auto monthly = read(
        429,
        R"({"title":"UsageCapExceeded","period":"Monthly","type":"https://api.x.com/2/problems/usage-capped"})");
    const auto daily =
        read(429, R"({"period":"Daily","type":"https://api.twitter.com/2/problems/usage-capped"})");
    EXPECT_EQ(monthly.code(), Code::rate_limited);
    EXPECT_EQ(monthly.retry_after_ms(), 86'400'000u);
    EXPECT_EQ(daily.retry_after_ms(), (15 * 3600 + 7 * 60 + 16) * 1000u);
    EXPECT_EQ(read(402, "{}").code(), Code::rate_limited);
}

TEST(XErrors, TellCredentialsFromSettings) {
    EXPECT_EQ(read(401, "{}").code(), Code::auth);
    EXPECT_EQ(read(403, R"({"type":"https://api.twitter.com/2/problems/client-forbidden"})").code(),
              Code::config);
    EXPECT_EQ(write(403, R"({"type":"https://api.x.com/2/problems/client-forbidden"})"), Code::config);
    EXPECT_EQ(write(403, R"({"type":"https://api.x.com/2/problems/unsupported-authentication"})"),
              Code::config);
    EXPECT_EQ(write(403, R"({"type":"about:blank","detail":"You are not permitted"})"), Code::rejected);
}

TEST(XErrors, KnowARefusalForADuplicate) {
    for (const auto* body : {R"({"detail":"You are not allowed to create a Tweet with duplicate content."})",
                             R"({"errors":[{"code":187,"message":"Status is a duplicate."}]})",
                             R"({"title":"Duplicate","detail":""})"}) {
        EXPECT_TRUE(is_duplicate({403, {}, body})) << body;
        EXPECT_FALSE(is_duplicate({400, {}, body})) << body;
    }
    EXPECT_FALSE(is_duplicate({403, {}, R"({"detail":"You are not permitted"})"}));
    EXPECT_FALSE(is_duplicate({403, {}, "<html>duplicate</html>"}));
}

TEST(XErrors, OfTheServerAreInDoubtOnlyForWhatMustNotBeRepeated) {
    for (const std::uint32_t status : {500u, 502u, 504u, 408u}) {
        EXPECT_EQ(read(status, "<html>").code(), Code::retry) << status;
        EXPECT_EQ(write(status, "<html>"), Code::in_doubt) << status;
    }
    EXPECT_EQ(write(503, "<html>Over capacity</html>"), Code::retry);
    EXPECT_EQ(failure_of({500, {}, ""}, Effect::repeatable, kNow).code(), Code::retry);
}

TEST(XErrors, OfAnAddressThatLeadsElsewhereAreConfigurationForWhichRepliesWait) {
    EXPECT_EQ(write(301), Code::retry);
    EXPECT_EQ(read(308, "").code(), Code::config);
    EXPECT_NE(std::string(read(308, "").what()).find("set /url to where it leads"), std::string::npos);
}

TEST(XErrors, OfARequestAreFinal) {
    EXPECT_EQ(write(400), Code::rejected);
    EXPECT_EQ(write(404), Code::rejected);
    EXPECT_EQ(read(400, "{}").code(), Code::config);
}

TEST(XErrors, AreReadInAllTheirShapes) {
    EXPECT_EQ(problem_of({429, {}, R"({"errors":[{"code":88,"message":"Rate limit exceeded"}]})"}).detail,
              "Rate limit exceeded");
    EXPECT_EQ(problem_of({400, {}, R"({"error":"invalid_request","error_description":"no token"})"}).detail,
              "no token");
    EXPECT_TRUE(problem_of({400, {}, R"({"errors":[{"parameters":{"since_id":["1"]}}]})"}).names("since_id"));
    EXPECT_EQ(problem_of({503, {}, "<html>"}).detail, "");
    EXPECT_EQ(problem_of({400, {}, R"({"title":5,"errors":[null,7,{"parameters":[1]}],"type":{}})"}).title,
              "");
}

TEST(XErrors, KeepTheirDetailShortAndOnOneLine) {
    const auto failure =
        read(500, json::serialize(json::object{{"detail", "a\nb" + std::string(5000, 'x')}}));
    EXPECT_EQ(std::string(failure.what()).find('\n'), std::string::npos);
    EXPECT_LT(std::string(failure.what()).size(), 400u);
}

TEST(XErrors, OfTheRecordedAnswersAreClassedAsTheReferenceSays) {
    const auto all = fixture("errors.json");
    if (!all) return;
    const std::map<std::string, std::pair<Code, Code>> expected{
        {"429_problem", {Code::rate_limited, Code::rate_limited}},
        {"429_v1_shape", {Code::rate_limited, Code::rate_limited}},
        {"429_usage_cap", {Code::rate_limited, Code::rate_limited}},
        {"401", {Code::auth, Code::auth}},
        {"403_reply_not_summoned", {Code::config, Code::rejected}},
        {"403_client", {Code::config, Code::config}},
        {"403_wrong_auth_kind", {Code::config, Code::config}},
        {"400_invalid", {Code::config, Code::rejected}},
        {"503_html", {Code::retry, Code::retry}},
        {"oauth2_invalid_grant", {Code::config, Code::rejected}}};
    ASSERT_EQ(all->as_object().size(), expected.size());
    for (const auto& [name, item] : all->as_object()) {
        Response response{item.at("http_status").to_number<std::uint32_t>(), {}, {}};
        for (const auto& [key, value] : item.at("headers").as_object())
            response.headers.emplace_back(std::string(key), std::string(value.as_string()));
        const auto& body = item.at("body");
        response.body = body.is_string() ? std::string(body.as_string()) : json::serialize(body);
        EXPECT_EQ(failure_of(response, Effect::reads, kNow).code(), expected.at(std::string(name)).first)
            << name;
        EXPECT_EQ(failure_of(response, Effect::once, kNow).code(), expected.at(std::string(name)).second)
            << name;
    }
}

}  // namespace
}  // namespace maillon::twitter
