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

class UpsertTest : public testing::Test {
protected:
    Outcome call(const TestCall& call) {
        const auto got = driver.deliver({call});
        return got.outcomes.at(0).value_or(fail(Code::internal, "not reported"));
    }
    static TestCall upsert(std::string key = "evt-1/route/step", std::string_view last = "hello") {
        return {"upsert",
                {{"module", "Cases"},
                 {"key", {{"thread_c", "t-1"}}},
                 {"create", {{"name", "@ada: hello"}, {"status", "New"}}},
                 {"set", {{"last_message_c", last}}}},
                std::move(key)};
    }

    FakeHost host;
    FakeSugar sugar{host};
    Driver driver{host, FakeSugar::config()};
};

TEST_F(UpsertTest, CreatesARecordThatIsNotThere) {
    const auto out = call(upsert());

    EXPECT_EQ(out.code, Code::ok) << out.detail;
    EXPECT_EQ(out.value.at("created"), true);
    const auto& record = sugar.modules["Cases"].at(out.remote_id);
    EXPECT_EQ(record.at("thread_c"), "t-1");
    EXPECT_EQ(record.at("status"), "New");
    EXPECT_EQ(record.at("last_message_c"), "hello");
    EXPECT_EQ(text_of(record, "sync_key"), short_key("evt-1/route/step"));
    EXPECT_EQ(out.value.at("id"), record.at("id"));
    EXPECT_EQ(out.value.at("number"), record.at("case_number"));
}

TEST_F(UpsertTest, ChangesOnlyWhatIsSetAlwaysWhenItIsThere) {
    const auto first = call(upsert());
    sugar.modules["Cases"].at(first.remote_id)["status"] = "Assigned";

    const auto second = call(upsert("evt-2/route/step", "again"));

    EXPECT_EQ(second.remote_id, first.remote_id);
    EXPECT_EQ(second.value.at("created"), false);
    EXPECT_EQ(second.value.at("status"), "Assigned");
    EXPECT_EQ(second.value.at("last_message_c"), "again");
    EXPECT_EQ(second.value.at("number"), first.value.at("number"));
    EXPECT_EQ(host.sent.back().json(), json::value({{"last_message_c", "again"}}));
}

TEST_F(UpsertTest, SendsNothingWhenNothingDiffers) {
    call(upsert());
    host.sent.clear();

    EXPECT_EQ(call(upsert("evt-2/route/step")).value.at("created"), false);
    EXPECT_EQ(sugar.requests(), (std::vector<std::string>{"POST Cases/filter"}));
}

TEST_F(UpsertTest, ARepeatOfTheCallThatCreatedSaysSoAgainAndUndoesNoEdit) {
    const auto first = call(upsert());
    sugar.modules["Cases"].at(first.remote_id)["last_message_c"] = "edited by a person";

    const auto again = call(upsert());

    EXPECT_EQ(again.value.at("created"), true);
    EXPECT_EQ(again.remote_id, first.remote_id);
    EXPECT_EQ(sugar.modules["Cases"].at(first.remote_id).at("last_message_c"), "edited by a person");
    EXPECT_EQ(sugar.modules["Cases"].size(), 1u);
}

TEST_F(UpsertTest, ALostAnswerLeavesADoubtAndARepeatFindsTheRecord) {
    driver.connect();
    sugar.loss = [](const Sent& sent) -> std::optional<Scripted> {
        if (!sent.url.ends_with("/Cases")) return std::nullopt;
        return Scripted{0, "cut", {}, Code::in_doubt};
    };
    EXPECT_EQ(call(upsert()).code, Code::in_doubt);
    sugar.loss = nullptr;

    EXPECT_EQ(call(upsert()).value.at("created"), true);
    EXPECT_EQ(sugar.modules["Cases"].size(), 1u);
}

TEST_F(UpsertTest, AChangeWhoseAnswerWasLostIsSimplyRepeated) {
    call(upsert());
    sugar.loss = [](const Sent& sent) -> std::optional<Scripted> {
        if (sent.method != "PUT") return std::nullopt;
        return Scripted{0, "cut", {}, Code::in_doubt};
    };

    EXPECT_EQ(call(upsert("evt-2/route/step", "again")).code, Code::retry);
}

TEST_F(UpsertTest, TwoRecordsWithTheKeyNeedAPerson) {
    sugar.put("Cases", {{"id", "one"}, {"thread_c", "t-1"}});
    sugar.put("Cases", {{"id", "two"}, {"thread_c", "t-1"}});

    const auto out = call(upsert());

    EXPECT_EQ(out.code, Code::rejected);
    EXPECT_NE(out.detail.find("one, two"), std::string::npos) << out.detail;
    EXPECT_EQ(sugar.modules["Cases"].size(), 2u);
}

TEST_F(UpsertTest, NothingIsCreatedOnASearchThatDidNotSaySo) {
    driver.connect();
    for (const auto body :
         {"{}", "[]", "<html>", R"({"records": [], "next_offset": 5})", R"({"records": null})"}) {
        sugar.fault = [&](const Sent& sent) -> std::optional<Scripted> {
            if (!sent.url.ends_with("/filter")) return std::nullopt;
            return Scripted{200, body, {}, Code::ok};
        };
        EXPECT_EQ(call(upsert()).code, Code::retry) << body;
    }
    EXPECT_TRUE(sugar.modules["Cases"].empty());
}

TEST_F(UpsertTest, SeveralFieldsMayMakeTheKey) {
    sugar.put("Cases", {{"id", "other"}, {"thread_c", "t-1"}, {"channel_c", "x"}});
    auto both = upsert();
    both.arguments["key"] = json::object{{"thread_c", "t-1"}, {"channel_c", "facebook"}};

    const auto out = call(both);

    EXPECT_EQ(out.value.at("created"), true);
    EXPECT_EQ(out.value.at("channel_c"), "facebook");
}

TEST_F(UpsertTest, AnAddressMayBeTheKey) {
    sugar.put("Contacts",
              {{"id", "ada"}, {"email", {{{"email_address", "ada@x.org"}, {"primary_address", true}}}}});
    const auto by_address = [](std::string_view address) {
        return TestCall{
            "upsert", {{"module", "Contacts"}, {"key", {{"email1", address}}}, {"set", {{"title", "CTO"}}}}};
    };

    EXPECT_EQ(call(by_address("ada@x.org")).remote_id, "ada");
    const auto made = call(by_address("bo@x.org"));
    EXPECT_EQ(made.value.at("created"), true);
    EXPECT_EQ(made.value.at("email1"), "bo@x.org");
}

TEST(UpsertWithoutKeyField, StillFindsByItsOwnKey) {
    FakeHost host;
    FakeSugar sugar(host);
    Driver driver(host, FakeSugar::config({{"key_field", ""}}));
    const TestCall call{"upsert", {{"module", "Cases"}, {"key", {{"thread_c", "t"}}}}};

    EXPECT_EQ(driver.deliver({call}).outcomes.at(0)->value.at("created"), true);
    EXPECT_EQ(driver.deliver({call}).outcomes.at(0)->value.at("created"), false);
    EXPECT_EQ(sugar.modules["Cases"].size(), 1u);
    EXPECT_FALSE(sugar.modules["Cases"].begin()->second.contains("sync_key"));
}

}  // namespace
}  // namespace maillon::sugarcrm
