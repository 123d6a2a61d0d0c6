#include "fake_sugar.h"
#include "keys.h"
#include "records.h"

#include <gtest/gtest.h>

namespace maillon::sugarcrm {
namespace {

using testkit::Driver;
using testkit::FakeHost;
using testkit::Scripted;
using testkit::Sent;
using testkit::TestCall;

class OperationsTest : public testing::Test {
protected:
    Outcome call(const TestCall& call) {
        const auto got = driver.deliver({call});
        EXPECT_EQ(got.status, MAILLON_OK) << got.detail;
        return got.outcomes.at(0).value_or(fail(Code::internal, "not reported"));
    }
    Outcome call(std::string operation, json::object arguments) {
        return call(TestCall{std::move(operation), std::move(arguments)});
    }

    FakeHost host;
    FakeSugar sugar{host};
    Driver driver{host, FakeSugar::config()};
};

TEST_F(OperationsTest, FindGivesTheRecordsThatFit) {
    sugar.put("Contacts", {{"id", "1"}, {"twitter", "ada"}});
    sugar.put("Contacts", {{"id", "2"}, {"twitter", "bo"}});

    const auto out = call("find", {{"module", "Contacts"}, {"filter", {{"twitter", "bo"}}}, {"limit", 5}});

    EXPECT_EQ(out.code, Code::ok) << out.detail;
    EXPECT_EQ(out.value.at("count"), 1);
    EXPECT_EQ(out.value.at("records").at(0).at("id"), "2");
}

TEST_F(OperationsTest, FindGoesOnOverPagesThatTheServerCutsShort) {
    for (int i = 0; i < 7; ++i) sugar.put("Contacts", {{"id", "c" + std::to_string(i)}});
    sugar.page_cap = 2;

    EXPECT_EQ(call("find", {{"module", "Contacts"}, {"limit", 5}}).value.at("count"), 5);
    EXPECT_EQ(call("find", {{"module", "Contacts"}, {"limit", 50}}).value.at("count"), 7);
}

TEST_F(OperationsTest, GetGivesTheRecordAndItsRevision) {
    sugar.put("Contacts", {{"id", "a b/ü"}, {"name", "Ada"}});

    const auto out = call("get", {{"module", "Contacts"}, {"id", "a b/ü"}});

    EXPECT_EQ(out.value.at("name"), "Ada");
    EXPECT_EQ(out.remote_id, "a b/ü");
    EXPECT_EQ(out.remote_revision, sugar.modules["Contacts"]["a b/ü"].at("date_modified").as_string());
    EXPECT_TRUE(host.sent.back().url.ends_with("/Contacts/a%20b%2F%C3%BC"));
    EXPECT_EQ(call("get", {{"module", "Contacts"}, {"id", "none"}}).code, Code::rejected);
}

TEST_F(OperationsTest, CreateSendsTheHubsKeyAndGivesTheRecord) {
    const auto out = call("create", {{"module", "Cases"}, {"fields", {{"name", "Parcel lost"}}}});

    EXPECT_EQ(out.code, Code::ok) << out.detail;
    const auto& record = sugar.modules["Cases"].at(out.remote_id);
    EXPECT_EQ(text_of(record, "sync_key"), short_key("evt-1/route/step"));
    EXPECT_EQ(out.value.at("number"), record.at("case_number"));
    EXPECT_EQ(out.value.at("name"), "Parcel lost");
    EXPECT_EQ(out.value.at("created"), true);
}

TEST_F(OperationsTest, ARepeatedCreateFindsWhatTheFirstAttemptLeft) {
    const TestCall first{"create", {{"module", "Notes"}, {"fields", {{"name", "n"}}}}};
    auto again = first;
    again.attempt = 2;

    const auto made = call(first);
    const auto found = call(again);

    EXPECT_EQ(found.code, Code::ok);
    EXPECT_EQ(found.remote_id, made.remote_id);
    EXPECT_EQ(found.value.at("created"), true);
    EXPECT_EQ(sugar.modules["Notes"].size(), 1u);
}

TEST_F(OperationsTest, ALostAnswerLeavesACreateInDoubt) {
    driver.connect();
    for (const auto& lost : {Scripted{0, "cut", {}, Code::in_doubt}, Scripted{502, "", {}, Code::ok},
                             Scripted{200, "<html>", {}, Code::ok}, Scripted{200, "{}", {}, Code::ok}}) {
        sugar.loss = [&](const Sent&) { return std::optional(lost); };
        EXPECT_EQ(call("create", {{"module", "Notes"}, {"fields", json::object{}}}).code, Code::in_doubt)
            << lost.status;
        EXPECT_EQ(call("update", {{"module", "Notes"}, {"id", "1"}, {"fields", {{"a", 1}}}}).code,
                  lost.body == "{}" ? Code::ok : Code::retry);
    }
}

TEST_F(OperationsTest, AFieldOfTheUserThatIsTheKeyFieldIsRefused) {
    const auto out = call("create", {{"module", "Notes"}, {"fields", {{"sync_key", "mine"}}}});

    EXPECT_EQ(out.code, Code::rejected);
    EXPECT_NE(out.detail.find("key_field"), std::string::npos);
    EXPECT_TRUE(sugar.modules["Notes"].empty());
}

TEST_F(OperationsTest, ACrmThatDropsTheKeyIsNoticedAndRemembered) {
    sugar.ignored_field = "sync_key";

    EXPECT_EQ(call("create", {{"module", "Notes"}, {"fields", json::object{}}}).code, Code::ok);
    EXPECT_EQ(call("create", {{"module", "Notes"}, {"fields", json::object{}}}).code, Code::ok);

    ASSERT_EQ(host.log.size(), 1u);
    EXPECT_EQ(host.log[0].level, MAILLON_LOG_WARNING);
    EXPECT_EQ(host.log[0].fields.at("module"), "Notes");
    EXPECT_EQ(host.state.at("keys_lost.sync_key.Notes"), "1");
}

TEST_F(OperationsTest, UpdateSendsOnlyTheFieldsThatChange) {
    sugar.put("Cases", {{"id", "1"}, {"name", "n"}, {"status", "New"}});

    const auto out = call("update", {{"module", "Cases"}, {"id", "1"}, {"fields", {{"status", "Closed"}}}});

    EXPECT_EQ(out.value.at("status"), "Closed");
    EXPECT_EQ(out.value.at("name"), "n");
    EXPECT_EQ(sugar.requests(), (std::vector<std::string>{"PUT Cases/1"}));
    EXPECT_EQ(host.sent.back().json(), json::value({{"status", "Closed"}}));
}

TEST_F(OperationsTest, UpdateOfAnAddressKeepsTheOthers) {
    sugar.put("Contacts",
              {{"id", "1"}, {"email", {{{"email_address", "old@x.org"}, {"primary_address", true}}}}});

    const auto out =
        call("update", {{"module", "Contacts"}, {"id", "1"}, {"fields", {{"email1", "new@x.org"}}}});

    EXPECT_EQ(out.code, Code::ok) << out.detail;
    EXPECT_EQ(sugar.modules["Contacts"]["1"].at("email").as_array().size(), 2u);
    EXPECT_EQ(out.value.at("email").at(0).at("email_address"), "new@x.org");
}

TEST_F(OperationsTest, UpdateWithAnOldRevisionIsAConflict) {
    sugar.put("Cases", {{"id", "1"}, {"status", "New"}, {"date_modified", "2026-03-02T10:00:00+00:00"}});
    const auto update = [&](std::string_view if_modified, std::string_view status) {
        return call("update", {{"module", "Cases"},
                               {"id", "1"},
                               {"fields", {{"status", status}}},
                               {"if_modified", if_modified}});
    };

    const auto stale = update("2026-03-02T09:00:00+00:00", "Closed");
    EXPECT_EQ(stale.code, Code::conflict);
    EXPECT_NE(stale.detail.find("2026-03-02T10:00:00"), std::string::npos);

    EXPECT_EQ(update("2026-03-02T05:00:00-05:00", "New").code, Code::ok);  // nothing to do

    // Sugar itself compares the header; the offset is another, the moment is the same.
    EXPECT_EQ(update("2026-03-02T10:00:00+00:00", "Closed").code, Code::ok);
    EXPECT_EQ(host.sent.back().header("X-TIMESTAMP"), "2026-03-02T10:00:00+00:00");
}

TEST_F(OperationsTest, ARepeatOfAnUpdateThatArrivedIsNoConflict) {
    sugar.put("Cases", {{"id", "1"}, {"status", "New"}, {"date_modified", "2026-03-02T10:00:00+00:00"}});
    const TestCall update{"update",
                          {{"module", "Cases"},
                           {"id", "1"},
                           {"fields", {{"status", "Closed"}}},
                           {"if_modified", "2026-03-02T10:00:00+00:00"}}};

    EXPECT_EQ(call(update).code, Code::ok);
    EXPECT_EQ(call(update).code, Code::ok);
}

TEST_F(OperationsTest, AnEditConflictOfTheServerIsAConflict) {
    sugar.put("Cases", {{"id", "1"}});
    sugar.fault = [](const Sent& sent) -> std::optional<Scripted> {
        if (sent.method != "PUT") return std::nullopt;
        return Scripted{409, json::serialize(sugar_error("edit_conflict")), {}, Code::ok};
    };

    EXPECT_EQ(call("update", {{"module", "Cases"}, {"id", "1"}, {"fields", {{"a", 1}}}}).code,
              Code::conflict);
}

TEST_F(OperationsTest, LinkAndUnlinkMayBeRepeated) {
    sugar.put("Cases", {{"id", "1"}});
    const json::object link{{"module", "Cases"}, {"id", "1"}, {"link", "contacts"}, {"ids", {"a", "b"}}};

    EXPECT_EQ(call("link", link).code, Code::ok);
    EXPECT_EQ(host.sent.back().json(), json::value({{"link_name", "contacts"}, {"ids", {"a", "b"}}}));
    EXPECT_EQ(call("unlink", link).code, Code::ok);
    auto apart = link;
    apart["ids"] = json::array{"a", "apart"};
    EXPECT_EQ(call("unlink", apart).code, Code::ok);
    apart["id"] = "1";
    apart["link"] = "no/such";
    EXPECT_EQ(call("unlink", apart).code, Code::rejected);
}

TEST_F(OperationsTest, ArgumentsThatCannotBeUsedAreNamedAndNothingIsSent) {
    for (const auto& [operation, arguments, word] :
         std::vector<std::tuple<std::string, json::object, std::string>>{
             {"get", {{"id", "1"}}, "module"},
             {"get", {{"module", "Cases/../x"}, {"id", "1"}}, "module"},
             {"get", {{"module", "Cases"}, {"id", ""}}, "id"},
             {"create", {{"module", "Cases"}}, "fields"},
             {"update", {{"module", "Cases"}, {"id", "1"}, {"fields", "x"}}, "fields"},
             {"upsert", {{"module", "Cases"}, {"key", json::object{}}}, "key"},
             {"upsert", {{"module", "Cases"}, {"key", {{"thread_c", ""}}}}, "thread_c"},
             {"upsert", {{"module", "Cases"}, {"key", {{"thread_c", nullptr}}}}, "thread_c"},
             {"link", {{"module", "Cases"}, {"id", "1"}, {"link", "a"}, {"ids", json::array{}}}, "ids"},
             {"unlink", {{"module", "Cases"}, {"id", "1"}, {"link", "a"}, {"ids", {7}}}, "ids"}}) {
        const auto out = call(operation, arguments);
        EXPECT_EQ(out.code, Code::rejected) << operation;
        EXPECT_NE(out.detail.find(word), std::string::npos) << out.detail;
    }
    EXPECT_EQ(call("export", {}).code, Code::unsupported);
    EXPECT_TRUE(host.sent.empty());
}

}  // namespace
}  // namespace maillon::sugarcrm
