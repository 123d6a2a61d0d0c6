#include "core/hub/admin_people.h"

#include "core/store/sightings.h"
#include "tests/unit/hub/admin_test.h"

namespace maillon::hub {
namespace {

using ::testing::SizeIs;

constexpr const char* kRoutes = R"(
routes:
  talk_to_case:
    from: x.message.received
    steps:
      - match: customers
        who: event.author
        unsure: go_on
      - call: crm.create
        with: { module: Notes, fields: { name: "${event.text}" } }
)";

/// What people are asked, and say, over the admin API: Anne may be c-1 or c-2.
class AdminPeopleTest : public AdminTest {
protected:
    void SetUp() override {
        auto& life = begin(std::string(route::kPreamble) + kRoutes);
        config::Directory customers;
        customers.name.value = "customers";
        customers.instance = "crm";
        customers.module = "Contacts";
        prepared_.config.directories.emplace("customers", customers);
        put("c-1");
        put("c-2");
        life.take({{"1", "t1", "anne", "one"}});
        ASSERT_TRUE(life.comes_to_rest());
    }
    void put(const std::string& id, const std::string& handle = "anne") {
        const store::DirectoryRecord record{
            .id = id, .data = R"({"id":")" + id + "\"}", .keys = {{"handle_x", handle}}};
        ASSERT_TRUE(life_->database->run([&](db::Unit& unit) {
            return store::Directory::upsert(unit, "customers", std::span(&record, 1));
        }));
    }
    std::size_t reviews(const std::string& query) {
        const auto answer = get("/v1/reviews" + query);
        EXPECT_EQ(answer.status, 200) << json::serialize(answer.body);
        return answer.body.at("reviews").as_array().size();
    }
    std::string linked(const std::string& profile) {
        const auto answer = get("/v1/links?profile=" + profile);
        EXPECT_EQ(answer.status, 200) << json::serialize(answer.body);
        std::string out;
        for (const auto& one : answer.body.at("links").as_array())
            out += std::string(one.at("record").as_string());
        return out;
    }
};

TEST_F(AdminPeopleTest, ListsQuestionsByWhatIsWished) {
    EXPECT_EQ(reviews(""), 1u);
    EXPECT_EQ(reviews("?kind=unsure&directory=customers"), 1u);
    EXPECT_EQ(reviews("?kind=sample"), 0u);
    EXPECT_EQ(reviews("?state=accepted"), 0u);
    EXPECT_EQ(reviews("?state=all"), 1u);
    EXPECT_EQ(reviews("?after=1"), 0u);
    expect_error(get("/v1/reviews?kind=doubtful"), 400, "kind: unsure, shared, moved, full or sample");
    expect_error(get("/v1/reviews?state=closed"), 400,
                 "state: open, accepted, rejected, new, superseded or all");
}

TEST_F(AdminPeopleTest, ShowsAQuestionWithThePersonAndTheRecords) {
    const auto shown = get("/v1/reviews/1");

    ASSERT_EQ(shown.status, 200) << json::serialize(shown.body);
    EXPECT_EQ(shown.body.at("profile"), "x:id-anne");
    EXPECT_THAT(shown.body.at("records").as_array(), SizeIs(2));
    EXPECT_EQ(shown.body.at("person").at("handle"), "anne");
    EXPECT_TRUE(shown.body.at("verdict").is_object());
    expect_error(get("/v1/reviews/99"), 404, "there is no question 99");
    expect_error(get("/v1/reviews/one"), 400, "'one' is not the number of a question");
    expect_error(get("/v1/reviews/1/accept"), 404, "no such path");
}

TEST_F(AdminPeopleTest, AnAnswerIsTakenOnceAndSaidTwiceIsNoError) {
    EXPECT_EQ(linked("x:id-anne"), "");

    const auto first = post("/v1/reviews/1/accept", R"({"record":"c-2","by":"jane","note":"she said so"})");
    ASSERT_EQ(first.status, 200) << json::serialize(first.body);
    EXPECT_EQ(first.body.at("was_so_already"), false);
    EXPECT_EQ(first.body.at("by"), "jane");
    EXPECT_EQ(linked("x:id-anne"), "c-2");

    const auto again = post("/v1/reviews/1/accept", R"({"record":"c-2","by":"paul"})");
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body.at("was_so_already"), true);
    EXPECT_EQ(again.body.at("by"), "jane");
    expect_error(post("/v1/reviews/1/accept", R"({"record":"c-1"})"), 409, "was answered by jane before");
    expect_error(post("/v1/reviews/1/reject"), 409, "accepted c-2");
    EXPECT_EQ(linked("x:id-anne"), "c-2");
}

