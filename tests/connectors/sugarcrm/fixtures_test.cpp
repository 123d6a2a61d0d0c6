// Answers as servers give them: own samples always, the larger collection beside the source tree where it is
// there.
#include "fake_sugar.h"
#include "keys.h"

#include <gtest/gtest.h>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace maillon::sugarcrm {
namespace {

using testkit::Driver;
using testkit::FakeHost;
using testkit::TestCall;

const std::filesystem::path kOwn =
    std::filesystem::path(MAILLON_SOURCE_DIR) / "tests/connectors/sugarcrm/data";
const std::filesystem::path kShared =
    std::filesystem::path(MAILLON_SOURCE_DIR) / "../shared/fixtures/crm/sugarcrm";

json::value read(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    return json::parse(text.str());
}

/// A fixture of the collection, or nothing when the collection is not there.
std::optional<json::value> shared(const char* name) {
    if (!std::filesystem::exists(kShared)) return std::nullopt;
    return read(kShared / name);
}

Code code_named(std::string_view name) {
    static const std::map<std::string_view, Code> all{{"auth", Code::auth},
                                                      {"rejected", Code::rejected},
                                                      {"conflict", Code::conflict},
                                                      {"retry", Code::retry},
                                                      {"config", Code::config}};
    return all.at(name);
}

class FixturesTest : public testing::Test {
protected:
    /// Answers the next requests with these exchanges' responses, after a token.
    void script(std::initializer_list<json::value> responses) {
        host.secrets["crm_password"] = "p";
        host.answer(
            200,
            json::object{{"access_token", "token-1"}, {"refresh_token", "refresh-1"}, {"expires_in", 3600}});
        for (const auto& response : responses)
            host.answer(response.at("status").to_number<std::uint32_t>(), response.at("body"));
    }
    Outcome call(const TestCall& call) { return driver.deliver({call}).outcomes.at(0).value(); }

