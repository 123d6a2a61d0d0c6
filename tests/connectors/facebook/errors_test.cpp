#include "errors.h"

#include "support.h"

namespace maillon::facebook {
namespace {

Code code_of(const json::value& body, Effect effect = Effect::reads, std::uint32_t status = 400) {
    return failure_of({status, {}, json::serialize(body)}, effect).code();
}

TEST(GraphErrors, OfThrottlingWaitWhateverTheirTypeAndStatus) {
    for (const int code : {4, 17, 32, 613, 341, 368, 80001, 80002, 80005, 80006})
        EXPECT_EQ(code_of(error(code, 0, {{"is_transient", true}}), Effect::once, 403), Code::rate_limited)
            << code;
}

TEST(GraphErrors, OfTheTokenAskForAnother) {
    for (const int subcode : {0, 458, 459, 460, 463, 464, 467, 492})
        EXPECT_EQ(code_of(error(190, subcode)), Code::auth) << subcode;
    EXPECT_EQ(code_of(error(102)), Code::auth);
    EXPECT_EQ(code_of({{"error", {{"type", "OAuthException"}, {"message", "Invalid token"}}}}), Code::auth);
}

TEST(GraphErrors, OfPermissionsAreConfigurationButForThoseOfOnePerson) {
    for (const int code : {3, 10, 200, 210, 299}) EXPECT_EQ(code_of(error(code)), Code::config) << code;
    EXPECT_EQ(code_of(error(10, 2018278), Effect::once), Code::rejected);
    EXPECT_EQ(code_of(error(10, 2534022), Effect::once), Code::rejected);
    EXPECT_EQ(code_of(error(10, 1893063), Effect::once), Code::config);
    EXPECT_EQ(code_of(error(200, 2018300), Effect::once), Code::retry);
    EXPECT_EQ(
        code_of({{"error",
                  {{"code", 100}, {"message", "API calls from the server require an appsecret_proof"}}}}),
        Code::config);
}

TEST(GraphErrors, OfTheServiceAreInDoubtOnlyForWhatMustNotBeRepeated) {
    for (const auto& body : {error(1), error(2, 0, {{"is_transient", true}}), error(-1), error(1200),
                             error(999, 0, {{"is_transient", true}})}) {
        for (const auto status : {400u, 500u}) {
            EXPECT_EQ(code_of(body, Effect::reads, status), Code::retry) << body;
            EXPECT_EQ(code_of(body, Effect::repeatable, status), Code::retry) << body;
            EXPECT_EQ(code_of(body, Effect::once, status), Code::in_doubt) << body;
        }
    }
}

TEST(GraphErrors, WithAFaultOfTheServerRejectNothingWhateverTheirCode) {
    for (const auto& body : {error(100), error(100, 33), error(506), error(10, 2018278), error(123456)}) {
        for (const auto status : {500u, 503u}) {
            EXPECT_EQ(code_of(body, Effect::reads, status), Code::retry) << body;
            EXPECT_EQ(code_of(body, Effect::once, status), Code::in_doubt) << body;
        }
    }
    EXPECT_EQ(code_of(error(190), Effect::once, 500), Code::auth);
    EXPECT_EQ(code_of(error(4), Effect::once, 500), Code::rate_limited);
    EXPECT_EQ(code_of(error(200), Effect::once, 500), Code::config);
}

TEST(GraphErrors, OfOneItemAreFinal) {
    EXPECT_EQ(code_of(error(100, 33)), Code::rejected);
    EXPECT_TRUE(error_of({400, {}, json::serialize(error(100, 33))}).is_gone());
    EXPECT_EQ(code_of(error(100, 2018001)), Code::rejected);
    EXPECT_EQ(code_of(error(506), Effect::once), Code::rejected);
    EXPECT_EQ(code_of(error(551, 1545041), Effect::once), Code::rejected);
    EXPECT_EQ(code_of(error(123456), Effect::once), Code::rejected);
}

TEST(GraphErrors, WithoutAnErrorObjectGoByTheStatus) {
    const auto plain = [](std::uint32_t status, Effect effect) {
        return failure_of({status, {}, "<html>"}, effect).code();
    };
    EXPECT_EQ(plain(502, Effect::reads), Code::retry);
    EXPECT_EQ(plain(502, Effect::once), Code::in_doubt);
    EXPECT_EQ(plain(200, Effect::once), Code::in_doubt);
    EXPECT_EQ(plain(200, Effect::repeatable), Code::retry);
    EXPECT_EQ(plain(401, Effect::once), Code::auth);
    EXPECT_EQ(plain(429, Effect::once), Code::rate_limited);
    EXPECT_EQ(plain(404, Effect::once), Code::retry);
}

TEST(GraphErrors, OfAnAddressThatLeadsElsewhereAreConfigurationForWhichWritesWait) {
    const auto failure = failure_of({302, {}, ""}, Effect::once);
    EXPECT_EQ(failure.code(), Code::retry);
    EXPECT_EQ(failure_of({302, {}, ""}, Effect::reads).code(), Code::config);
    EXPECT_NE(std::string(failure.what()).find("set /url to where it leads"), std::string::npos);
}

TEST(GraphErrors, TellAnAnswerThatIsNoneFromARefusal) {
    const auto failure = failure_of({200, {}, "<html>"}, Effect::reads);
    EXPECT_EQ(failure.code(), Code::retry);
    EXPECT_STREQ(failure.what(), "Graph answered 200 with something else than the JSON that was asked for");
}

TEST(GraphErrors, AreReadInTheirOldFlatShape) {
    EXPECT_EQ(
        code_of(
            {{"error_type", "OAuthException"}, {"code", 400}, {"error_code", 190}, {"error_message", "no"}}),
        Code::auth);
}

TEST(GraphErrors, SurviveWrongTypes) {
    const json::array wrongs{nullptr, true, 7, "x", json::array{}, json::object{}};
    for (const auto* name : {"code", "error_subcode", "message", "type", "is_transient"}) {
        for (const auto& wrong : wrongs) {
            auto body = error(100, 33);
            body.at("error").as_object()[name] = wrong;
            EXPECT_NE(code_of(body, Effect::once), Code::ok) << name << wrong;
        }
    }
    EXPECT_EQ(code_of({{"error", {{"code", "190"}}}}), Code::auth);
}

TEST(GraphErrors, OfTheRecordedAnswersAreClassedAsTheReferenceSays) {
    const auto text = fixture("api-errors.json");
    if (!text) return;
    const std::map<std::string, Code> of_a_write{{"token_expired", Code::auth},
                                                 {"password_changed", Code::auth},
                                                 {"app_limit", Code::rate_limited},
                                                 {"user_limit", Code::rate_limited},
                                                 {"page_limit_user_token", Code::rate_limited},
                                                 {"custom_limit", Code::rate_limited},
                                                 {"page_limit_page_token", Code::rate_limited},
                                                 {"messenger_limit", Code::rate_limited},
                                                 {"unknown_transient", Code::in_doubt},
                                                 {"service_down", Code::in_doubt},
                                                 {"object_gone", Code::rejected},
                                                 {"permission", Code::config},
                                                 {"permission_missing", Code::config},
                                                 {"outside_window", Code::rejected},
                                                 {"person_unavailable", Code::rejected},
                                                 {"duplicate_post", Code::rejected},
                                                 {"policy_block", Code::rate_limited},
                                                 {"appsecret_proof_missing", Code::config}};
    auto all = json::parse(*text).as_object();
    all.erase("note");
    ASSERT_EQ(all.size(), of_a_write.size());
    for (const auto& [name, item] : all)
        EXPECT_EQ(code_of(item.at("body"), Effect::once, item.at("http_status").to_number<std::uint32_t>()),
                  of_a_write.at(std::string(name)))
            << name;
}

}  // namespace
}  // namespace maillon::facebook