TEST_F(AdminPeopleTest, AnswersThatMakeNoSenseChangeNothing) {
    expect_error(post("/v1/reviews/1/accept"), 400, "say which record it is: c-1 and c-2");
    expect_error(post("/v1/reviews/1/accept", R"({"record":"c-9"})"), 404, "has no record 'c-9'");
    expect_error(post("/v1/reviews/1/reject", R"({"record":"c-1"})"), 400,
                 "'record' is named with accept alone");
    expect_error(post("/v1/reviews/1/maybe"), 404, "no such path");
    expect_error(post("/v1/reviews/99/reject"), 404, "there is no question 99");
    expect_error(post("/v1/reviews/one/reject"), 400, "not the number of a question");
    expect_error(post("/v1/reviews/1/reject", "[1]"), 400, "not a JSON object");
    expect_error(post("/v1/reviews/1/reject", "{"), 400, "not a JSON object");

    EXPECT_EQ(reviews("?state=open"), 1u);
    EXPECT_EQ(linked("x:id-anne"), "");
}

TEST_F(AdminPeopleTest, WhoAnswersIsToldToWhoeverLearnsFromIt) {
    std::vector<std::string> taught;
    auto parts = running();
    parts.taught = [&](const std::string& directory) { taught.push_back(directory); };
    Admin admin(parts);

    EXPECT_EQ(admin.handle("POST", "/v1/reviews/1/accept", R"({"record":"c-9"})").status, 404);
    EXPECT_TRUE(taught.empty()) << "nothing was answered";
    EXPECT_EQ(admin.handle("POST", "/v1/reviews/1/reject", {}).status, 200);

    EXPECT_EQ(taught, std::vector<std::string>{"customers"});
}

TEST_F(AdminPeopleTest, LinksAreShownForAProfileOrARecord) {
    EXPECT_EQ(post("/v1/links/link", R"({"profile":"x:77","record":"c-1","by":"jane"})").status, 200);
    EXPECT_EQ(linked("x:77"), "c-1");
    EXPECT_EQ(get("/v1/links?record=c-1").body.at("links").as_array().size(), 1u);
    EXPECT_EQ(post("/v1/links/unlink", R"({"profile":"x:77","record":"c-1"})").status, 200);
    EXPECT_EQ(linked("x:77"), "");
    EXPECT_EQ(get("/v1/links?profile=x:77").body.at("history").as_array().size(), 2u);

    expect_error(get("/v1/links"), 400, "name a profile or a record");
    expect_error(get("/v1/links?profile=x:77&record=c-1"), 400, "name a profile or a record");
    expect_error(get("/v1/links?profile=anne"), 400, "'anne' is no profile: write network:id");
    expect_error(get("/v1/links?profile=x:77&directory=custmers"), 404,
                 "there is no directory 'custmers'; there are customers");
}

TEST_F(AdminPeopleTest, WordsAboutRecordsThatAreNotThereAreRefused) {
    expect_error(post("/v1/links/link", R"({"profile":"x:77"})"), 400, "say which record");
    expect_error(post("/v1/links/link", R"({"record":"c-1"})"), 400, "is no profile");
    expect_error(post("/v1/links/link", R"({"profile":"x:77","record":"c-9"})"), 404, "has no record 'c-9'");
    expect_error(post("/v1/links/merge", R"({"record":"c-1"})"), 400, "say which other record");
    expect_error(post("/v1/links/merge", R"({"record":"c-1","other":"c-9"})"), 404, "has no record 'c-9'");
    expect_error(post("/v1/links/marry", R"({"record":"c-1"})"), 404, "no such path");
    EXPECT_EQ(post("/v1/links/merge", R"({"record":"c-1","other":"c-2"})").status, 200);
    EXPECT_EQ(post("/v1/links/split", R"({"record":"c-1","other":"c-2"})").status, 200);
}

