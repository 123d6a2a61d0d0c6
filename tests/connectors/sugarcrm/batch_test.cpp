#include "fake_sugar.h"

#include <gtest/gtest.h>

namespace maillon::sugarcrm {
namespace {

using testkit::Driver;
using testkit::FakeHost;
using testkit::Scripted;
using testkit::Sent;
using testkit::TestCall;

TestCall create(int n) {
    return {"create",
            {{"module", "Notes"}, {"fields", {{"name", std::to_string(n)}}}},
            "key-" + std::to_string(n)};
}
TestCall upsert(int n, std::string_view last = "m") {
    return {
        "upsert",
        {{"module", "Cases"}, {"key", {{"thread_c", "t" + std::to_string(n)}}}, {"set", {{"last_c", last}}}},
        "key-" + std::to_string(n) + std::string(last)};
}
TestCall update(std::string_view id, json::object fields) {
    return {
        "update", {{"module", "Cases"}, {"id", id}, {"fields", std::move(fields)}}, "upd-" + std::string(id)};
}

class BatchTest : public testing::Test {
protected:
    void SetUp() override {
        driver.connect();
        host.sent.clear();
    }
    static bool is_bulk(const Sent& sent) { return sent.url.ends_with("/bulk"); }
    /// Answers every bulk request so.
    void bulk_answers(Scripted scripted) {
        sugar.fault = [scripted](const Sent& sent) -> std::optional<Scripted> {
            return is_bulk(sent) ? std::optional(scripted) : std::nullopt;
        };
    }
    static std::vector<Code> codes(const testkit::Delivered& got) {
        std::vector<Code> out;
        for (const auto& outcome : got.outcomes) out.push_back(outcome ? outcome->code : Code::internal);
        return out;
    }

