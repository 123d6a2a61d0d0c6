#include "answer.h"

#include "fake_sugar.h"

#include <gtest/gtest.h>

namespace maillon::sugarcrm {
namespace {

Answer answer(std::uint32_t status, json::value body = nullptr) {
    return {status, std::move(body), true, 0};
}

struct Row {
    std::uint32_t status;
    Code reads, repeatable, once;
};

class StatusTest : public testing::TestWithParam<Row> {};

TEST_P(StatusTest, MeansTheSameForAllThatItSurelyDidNotTouch) {
    const auto& row = GetParam();

    EXPECT_EQ(judge(answer(row.status), Effect::none, "x").code, row.reads);
    EXPECT_EQ(judge(answer(row.status), Effect::repeatable, "x").code, row.repeatable);
    EXPECT_EQ(judge(answer(row.status), Effect::once, "x").code, row.once);
}

constexpr Row same(std::uint32_t status, Code code) {
    return {status, code, code, code};
}
constexpr Row doubtful(std::uint32_t status) {
    return {status, Code::retry, Code::retry, Code::in_doubt};
}

INSTANTIATE_TEST_SUITE_P(
    Sugar, StatusTest,
    testing::Values(same(200, Code::ok), same(201, Code::ok), same(301, Code::config),
                    same(302, Code::config), same(400, Code::rejected), same(401, Code::auth),
                    same(403, Code::rejected), same(404, Code::rejected), same(409, Code::conflict),
                    same(412, Code::retry), same(413, Code::rejected), same(422, Code::rejected),
                    same(429, Code::rate_limited), same(433, Code::config), same(503, Code::retry),
                    doubtful(408), doubtful(424), doubtful(500), doubtful(502), doubtful(504), doubtful(0)),
    [](const auto& row) { return "Http" + std::to_string(row.param.status); });

TEST(Answer, SaysWhatSugarSaid) {
    const auto reply = judge(answer(422, sugar_error("invalid_parameter", "Invalid value for status")),
                             Effect::none, "PUT Cases/1");

    EXPECT_EQ(reply.detail, "PUT Cases/1: HTTP 422 invalid_parameter: Invalid value for status");
}

TEST(Answer, KeepsMessagesShortAndOnOneLine) {
    const auto text = said(sugar_error("e", "line\none\x01" + std::string(1000, 'x') + "é"));

    EXPECT_EQ(text.substr(0, 12), "e: line one ");
    EXPECT_LE(text.size(), 300u);
    EXPECT_EQ(shortened("aé", 2), "a");
    EXPECT_EQ(said(json::array{}), "");
    EXPECT_EQ(said(json::object{{"error", 7}}), "7");
}

TEST(Answer, ObeysRetryAfter) {
    Response response{503, {{"retry-after", "12"}}, "busy"};

    const auto reply = judge(read_answer(response), Effect::once, "x");

    EXPECT_EQ(reply.code, Code::rate_limited);
    EXPECT_EQ(reply.retry_after_ms, 12'000u);
    EXPECT_GT(judge(answer(429), Effect::none, "x").retry_after_ms, 0u);
}

TEST(Answer, ASuccessThatCannotBeReadLeavesACreateInDoubt) {
    const auto page = read_answer({200, {}, "<html>gateway</html>"});

    EXPECT_EQ(judge(page, Effect::none, "x").code, Code::retry);
    EXPECT_EQ(judge(page, Effect::repeatable, "x").code, Code::retry);
    EXPECT_EQ(judge(page, Effect::once, "x").code, Code::in_doubt);
    EXPECT_EQ(judge(read_answer({204, {}, ""}), Effect::once, "x").code, Code::ok);
}

TEST(Answer, ATransportFailureIsInDoubtOnlyWhereARepeatWouldDoHarm) {
    const Failure cut(Code::in_doubt, "cut"), unsent(Code::retry, "refused"),
        stopped(Code::cancelled, "stopping");

    EXPECT_EQ(judge(cut, Effect::none, "x").code, Code::retry);
    EXPECT_EQ(judge(cut, Effect::repeatable, "x").code, Code::retry);
    EXPECT_EQ(judge(cut, Effect::once, "x").code, Code::in_doubt);
    EXPECT_EQ(judge(unsent, Effect::once, "x").code, Code::retry);
    EXPECT_EQ(judge(stopped, Effect::once, "x").code, Code::in_doubt);
    EXPECT_EQ(judge(stopped, Effect::none, "x").code, Code::cancelled);
}

TEST(BulkAnswer, TakesContentsAsObjectOrAsText) {
    const auto whole = read_answer({200, {}, R"([
        {"contents": {"id": "1"}, "headers": {"Retry-After": 3}, "status": 200},
        {"contents": "{\"error\":\"not_found\"}", "headers": [], "status": 404},
        {"contents": "<b>", "status": 200}, {"contents": "", "status": 204}, {"status": 500}])"});

    const auto items = read_bulk(whole, 5);

    ASSERT_TRUE(items.has_value());
    EXPECT_EQ((*items)[0].body.at("id"), "1");
    EXPECT_EQ((*items)[0].retry_after_ms, 3000u);
    EXPECT_EQ((*items)[1].status, 404u);
    EXPECT_EQ((*items)[1].body.at("error"), "not_found");
    EXPECT_FALSE((*items)[2].readable);
    EXPECT_TRUE((*items)[3].readable);
    EXPECT_EQ((*items)[4].status, 500u);
}

TEST(BulkAnswer, IsRefusedWhenItsItemsCannotBeMatchedToTheCalls) {
    EXPECT_FALSE(read_bulk(answer(200, json::array{json::object{}}), 2).has_value());
    EXPECT_FALSE(read_bulk(answer(200, json::object{}), 1).has_value());
    EXPECT_FALSE(read_bulk(answer(200, json::array{7}), 1).has_value());
    const auto odd = read_bulk(answer(200, json::array{json::object{{"status", "200"}}}), 1);
    ASSERT_TRUE(odd.has_value());
    EXPECT_EQ((*odd)[0].status, 0u);
}

}  // namespace
}  // namespace maillon::sugarcrm