TEST_F(AdminPeopleTest, ClassesAreResumedWhereTheyWereJudged) {
    expect_error(post("/v1/match/resume", R"({"class":"key:email"})"), 404,
                 "nobody has judged a link of the class 'key:email'");
    ASSERT_TRUE(life_->database->run([&](db::Unit& unit) {
        return store::Classes::put(unit, {"customers", "key:email", 3, 4, clock_.now()});
    }));
    EXPECT_EQ(get("/v1/match/classes").body.at("classes").as_array().size(), 1u);
    EXPECT_EQ(get("/v1/status").body.at("reviews").at("suspended").as_array().size(), 1u);

    const auto resumed = post("/v1/match/resume", R"({"class":"key:email"})");

    EXPECT_EQ(resumed.body.at("was_suspended"), true) << json::serialize(resumed.body);
    EXPECT_EQ(get("/v1/status").body.at("reviews").at("suspended").as_array().size(), 0u);
}

TEST_F(AdminPeopleTest, ExplainsWhoSomebodyMayBeAndKeepsNothingOfIt) {
    const auto said = get("/v1/match/explain?profile=x:id-anne");

    ASSERT_EQ(said.status, 200) << json::serialize(said.body);
    EXPECT_EQ(said.body.at("candidates").as_array().size(), 2u);
    EXPECT_EQ(said.body.at("calibrated_from"), 0);
    EXPECT_EQ(get("/v1/match/explain?profile=x:id-anne&record=c-2").body.at("candidates").as_array().size(),
              1u);
    EXPECT_EQ(reviews(""), 1u);
    expect_error(get("/v1/match/explain"), 400, "is no profile");
    EXPECT_FALSE(said.body.contains("lacks"));
    EXPECT_EQ(get("/v1/match/explain?profile=email:anne@b.example").body.at("lacks"),
              "handle_x and id_facebook");
}

TEST_F(AdminPeopleTest, ExplainsALinkThatIsInForce) {
    const auto before = get("/v1/match/explain?profile=x:id-anne");
    EXPECT_TRUE(before.body.at("linked").is_null());

    ASSERT_EQ(post("/v1/links/link", R"({"profile":"x:id-anne","record":"c-2","by":"eve","note":"I asked"})")
                  .status,
              200);

    const auto said = get("/v1/match/explain?profile=x:id-anne");
    const auto& link = said.body.at("linked");
    EXPECT_EQ(link.at("record"), "c-2") << json::serialize(said.body);
    EXPECT_EQ(link.at("decided_by"), "person");
    EXPECT_EQ(link.at("by"), "eve");
    EXPECT_EQ(link.at("note"), "I asked");
    EXPECT_FALSE(link.as_object().contains("now"));

    ASSERT_EQ(post("/v1/links/merge", R"({"record":"c-1","other":"c-2","by":"eve"})").status, 200);
    EXPECT_EQ(get("/v1/match/explain?profile=x:id-anne").body.at("linked").at("now"), "c-1");

    ASSERT_EQ(post("/v1/links/unlink", R"({"profile":"x:id-anne","record":"c-2","by":"eve"})").status, 200);
    EXPECT_TRUE(get("/v1/match/explain?profile=x:id-anne").body.at("linked").is_null());
}

TEST_F(AdminPeopleTest, ALinkThatWasAnAnswerIsJudgedAnewFromTheEventThatWasAskedAbout) {
    const auto asked = get("/v1/match/explain?profile=x:id-anne");
    ASSERT_EQ(asked.body.at("candidates").as_array().size(), 2u) << json::serialize(asked.body);
    ASSERT_EQ(post("/v1/reviews/1/accept", R"({"record":"c-2","by":"jane"})").status, 200);

    const auto said = get("/v1/match/explain?profile=x:id-anne");

    EXPECT_EQ(said.body.at("linked").at("record"), "c-2");
    EXPECT_EQ(said.body.at("candidates").as_array().size(), 2u) << json::serialize(said.body);
}

TEST_F(AdminPeopleTest, WhatSpokeForALinkIsJudgedAnewFromItsEvent) {
    put("c-3", "bert");
    life_->take({{"2", "t2", "bert", "two"}});
    ASSERT_TRUE(life_->comes_to_rest());

    const auto said = get("/v1/match/explain?profile=x:id-bert");

    const auto& link = said.body.at("linked");
    EXPECT_EQ(link.at("record"), "c-3") << json::serialize(said.body);
    EXPECT_EQ(link.at("decided_by"), "rule");
    EXPECT_EQ(link.at("rule"), "key:handle_x");
    EXPECT_EQ(link.at("verdict").at("candidates").at(0).at("record"), "c-3");
    EXPECT_EQ(said.body.at("person").at("handle"), "bert") << "as the event told them";
    EXPECT_EQ(said.body.at("verdict"), "link");
}

