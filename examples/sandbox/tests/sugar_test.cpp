#include "calls.h"
#include "core/base/clock.h"
#include "sugar/sugar_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

using namespace sandbox;
using namespace sandbox::test;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

namespace {

class Sugar : public ::testing::Test {
protected:
    Sugar() { credential_ = "OAuth-Token: " + log_in().text("access_token"); }

    Reply log_in(const char* password = "sandbox") {
        return call(service_, "POST", "/rest/v11_20/oauth2/token",
                    json::serialize(json::object{{"grant_type", "password"},
                                                 {"username", "maillon"},
                                                 {"password", password},
                                                 {"platform", "p"}}));
    }
    Reply ask(std::string_view method, const std::string& path, const std::string& body = {}) {
        return call(service_, method, "/rest/v11_20/" + path, body, credential_);
    }
    std::string make(const std::string& module, const std::string& body) {
        return ask("POST", module, body).text("id");
    }

    maillon::FakeClock clock_;
    Crm crm_{clock_, 1};
    SugarService service_{crm_, {}, clock_, 2};
    std::string credential_;
};

TEST_F(Sugar, RefusesWrongPasswordsMissingAndStaleTokens) {
    EXPECT_EQ(log_in("wrong").status, 401);
    EXPECT_EQ(log_in("wrong").text("error"), "need_login");
    EXPECT_EQ(call(service_, "GET", "/rest/v11_20/Contacts").text("error"), "need_login");

    clock_.advance(1h);

    const Reply stale = ask("GET", "Contacts");
    EXPECT_EQ(stale.status, 401);
    EXPECT_EQ(stale.text("error"), "invalid_grant");
}

TEST_F(Sugar, ARefreshTokenIsGoodOnce) {
    const std::string body =
        R"({"grant_type":"refresh_token","refresh_token":")" + log_in().text("refresh_token") + "\"}";

    const Reply first = call(service_, "POST", "/rest/v11_20/oauth2/token", body);
    const Reply second = call(service_, "POST", "/rest/v11_20/oauth2/token", body);

    EXPECT_EQ(first.status, 200);
    EXPECT_FALSE(first.text("access_token").empty());
    EXPECT_EQ(second.status, 401);
    EXPECT_EQ(
        call(service_, "GET", "/rest/v11_20/Cases", "", "OAuth-Token: " + first.text("access_token")).status,
        200);
}

TEST_F(Sugar, OneSessionPerPlatform) {
    const std::string before = credential_;
    log_in();
    EXPECT_EQ(call(service_, "GET", "/rest/v11_20/Cases", "", before).status, 401);
}

TEST_F(Sugar, PagesToTheEndWithoutLossOrDouble) {
    for (int i = 0; i < 45; ++i) make("Contacts", R"({"last_name":"n)" + std::to_string(i) + "\"}");
    std::set<std::string> seen;
    std::string offset = "0";
    int pages = 0;

    for (; offset != "-1" && pages < 10; ++pages) {
        const Reply page =
            ask("GET", "Contacts?max_num=20&order_by=date_modified:ASC,id:ASC&fields=id&offset=" + offset);
        for (const auto& record : page.list("records")) seen.insert(text_of(record.as_object(), "id"));
        offset = page.text("next_offset");
    }

    EXPECT_EQ(pages, 3);
    EXPECT_EQ(seen.size(), 45U);
    EXPECT_EQ(ask("GET", "Contacts/count").text("record_count"), "45");
    EXPECT_EQ(ask("POST", "Contacts/filter/count", R"({"filter":[{"last_name":{"$starts":"n4"}}]})")
                  .text("record_count"),
              "6");
}

TEST_F(Sugar, AnExactlyFullLastPageIsTheLast) {
    for (int i = 0; i < 20; ++i) make("Accounts", R"({"name":"a"})");
    EXPECT_EQ(ask("GET", "Accounts?max_num=20").text("next_offset"), "-1");
    EXPECT_EQ(ask("GET", "Accounts?max_num=19").text("next_offset"), "19");
}

TEST_F(Sugar, NumbersCasesAndIgnoresUnknownFields) {
    const Reply one =
        ask("POST", "Cases", R"({"name":"x","thread_c":"t","nonsense":1,"case_number":7,"id":"mine"})");
    const Reply two = ask("POST", "Cases", R"({"name":"y"})");

    EXPECT_EQ(one.status, 200);
    EXPECT_EQ(one.text("thread_c"), "t");
    EXPECT_FALSE(one.body.contains("nonsense"));
    EXPECT_NE(one.text("id"), "mine");
    EXPECT_EQ(std::stoi(two.text("case_number")), std::stoi(one.text("case_number")) + 1);
    EXPECT_EQ(one.text("status"), "New");
    EXPECT_EQ(one.text("date_modified"), "2026-09-14T08:52:44+00:00");
}

