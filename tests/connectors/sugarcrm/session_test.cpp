#include "session.h"
#include "fake_sugar.h"
#include "wire.h"

#include <gtest/gtest.h>
#include <thread>

namespace maillon::sugarcrm {
namespace {

using testkit::Driver;
using testkit::FakeHost;
using testkit::Scripted;
using testkit::Sent;

const testkit::TestCall kRead{"get", {{"module", "Contacts"}, {"id", "ada"}}};

class SessionTest : public testing::Test {
protected:
    SessionTest() { sugar.put("Contacts", {{"id", "ada"}}); }
    Code read() { return driver.deliver({kRead}).outcomes.at(0)->code; }

    FakeHost host;
    FakeSugar sugar{host};
    Driver driver{host, FakeSugar::config()};
};

TEST_F(SessionTest, SignsInOnceAndSendsTheTokenWithEveryRequest) {
    EXPECT_EQ(driver.connect().code, Code::ok);
    EXPECT_EQ(read(), Code::ok);
    EXPECT_EQ(read(), Code::ok);

    EXPECT_EQ(sugar.count("password"), 1);
    EXPECT_EQ(host.sent.back().header("OAuth-Token"), *sugar.tokens.begin());
}

TEST_F(SessionTest, AsksForATokenAsThePasswordGrantWantsIt) {
    driver.connect();

    EXPECT_EQ(host.sent.at(0).url, "https://crm.example.com/rest/v11_20/oauth2/token");
    EXPECT_EQ(host.sent.at(0).json(), json::value({{"grant_type", "password"},
                                                   {"username", "hub"},
                                                   {"password", "s3cret-pass"},
                                                   {"client_id", "sugar"},
                                                   {"client_secret", ""},
                                                   {"platform", "maillon"}}));
}

TEST_F(SessionTest, RenewsWithTheRefreshTokenThatCameLast) {
    driver.connect();
    sugar.tokens.clear();
    EXPECT_EQ(read(), Code::ok);
    sugar.tokens.clear();
    EXPECT_EQ(read(), Code::ok);

    EXPECT_EQ(sugar.count("password"), 1);
    EXPECT_EQ(sugar.count("refresh_token"), 2);
}

TEST_F(SessionTest, RenewsBeforeTheTokenEnds) {
    sugar.token_life = 100;
    driver.connect();
    host.monotonic_ms += 51'000;
    EXPECT_EQ(read(), Code::ok);

    EXPECT_EQ(sugar.count("refresh_token"), 1);
    EXPECT_EQ(sugar.requests(), (std::vector<std::string>{"GET Contacts", "GET Contacts/ada"}));
}

TEST_F(SessionTest, SignsInAgainWhenTheRefreshTokenIsSpent) {
    driver.connect();
    sugar.tokens.clear();
    sugar.refresh_tokens.clear();

    EXPECT_EQ(read(), Code::ok);
    EXPECT_EQ(sugar.count("refresh_token"), 1);
    EXPECT_EQ(sugar.count("password"), 2);
}

TEST_F(SessionTest, ASecondRefusalIsAnAuthFailure) {
    driver.connect();
    sugar.fault = [](const Sent& sent) -> std::optional<Scripted> {
        if (sent.url.ends_with("/token")) return std::nullopt;
        return Scripted{401, json::serialize(sugar_error("invalid_grant")), {}, Code::ok};
    };
    const auto before = host.sent.size();

    EXPECT_EQ(read(), Code::auth);
    EXPECT_EQ(host.sent.size() - before, 3u);  // refused, renewed, refused
}

TEST_F(SessionTest, AWrongPasswordIsTriedOnceUntilAPersonConnectsAgain) {
    host.secrets["crm_password"] = "wrong";

    EXPECT_EQ(driver.connect().code, Code::auth);
    EXPECT_EQ(read(), Code::auth);
    EXPECT_EQ(driver.check().code, Code::auth);
    EXPECT_EQ(sugar.count("password"), 1);

    host.secrets["crm_password"] = sugar.password;
    EXPECT_EQ(driver.connect().code, Code::ok);
    EXPECT_EQ(sugar.count("password"), 2);
}

TEST_F(SessionTest, BothLanesShareOneRenewal) {
    driver.connect();
    sugar.tokens.clear();
    const auto before = sugar.count("refresh_token");
    std::vector<std::thread> lanes;
    std::atomic<int> good = 0;

    lanes.emplace_back([&] { good += read() == Code::ok; });
    lanes.emplace_back([&] {
        good += driver.read_directory("Contacts", {"name", "title"}).status == MAILLON_OK;
    });
    for (auto& lane : lanes) lane.join();

    EXPECT_EQ(good, 2);
    EXPECT_EQ(sugar.count("refresh_token") - before, 1);
    EXPECT_EQ(sugar.count("password"), 1);
}

TEST_F(SessionTest, ALaneThatWasRefusedWithAnOldTokenTakesTheNewOne) {
    const auto settings = read_settings(FakeSugar::config({{"api", "v11_20"}, {"client_id", "sugar"}}));
    Session session(Host(host.host()), settings);
    const auto old = session.token({60'000});

    const auto first = session.renewed(old, {60'000});
    const auto second = session.renewed(old, {60'000});

    EXPECT_EQ(first.text, second.text);
    EXPECT_NE(first.text, old.text);
    EXPECT_EQ(sugar.count("refresh_token"), 1);
}

TEST_F(SessionTest, PassingTroubleAtTheTokenEndpointIsRetried) {
    for (const auto& [scripted, code] : std::vector<std::pair<Scripted, Code>>{
             {{500, "{}", {}, Code::ok}, Code::retry},
             {{503, "", {}, Code::ok}, Code::retry},
             {{429, "", {{"Retry-After", "7"}}, Code::ok}, Code::rate_limited},
             {{0, "cut", {}, Code::in_doubt}, Code::retry},
             {{0, "refused", {}, Code::retry}, Code::retry},
             {{200, "<html>", {}, Code::ok}, Code::retry},
             {{200, "{}", {}, Code::ok}, Code::retry},
             {{404, "", {}, Code::ok}, Code::config},
             {{301, "{\"error\":\"incorrect_version\"}", {}, Code::ok}, Code::config}}) {
        sugar.fault = [&](const Sent&) { return std::optional(scripted); };
        const auto outcome = driver.connect();
        EXPECT_EQ(outcome.code, code) << scripted.status << " " << outcome.detail;
        if (code == Code::rate_limited) {
            EXPECT_EQ(outcome.retry_after_ms, 7000u);
        }
    }
    // A create that could not sign in was surely not sent.
    sugar.fault = [&](const Sent&) { return std::optional(Scripted{0, "cut", {}, Code::in_doubt}); };
    const auto got = driver.deliver({{"create", {{"module", "Notes"}, {"fields", json::object{}}}}});
    EXPECT_EQ(got.outcomes.at(0)->code, Code::retry);
}

TEST_F(SessionTest, NoSecretIsEverLoggedOrTold) {
    host.secrets["crm_password"] = "wrong-but-secret";
    std::string told = driver.connect().detail;
    host.secrets["crm_password"] = sugar.password;
    driver.connect();
    const auto token = *sugar.tokens.begin();
    const auto refresh = *sugar.refresh_tokens.begin();
    sugar.fault = [&](const Sent& sent) -> std::optional<Scripted> {
        if (sent.url.ends_with("/token")) return std::nullopt;
        return Scripted{
            422, json::serialize(sugar_error("echo", "you sent " + token + " and " + refresh)), {}, Code::ok};
    };
    told += driver.deliver({kRead}).outcomes.at(0)->detail;
    told += driver.deliver({kRead, kRead}).outcomes.at(1)->detail;
    told += driver.read_directory("Contacts", {}).detail;
    for (const auto& line : host.log) {
        told += line.message;
        for (const auto& [name, value] : line.fields) told += value;
    }

    EXPECT_NE(told.find("you sent *** and ***"), std::string::npos);
    for (const auto& secret : {token, refresh, sugar.password, std::string("wrong-but-secret")})
        EXPECT_EQ(told.find(secret), std::string::npos) << told;
}

TEST_F(SessionTest, ATokenOfOneLetterDoesNotBlotOutWhatIsTold) {
    host.answer(Scripted{200, R"({"access_token":"t","expires_in":3600})", {}, Code::ok})
        .answer(Scripted{418, "", {}, Code::ok});

    const auto outcome = driver.deliver({kRead}).outcomes.at(0);

    ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(outcome->detail.find("***"), std::string::npos) << outcome->detail;
}

TEST_F(SessionTest, ConnectAndCheckSayWhatIsWrong) {
    EXPECT_EQ(driver.check().code, Code::ok);
    for (const auto& [status, code] : std::map<std::uint32_t, Code>{{403, Code::ok},
                                                                    {404, Code::config},
                                                                    {301, Code::config},
                                                                    {433, Code::config},
                                                                    {500, Code::retry},
                                                                    {503, Code::retry}}) {
        sugar.fault = [&, wanted = status](const Sent& sent) -> std::optional<Scripted> {
            if (sent.url.ends_with("/token")) return std::nullopt;
            return Scripted{wanted, json::serialize(sugar_error("x")), {}, Code::ok};
        };
        EXPECT_EQ(driver.check().code, code) << status;
        EXPECT_EQ(driver.connect().code, code) << status;
    }
}

TEST_F(SessionTest, AMissingSecretIsAMistakeOfTheConfiguration) {
    host.secrets.clear();

    const auto outcome = driver.connect();

    EXPECT_EQ(outcome.code, Code::config);
    EXPECT_NE(outcome.detail.find("crm_password"), std::string::npos);
}

TEST(SessionWithClient, SendsTheClientsOwnSecret) {
    FakeHost host;
    FakeSugar sugar(host);
    host.secrets["client"] = "client-secret";
    Driver driver(
        host, FakeSugar::config({{"client_id", "hub"}, {"client_secret", "client"}, {"platform", "api"}}));

    EXPECT_EQ(driver.connect().code, Code::ok);
    EXPECT_EQ(host.sent.at(0).json().at("client_secret"), "client-secret");
    EXPECT_EQ(host.sent.at(0).json().at("client_id"), "hub");
    EXPECT_EQ(host.sent.at(0).json().at("platform"), "api");
}

}  // namespace
}  // namespace maillon::sugarcrm