TEST_F(AdminPeopleTest, AnIdWithoutItsPageIsTheOneThatIsKnown) {
    const auto link = [&](const std::string& profile, const std::string& record) {
        return post("/v1/links/link", R"({"profile":")" + profile + R"(","record":")" + record + "\"}");
    };
    ASSERT_EQ(link("facebook/1001:7", "c-1").status, 200);

    EXPECT_EQ(linked("facebook:7"), "c-1");
    EXPECT_EQ(get("/v1/match/explain?profile=facebook:7").body.at("profile"), "facebook/1001:7");
    EXPECT_EQ(link("facebook:7", "c-2").body.at("profile"), "facebook/1001:7") << "no second identity";
    EXPECT_EQ(linked("facebook/1001:7"), "c-2");

    ASSERT_EQ(link("facebook/1002:7", "c-1").status, 200);
    for (const auto* path : {"/v1/links?profile=facebook:7", "/v1/match/explain?profile=facebook:7"})
        expect_error(get(path), 409, "say which: facebook/1001:7 and facebook/1002:7");
    expect_error(link("facebook:7", "c-1"), 409, "say which: facebook/1001:7 and facebook/1002:7");
}

TEST_F(AdminPeopleTest, ANameIsTheAccountThatGoesByItNow) {
    const auto seen = [&](const std::string& id, const std::string& name) {
        clock_.advance(std::chrono::minutes{1});
        ASSERT_TRUE(life_->database->run([&](db::Unit& unit) {
            return store::Sightings::name(unit, {"x", {}, id}, name, clock_.now());
        }));
    };
    seen("77", "zoe_q");
    ASSERT_EQ(post("/v1/links/link", R"({"profile":"x:@Zoe_Q","record":"c-1"})").body.at("profile"), "x:77");
    EXPECT_EQ(linked("x:77"), "c-1");
    EXPECT_EQ(linked("x:@zoe_q"), "c-1");
    EXPECT_EQ(get("/v1/match/explain?profile=x:@zoe_q").body.at("profile"), "x:77");
    EXPECT_EQ(linked("x:@nobody"), "");

    seen("77", "zoe_quemener");
    seen("78", "zoe_q");
    EXPECT_EQ(linked("x:@zoe_q"), "") << "somebody else goes by it";
    EXPECT_EQ(linked("x:@zoe_quemener"), "c-1");

    seen("79", "zoe_q");
    expect_error(get("/v1/links?profile=x:@zoe_q"), 409, "say which: x:78 and x:79");
}

TEST_F(AdminPeopleTest, DirectoriesAreShownAndReadAgain) {
    const auto all = get("/v1/directories");
    ASSERT_EQ(all.body.at("directories").as_array().size(), 1u) << json::serialize(all.body);
    EXPECT_EQ(all.body.at("directories").at(0).at("records"), 2);
    EXPECT_EQ(get("/v1/directories/customers").status, 200);
    EXPECT_TRUE(all.body.at("directories").at(0).at("trouble").is_null());
    expect_error(get("/v1/directories/custmers"), 404, "there is no directory 'custmers'; known: customers");
    expect_error(post("/v1/directories/custmers/refresh"), 404, "there is no directory 'custmers'");
    expect_error(post("/v1/directories/customers/forget"), 404, "no such path");
    expect_error(post("/v1/directories/customers/refresh"), 503, "does not read 'customers'");

    const auto refreshed = Admin(at_rest()).handle("POST", "/v1/directories/customers/refresh", {});
    EXPECT_EQ(refreshed.status, 200) << json::serialize(refreshed.body);
    EXPECT_EQ(refreshed.body.at("running"), false);
}

TEST_F(AdminPeopleTest, TellsTheConfigurationThatRuns) {
    const auto running = get("/v1/configuration");

    EXPECT_EQ(running.body.at("running"), true);
    EXPECT_EQ(running.body.at("hash"), "the hash");
    EXPECT_TRUE(running.body.at("models").as_object().empty());
    EXPECT_EQ(Admin(at_rest()).handle("GET", "/v1/configuration", {}).body.at("running"), false);
}

}  // namespace
}  // namespace maillon::hub