TEST_F(Sugar, ChangesOnlyWhatIsGivenAndReplacesAddressesWhole) {
    const std::string id =
        make("Contacts", R"({"first_name":"Ada","last_name":"Novak","email1":"a@example.org"})");

    const Reply changed =
        ask("PUT", "Contacts/" + id, R"({"title":"CTO","email":[{"email_address":"b@example.org"}]})");

    EXPECT_EQ(changed.text("full_name"), "Ada Novak");
    EXPECT_EQ(changed.text("title"), "CTO");
    ASSERT_EQ(changed.list("email").size(), 1U);
    EXPECT_EQ(changed.list("email")[0].at("email_address"), "b@example.org");
    EXPECT_EQ(changed.list("email")[0].at("primary_address"), true);
    EXPECT_EQ(ask("GET", "Contacts/" + id + "?fields=email1").text("email1"), "b@example.org");
}

TEST_F(Sugar, RefusesAChangeOfAnOlderVersion) {
    const std::string id = make("Contacts", R"({"last_name":"Novak"})");
    const auto change_seen_at = [&](const char* time) {
        maillon::HttpRequest request;
        request.method = "PUT";
        request.path = "/rest/v11_20/Contacts/" + id;
        request.headers.add("OAuth-Token", credential_.substr(13));
        request.headers.add("X-TIMESTAMP", time);
        request.body = R"({"title":"x"})";
        Call parsed(std::move(request));
        return *service_.handle(parsed, maillon::Responder(nullptr));
    };

    EXPECT_EQ(change_seen_at("2026-09-14T10:52:44+02:00").status, 200);
    clock_.advance(1min);
    EXPECT_EQ(change_seen_at("2026-09-14T08:52:44+00:00").status, 200);  // nothing changed in that minute
    const auto refused = change_seen_at("2026-09-14T08:52:44+00:00");
    EXPECT_EQ(refused.status, 409);
    EXPECT_THAT(refused.body, HasSubstr("edit_conflict"));
    EXPECT_THAT(refused.body, HasSubstr("2026-09-14T08:53:44+00:00"));
}

TEST_F(Sugar, UpsertsByAKey) {
    const Reply made = ask("PATCH", "Contacts/sync_key/maillon%3Afb%3A1", R"({"last_name":"Novak"})");
    const Reply changed = ask("PATCH", "Contacts/sync_key/maillon%3Afb%3A1", R"({"title":"CTO"})");

    EXPECT_EQ(made.status, 201);
    EXPECT_EQ(changed.status, 200);
    EXPECT_EQ(made.text("record"), changed.text("record"));
    EXPECT_EQ(ask("GET", "Contacts/" + made.text("record")).text("title"), "CTO");
    EXPECT_EQ(service_.configure({{"admin", false}}), "");
    EXPECT_EQ(ask("PATCH", "Contacts/sync_key/k", R"({"last_name":"x"})").status, 403);
}

TEST_F(Sugar, LinksInEveryWay) {
    const std::string contact = make("Contacts", R"({"last_name":"Novak","sync_key":"c1"})");
    const std::string ticket = make("Cases", R"({"name":"broken","sync_key":"t1"})");
    const std::string account = make("Accounts", R"({"name":"Acme"})");
    const auto linked = [&](const std::string& path) { return ask("GET", path).list("records").size(); };

    EXPECT_EQ(ask("POST", "Cases/" + ticket + "/link",
                  R"({"link_name":"contacts","ids":[{"id":")" + contact + R"(","role":"x"}]})")
                  .status,
              200);
    EXPECT_EQ(linked("Contacts/" + contact + "/link/cases"), 1U);
    EXPECT_EQ(ask("DELETE", "Cases/" + ticket + "/link/contacts/" + contact).status, 200);
    EXPECT_EQ(linked("Contacts/" + contact + "/link/cases"), 0U);
    EXPECT_EQ(ask("POST", "Contacts/c1/link_by_sync_keys/cases/t1").text("related_record"), ticket);
    EXPECT_EQ(linked("Cases/" + ticket + "/link/contacts"), 1U);
    EXPECT_EQ(ask("POST", "Accounts/" + account + "/link/contacts/" + contact).status, 200);
    EXPECT_EQ(ask("GET", "Contacts/" + contact).text("account_id"), account);
    EXPECT_EQ(ask("POST", "Cases/" + ticket + "/link/notes", R"({"name":"n"})").status, 200);
    EXPECT_EQ(linked("Cases/" + ticket + "/link/notes"), 1U);
    EXPECT_EQ(ask("POST", "Cases/" + ticket + "/link/nothing/" + contact).status, 404);
    EXPECT_EQ(ask("POST", "Contacts/c1/link_by_sync_keys/cases/none").status, 422);
    EXPECT_EQ(ask("DELETE", "Contacts/" + contact).text("id"), contact);
    EXPECT_EQ(linked("Cases/" + ticket + "/link/contacts"), 0U);
}