    FakeHost host;
    FakeSugar sugar{host};
    Driver driver{host, FakeSugar::config()};
};

TEST_F(BatchTest, FiftyCreatesAreOneRequest) {
    std::vector<TestCall> calls;
    for (int i = 0; i < 50; ++i) calls.push_back(create(i));

    const auto got = driver.deliver(calls);
    ASSERT_EQ(got.status, MAILLON_OK) << got.detail;

    EXPECT_EQ(sugar.requests(), (std::vector<std::string>{"POST bulk"}));
    EXPECT_EQ(sugar.modules["Notes"].size(), 50u);
    for (std::size_t i = 0; i < 50; ++i) {
        ASSERT_TRUE(got.outcomes.at(i).has_value());
        EXPECT_EQ(got.outcomes[i]->value.at("name").as_string(), std::to_string(i));
    }
}

TEST_F(BatchTest, FiftyUpsertsAreTwoRequests) {
    std::vector<TestCall> calls;
    for (int i = 0; i < 50; ++i) calls.push_back(upsert(i));

    const auto got = driver.deliver(calls);
    ASSERT_EQ(got.status, MAILLON_OK) << got.detail;

    EXPECT_EQ(sugar.requests(), (std::vector<std::string>{"POST bulk", "POST bulk"}));
    EXPECT_EQ(sugar.modules["Cases"].size(), 50u);
    for (const auto& outcome : got.outcomes) EXPECT_EQ(outcome->value.at("created"), true);
}

TEST_F(BatchTest, EachCallHasItsOwnFate) {
    sugar.put("Cases", {{"id", "here"}});

    const auto got = driver.deliver({update("here", {{"a", 1}}),
                                     update("nowhere", {{"a", 1}}),
                                     create(1),
                                     {"get", {{"module", "Cases"}}}});

    EXPECT_EQ(codes(got), (std::vector<Code>{Code::ok, Code::rejected, Code::ok, Code::rejected}));
    EXPECT_NE(got.outcomes[1]->detail.find("not_found"), std::string::npos);
}

TEST_F(BatchTest, CallsOfOneRecordKeepTheirOrder) {
    const auto got = driver.deliver({upsert(1, "first"), upsert(2), upsert(1, "second"), upsert(1, "third")});

    EXPECT_EQ(codes(got), std::vector<Code>(4, Code::ok));
    EXPECT_EQ(sugar.modules["Cases"].size(), 2u);
    EXPECT_EQ(got.outcomes[0]->value.at("created"), true);
    EXPECT_EQ(got.outcomes[2]->value.at("created"), false);
    EXPECT_EQ(sugar.modules["Cases"].at(got.outcomes[0]->remote_id).at("last_c"), "third");
}

TEST_F(BatchTest, AnUpdateByIdWaitsForAnUpsertThatMayBeTheSameRecord) {
    sugar.put("Cases", {{"id", "c"}, {"thread_c", "t1"}, {"last_c", "old"}});

    const auto got = driver.deliver({upsert(1, "upserted"), update("c", {{"last_c", "updated"}})});

    EXPECT_EQ(codes(got), std::vector<Code>(2, Code::ok));
    EXPECT_EQ(sugar.modules["Cases"].at("c").at("last_c"), "updated");
}

TEST_F(BatchTest, AGuardedUpdateGoesAloneWithItsHeader) {
    sugar.put("Cases", {{"id", "c"}, {"date_modified", "2026-03-02T10:00:00+00:00"}});
    auto guarded = update("c", {{"a", 1}});
    guarded.arguments["if_modified"] = "2026-03-02T10:00:00+00:00";

    const auto got = driver.deliver({create(1), guarded, create(2)});

    EXPECT_EQ(codes(got), std::vector<Code>(3, Code::ok));
    EXPECT_EQ(sugar.requests(), (std::vector<std::string>{"POST bulk", "PUT Cases/c"}));
    EXPECT_EQ(host.sent.back().header("X-TIMESTAMP"), "2026-03-02T10:00:00+00:00");
}

TEST_F(BatchTest, ACutLeavesCreatesInDoubtAndOthersToBeRepeated) {
    const TestCall link{"link",
                        {{"module", "Contacts"}, {"id", "c"}, {"link", "cases"}, {"ids", {"a", "b"}}}};
    for (const auto& lost : {Scripted{0, "cut", {}, Code::in_doubt}, Scripted{500, "", {}, Code::ok},
                             Scripted{504, "<html>", {}, Code::ok}, Scripted{200, "<html>", {}, Code::ok},
                             Scripted{200, "[]", {}, Code::ok}, Scripted{200, "{}", {}, Code::ok}}) {
        bulk_answers(lost);
        EXPECT_EQ(codes(driver.deliver({create(1), link, upsert(1)})),
                  (std::vector<Code>{Code::in_doubt, Code::retry, Code::retry}))
            << lost.status << lost.body;
    }
}

TEST_F(BatchTest, WhatWasSurelyNotDoneIsRepeated) {
    for (const auto& [unsent, code] : std::vector<std::pair<Scripted, Code>>{
             {{0, "refused", {}, Code::retry}, Code::retry},
             {{503, "", {}, Code::ok}, Code::retry},
             {{503, "", {{"Retry-After", "9"}}, Code::ok}, Code::rate_limited},
             {{429, "", {{"Retry-After", "9"}}, Code::ok}, Code::rate_limited}}) {
        bulk_answers(unsent);
        const auto got = driver.deliver({create(1), create(2)});
        EXPECT_EQ(codes(got), std::vector<Code>(2, code));
        if (code == Code::rate_limited) {
            EXPECT_EQ(got.outcomes[0]->retry_after_ms, 9000u);
        }
    }
}

TEST_F(BatchTest, ARequestThatIsTooLargeIsHalved) {
    sugar.fault = [](const Sent& sent) -> std::optional<Scripted> {
        const bool is_large = is_bulk(sent) && sent.json().at("requests").as_array().size() > 3;
        const bool is_never =
            sent.body.find("\"7\"") != std::string::npos || sent.body.find("\\\"7\\\"") != std::string::npos;
        if (!is_large && !is_never) return std::nullopt;
        return Scripted{413, json::serialize(sugar_error("request_too_large")), {}, Code::ok};
    };
    std::vector<TestCall> calls;
    for (int i = 0; i < 10; ++i) calls.push_back(create(i));

    const auto got = driver.deliver(calls);
    ASSERT_EQ(got.status, MAILLON_OK) << got.detail;

    for (std::size_t i = 0; i < 10; ++i)
        EXPECT_EQ(got.outcomes[i]->code, i == 7 ? Code::rejected : Code::ok) << i;
    EXPECT_EQ(sugar.modules["Notes"].size(), 9u);
}

TEST_F(BatchTest, ATokenThatEndsIsRenewedForTheWholeRequestAndForItsItems) {
    sugar.tokens.clear();
    EXPECT_EQ(codes(driver.deliver({create(1), create(2)})), std::vector<Code>(2, Code::ok));
    EXPECT_EQ(sugar.count("refresh_token"), 1);

    int bulks = 0;
    sugar.fault = [&](const Sent& sent) -> std::optional<Scripted> {
        if (!is_bulk(sent) || ++bulks > 1) return std::nullopt;
        // The first item is done, the second is refused.
        const auto refused = json::object{{"contents", sugar_error("need_login")}, {"status", 401}};
        const auto done = json::object{{"contents", sugar.put("Notes", {{"name", "3"}})}, {"status", 200}};
        return Scripted{200, json::serialize(json::array{done, refused}), {}, Code::ok};
    };
    EXPECT_EQ(codes(driver.deliver({create(3), create(4)})), std::vector<Code>(2, Code::ok));
    EXPECT_EQ(sugar.modules["Notes"].size(), 4u);
    EXPECT_EQ(sugar.count("refresh_token"), 2);
}

TEST_F(BatchTest, ItemsThatStayRefusedAreAnAuthFailure) {
    const auto item = json::object{{"contents", sugar_error("invalid_grant")}, {"status", 401}};
    bulk_answers({200, json::serialize(json::array{item, item}), {}, Code::ok});

    EXPECT_EQ(codes(driver.deliver({create(1), create(2)})), std::vector<Code>(2, Code::auth));
    EXPECT_EQ(sugar.requests().size(), 2u);
    EXPECT_EQ(sugar.count("refresh_token"), 1);
}

TEST_F(BatchTest, AnAnswerToTheRepeatThatCannotBeReadLeavesCreatesInDoubt) {
    int bulks = 0;
    const auto item = json::object{{"contents", sugar_error("need_login")}, {"status", 401}};
    sugar.fault = [&](const Sent& sent) -> std::optional<Scripted> {
        if (!is_bulk(sent)) return std::nullopt;
        return Scripted{200, ++bulks == 1 ? json::serialize(json::array{item, item}) : "[]", {}, Code::ok};
    };

    EXPECT_EQ(codes(driver.deliver({create(1), create(2)})), std::vector<Code>(2, Code::in_doubt));
}

TEST_F(BatchTest, ACrmWithoutBulkIsServedOneByOne) {
    bulk_answers({404, json::serialize(sugar_error("no_method")), {}, Code::ok});

    EXPECT_EQ(codes(driver.deliver({create(1), create(2)})), std::vector<Code>(2, Code::ok));
    EXPECT_EQ(codes(driver.deliver({create(3), create(4)})), std::vector<Code>(2, Code::ok));

    EXPECT_EQ(sugar.requests(), (std::vector<std::string>{"POST bulk", "POST Notes", "POST Notes",
                                                          "POST Notes", "POST Notes"}));
    EXPECT_EQ(host.log.size(), 1u);
}

TEST_F(BatchTest, StopsBetweenRoundsWhenTimeIsUp) {
    sugar.loss = [&](const Sent&) -> std::optional<Scripted> {
        host.monotonic_ms = 60'000;
        return std::nullopt;
    };

    // The create is done in the first round, the upsert has only searched.
    EXPECT_EQ(codes(driver.deliver({create(1), upsert(1)})), (std::vector<Code>{Code::ok, Code::retry}));
    EXPECT_TRUE(sugar.modules["Cases"].empty());
}

TEST_F(BatchTest, StopsBetweenRoundsWhenItIsCancelled) {
    sugar.loss = [&](const Sent&) -> std::optional<Scripted> {
        host.cancelled = true;
        return std::nullopt;
    };

    EXPECT_EQ(codes(driver.deliver({upsert(1), upsert(2)})), std::vector<Code>(2, Code::retry));
    EXPECT_TRUE(sugar.modules["Cases"].empty());
}

TEST(BatchWithoutBulk, SendsOneRequestPerCallInOrder) {
    FakeHost host;
    FakeSugar sugar(host);
    Driver driver(host, FakeSugar::config({{"bulk", false}}));

    const auto got = driver.deliver({create(1), upsert(1), create(2)});

    for (const auto& outcome : got.outcomes) EXPECT_EQ(outcome->code, Code::ok);
    EXPECT_EQ(sugar.requests(),
              (std::vector<std::string>{"POST Notes", "POST Cases/filter", "POST Notes", "POST Cases"}));
}

}  // namespace
}  // namespace maillon::sugarcrm