    FakeHost host;
    Driver driver{host, FakeSugar::config()};
};

TEST_F(FixturesTest, EveryErrorBodyHasItsMeaning) {
    const auto samples = read(kOwn / "error_bodies.json");
    for (const auto& sample : samples.as_array()) {
        FakeHost own;
        own.secrets["crm_password"] = "p";
        own.on_http = [&](const testkit::Sent& sent) {
            if (sent.url.ends_with("/token"))
                return testkit::Scripted{200, R"({"access_token":"token-1"})", {}, Code::ok};
            return testkit::Scripted{sample.at("status").to_number<std::uint32_t>(),
                                     json::serialize(sample.at("body")),
                                     {},
                                     Code::ok};
        };
        Driver crm(own, FakeSugar::config());
        const auto out = crm.deliver({{"get", {{"module", "Cases"}, {"id", "1"}}}}).outcomes.at(0);
        EXPECT_EQ(out->code, code_named(sample.at("code").as_string())) << out->detail;
        EXPECT_NE(out->detail.find(sample.at("body").at("error").as_string()), std::string::npos)
            << out->detail;
    }
}

TEST_F(FixturesTest, ABulkAnswerIsSharedOutAmongItsCalls) {
    host.secrets["crm_password"] = "p";
    host.answer(200, json::object{{"access_token", "token-1"}});
    host.answer(200, read(kOwn / "bulk_answer.json"));

    const auto got =
        driver.deliver({{"create", {{"module", "Notes"}, {"fields", {{"name", "first"}}}}},
                        {"update", {{"module", "Contacts"}, {"id", "nope"}, {"fields", {{"title", "x"}}}}},
                        {"get", {{"module", "Contacts"}, {"id", "c-1"}}}});

    EXPECT_EQ(got.outcomes.at(0)->remote_id, "n-1");
    EXPECT_EQ(got.outcomes.at(1)->code, Code::rejected);
    EXPECT_EQ(got.outcomes.at(2)->remote_id, "c-1");
}

TEST_F(FixturesTest, TokenRequestsAreTheDocumentedOnes) {
    const auto password = shared("01-token-password.json");
    const auto refresh = shared("02-token-refresh.json");
    if (!password || !refresh) GTEST_SKIP() << "the collection is not here; session_test covers the requests";
    host.secrets["crm_password"] = "<secret>";
    Driver crm(host,
               {{"url", "https://sugar.example.com"}, {"user", "maillon"}, {"password", "crm_password"}});
    host.answer(200, password->at("response").at("body"));
    host.answer(401, sugar_error("invalid_grant"));
    host.answer(200, refresh->at("response").at("body"));
    host.answer(200, json::object{{"records", json::array{}}, {"next_offset", -1}});

    EXPECT_EQ(crm.connect().code, Code::ok);

    for (const auto& [at, fixture] : {std::pair{0u, *password}, std::pair{2u, *refresh}}) {
        EXPECT_EQ(host.sent.at(at).url, fixture.at("request").at("url").as_string());
        EXPECT_EQ(host.sent.at(at).json(), fixture.at("request").at("body"));
    }
    EXPECT_EQ(host.sent.at(3).header("OAuth-Token"),
              refresh->at("response").at("body").at("access_token").as_string());
}

TEST_F(FixturesTest, PagesAreReadToTheirEnd) {
    const auto first = shared("03-filter-page1.json");
    const auto last = shared("04-filter-lastpage.json");
    if (!first || !last) GTEST_SKIP() << "the collection is not here; directory_test covers paging";
    script({first->at("response"), last->at("response")});

    const auto out = call(
        {"find",
         {{"module", "Contacts"}, {"limit", 10}, {"filter", first->at("request").at("body").at("filter")}}});

    EXPECT_EQ(out.value.at("count"), 3);
    EXPECT_EQ(out.value.at("records").at(0).at("email1"), "ada.novak@example.org");
    EXPECT_EQ(host.sent.at(1).json().at("filter"), first->at("request").at("body").at("filter"));
    EXPECT_EQ(host.sent.at(2).json().at("offset"), last->at("request").at("body").at("offset"));
}

TEST_F(FixturesTest, ADirectoryIsReadFromThem) {
    const auto first = shared("03-filter-page1.json");
    const auto last = shared("04-filter-lastpage.json");
    if (!first || !last) GTEST_SKIP() << "the collection is not here; directory_test covers directories";
    script({first->at("response"), last->at("response")});

    const auto one = driver.read_directory("Contacts", {"email1", "twitter"});
    const auto two = driver.read_directory("Contacts", {"email1", "twitter"}, one.cursor);

    EXPECT_EQ(one.events.size(), 2u);
    EXPECT_EQ(one.events.at(1).data.at("email1"), "bo@example.org");
    EXPECT_FALSE(one.complete);
    EXPECT_TRUE(two.complete);
}

TEST_F(FixturesTest, CreateGivesTheRecordOfTheAnswer) {
    const auto fixture = shared("05-create-contact.json");
    if (!fixture) GTEST_SKIP() << "the collection is not here; operations_test covers create";
    script({fixture->at("response")});
    const json::object fields{{"first_name", "Ada"},
                              {"last_name", "Novak"},
                              {"email1", "ada.novak@example.org"},
                              {"twitter", "ada_n"},
                              {"phone_mobile", "+33600000001"}};

    const auto out = call({"create", {{"module", "Contacts"}, {"fields", fields}}});

    auto wanted = fixture->at("request").at("body").as_object();
    wanted["sync_key"] = short_key("evt-1/route/step");
    EXPECT_EQ(host.sent.back().json(), json::value(wanted));
    EXPECT_EQ(out.remote_id, fixture->at("response").at("body").at("id").as_string());
    EXPECT_EQ(out.value.at("email1"), "ada.novak@example.org");
}

TEST_F(FixturesTest, AnEditConflictIsAskedForAndUnderstood) {
    const auto fixture = shared("07-edit-conflict-409.json");
    if (!fixture) GTEST_SKIP() << "the collection is not here; operations_test covers conflicts";
    const auto known = fixture->at("request").at("headers").at("X-TIMESTAMP");
    // The fresh look still shows the known revision; someone is faster than the PUT.
    script(
        {json::object{{"status", 200}, {"body", {{"id", "c1"}, {"title", "old"}, {"date_modified", known}}}},
         fixture->at("response")});

    const auto out = call({"update",
                           {{"module", "Contacts"},
                            {"id", "c1000000-0000-11ef-8000-000000000001"},
                            {"fields", fixture->at("request").at("body")},
                            {"if_modified", known}}});

    EXPECT_EQ(out.code, Code::conflict);
    EXPECT_EQ(host.sent.back().header("X-TIMESTAMP"), known.as_string());
    EXPECT_EQ(host.sent.back().json(), fixture->at("request").at("body"));
}

TEST_F(FixturesTest, EveryErrorOfTheCollectionStopsTheCallWithItsReason) {
    const auto fixture = shared("08-errors.json");
    if (!fixture) GTEST_SKIP() << "the collection is not here; the own samples cover errors";
    for (const auto& [name, response] : fixture->as_object()) {
        FakeHost own;
        own.secrets["crm_password"] = "p";
        own.on_http = [&, &answer = response](const testkit::Sent& sent) {
            if (sent.url.ends_with("/token"))
                return testkit::Scripted{200, R"({"access_token":"token-1"})", {}, Code::ok};
            return testkit::Scripted{answer.at("status").to_number<std::uint32_t>(),
                                     json::serialize(answer.at("body")),
                                     {},
                                     Code::ok};
        };
        Driver crm(own, FakeSugar::config());
        const auto out =
            crm.deliver({{"create", {{"module", "Cases"}, {"fields", json::object{}}}}}).outcomes.at(0);
        EXPECT_NE(out->code, Code::ok) << name;
        EXPECT_NE(out->detail.find(name), std::string::npos) << out->detail;
        EXPECT_EQ(out->code == Code::in_doubt, name == "fatal_error") << name;
    }
}

TEST_F(FixturesTest, BulkIsWrittenAsDocumented) {
    const auto fixture = shared("09-bulk.json");
    if (!fixture) GTEST_SKIP() << "the collection is not here; the own sample covers bulk";
    Driver plain(host, FakeSugar::config({{"key_field", ""}}));
    script({fixture->at("response")});

    const auto got =
        plain.deliver({{"create", {{"module", "Contacts"}, {"fields", {{"last_name", "Bulk1"}}}}},
                       {"update", {{"module", "Contacts"}, {"id", "nope"}, {"fields", {{"title", "x"}}}}},
                       {"get", {{"module", "Contacts"}, {"id", "c1000000-0000-11ef-8000-000000000001"}}}});

    const auto requests = host.sent.back().json().at("requests").as_array();
    const auto wanted = fixture->at("request").at("body").at("requests").as_array();
    EXPECT_EQ(requests.at(0), wanted.at(0));
    EXPECT_EQ(requests.at(1), wanted.at(1));
    EXPECT_EQ(got.outcomes.at(0)->remote_id, "c1000000-0000-11ef-8000-000000000010");
    EXPECT_EQ(got.outcomes.at(1)->code, Code::rejected);
    EXPECT_EQ(got.outcomes.at(2)->code, Code::ok);
}

TEST_F(FixturesTest, LinksAreMadeAndTakenAwayAsDocumented) {
    const auto fixture = shared("10-link-unlink.json");
    if (!fixture) GTEST_SKIP() << "the collection is not here; operations_test covers links";
    const auto& link = fixture->at("link");
    const auto& unlink = fixture->at("unlink");
    script({link.at("response"), unlink.at("response")});
    const std::string account = "a1000000-0000-11ef-8000-000000000001";

    const auto made = call({"link",
                            {{"module", "Accounts"},
                             {"id", account},
                             {"link", "contacts"},
                             {"ids", link.at("request").at("body").at("ids")}}});
    const auto gone = call({"unlink",
                            {{"module", "Accounts"},
                             {"id", account},
                             {"link", "contacts"},
                             {"ids", {"c1000000-0000-11ef-8000-000000000001"}}}});

    EXPECT_EQ(made.code, Code::ok);
    EXPECT_EQ(gone.code, Code::ok);
    EXPECT_EQ(host.sent.at(1).json(), link.at("request").at("body"));
    const auto path = [](std::string_view url) { return std::string(url.substr(url.find("/rest/"))); };
    EXPECT_EQ(path(host.sent.at(1).url), path(link.at("request").at("url").as_string()));
    EXPECT_EQ(path(host.sent.at(2).url), path(unlink.at("request").at("url").as_string()));
    EXPECT_EQ(host.sent.at(2).method, "DELETE");
}

}  // namespace
}  // namespace maillon::sugarcrm