TEST_F(Sugar, BulkAnswersEachInItsOrder) {
    maillon::HttpRequest request;
    request.method = "POST";
    request.path = "/rest/v11_20/bulk";
    request.headers.add("OAuth-Token", credential_.substr(13));
    request.body = R"({"requests":[{"url":"/v11_20/Cases","method":"POST","data":"{\"name\":\"text\"}"},
        {"url":"/v11_20/Cases","method":"POST","data":{"name":"object"}},{"url":"/v11_20/Cases/nope","method":"PUT","data":"{}"},
        {"url":"/v11_20/Cases?filter=[{\"name\":\"object\"}]&fields=name"},{"url":"/v11_20/bulk","method":"POST","data":{"requests":[]}}]})";
    Call parsed(std::move(request));

    const auto answer = *service_.handle(parsed, maillon::Responder(nullptr));
    const json::array parts = json::parse(answer.body).as_array();

    EXPECT_EQ(answer.status, 200);
    ASSERT_EQ(parts.size(), 5U);
    EXPECT_EQ(parts[0].at("contents").at("name"), "text");
    EXPECT_EQ(parts[1].at("contents").at("name"), "object");
    EXPECT_EQ(parts[2].at("status"), 404);
    EXPECT_EQ(parts[3].at("contents").at("records").as_array().size(), 1U);
    EXPECT_EQ(parts[4].at("status"), 404);
    EXPECT_EQ(crm_.table("Cases")->size(), 2U);
}

TEST_F(Sugar, FindsDuplicates) {
    make("Contacts", R"({"first_name":"Ada","last_name":"Novak"})");
    make("Contacts", R"({"first_name":"Bo","last_name":"Novak"})");
    EXPECT_EQ(ask("POST", "Contacts/duplicateCheck", R"({"first_name":"Ada","last_name":"Novak"})")
                  .list("records")
                  .size(),
              1U);
}

TEST_F(Sugar, SaysWhatIsWrong) {
    EXPECT_EQ(ask("POST", "Contacts", R"({"first_name":"Ada"})").status, 422);
    EXPECT_EQ(ask("POST", "Contacts", "[]").status, 422);
    EXPECT_EQ(ask("GET", "Contacts/nope").text("error"), "not_found");
    EXPECT_EQ(ask("GET", "Nonsense").status, 404);
    EXPECT_EQ(ask("PATCH", "Contacts").text("error"), "no_method");
    EXPECT_EQ(ask("GET", "Contacts?filter[0][a][$like]=x").status, 422);
    EXPECT_EQ(call(service_, "GET", "/rest/v9/Contacts", "", credential_).status, 301);
    EXPECT_EQ(service_.configure({{"max_body", 10}}), "");
    EXPECT_EQ(ask("POST", "Contacts", R"({"last_name":"long enough"})").status, 413);
}

TEST_F(Sugar, SendsHooksAfterASaveOnlyWhenSwitchedOn) {
    std::vector<std::string> sent;
    service_.send_hooks_with(
        [&](const std::string& url, const std::string& body) { sent.push_back(url + " " + body); });
    make(
        "WebLogicHooks",
        R"({"name":"h","url":"http://h/x","trigger_event":"after_save","webhook_target_module":"Cases","request_method":"POST"})");
    const std::string id = make("Cases", R"({"name":"x"})");
    EXPECT_TRUE(sent.empty());
    EXPECT_EQ(service_.configure({{"logic_hooks", true}}), "");

    ask("PUT", "Cases/" + id, R"({"status":"Closed"})");

    ASSERT_EQ(sent.size(), 1U);
    EXPECT_THAT(
        sent[0],
        HasSubstr(
            R"("isUpdate":true,"dataChanges":[{"field_name":"status","data_type":"varchar","before":"New","after":"Closed"}],"bean":"Case")"));
    EXPECT_EQ(service_.fire_hooks("Cases", id), 1);
    EXPECT_EQ(service_.fire_hooks("Cases", "nope"), 0);
}

TEST_F(Sugar, WritesTimesWithTheUsersOffset) {
    EXPECT_EQ(service_.configure({{"utc_offset_minutes", -240}}), "");
    EXPECT_EQ(ask("POST", "Cases", R"({"name":"x"})").text("date_entered"), "2026-09-14T04:52:44-04:00");
}

}  // namespace
