#include "maillon/sdk.hpp"

#include <gtest/gtest.h>

namespace maillon {
namespace {

maillon_event event_of(std::string_view data, const maillon_attr* attrs = nullptr, std::size_t count = 0) {
    return {sizeof(maillon_event), 3,         str("id"), str("key"), str("reply"),
            str("thread"),         str(data), 7,         attrs,      count};
}

TEST(Call, ShowsWhatTheHostSent) {
    const maillon_attr attrs[] = {{str("origin"), str("hub")}, {str("traceparent"), str("00-1")}};
    const auto event = event_of(R"({"a": 1})", attrs, 2);
    const Call call(event);

    EXPECT_EQ(call.id(), "id");
    EXPECT_EQ(call.idempotency_key(), "key");
    EXPECT_EQ(call.operation(), "reply");
    EXPECT_EQ(call.key(), "thread");
    EXPECT_EQ(call.attempt(), 3u);
    EXPECT_EQ(call.time_ms(), 7);
    EXPECT_EQ(call.attribute("traceparent"), "00-1");
    EXPECT_EQ(call.attribute("absent"), "");
    EXPECT_EQ(call.arguments().at("a"), 1);
}

TEST(Call, ArgumentsThatAreNoObjectAreRejected) {
    for (const auto text : {"", "[]", "null", "{", "7", "{} {}"}) {
        const auto event = event_of(text);
        try {
            Call(event).arguments();
            ADD_FAILURE() << text;
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.code(), Code::rejected) << text;
        }
    }
}

class HttpRequestTest : public testing::Test {
protected:
    static std::optional<std::string> query(std::string_view url, std::string_view name) {
        const maillon_http_message message{
            sizeof(maillon_http_message), 0, str("GET"), str(url), {}, nullptr, 0};
        return HttpRequest(message).query(name);
    }
};

TEST_F(HttpRequestTest, HeadersAreFoundWhateverTheirCase) {
    const maillon_attr headers[] = {{str("X-Hub-Signature"), str("s")},
                                    {str("x-hub-signature-256"), str("t")}};
    const maillon_http_message message{
        sizeof(maillon_http_message), 0, str("POST"), str("/h"), str("raw"), headers, 2};
    const HttpRequest request(message);

    EXPECT_EQ(request.header("x-hub-signature"), "s");
    EXPECT_EQ(request.header("X-HUB-SIGNATURE-256"), "t");
    EXPECT_EQ(request.header("X-Hub"), "");
    EXPECT_EQ(request.body(), "raw");
    EXPECT_EQ(request.method(), "POST");
}

TEST_F(HttpRequestTest, QueryParametersAreDecoded) {
    EXPECT_EQ(query("/h?a=1&b=x%20y+z", "b"), "x y z");
    EXPECT_EQ(query("/h?a=1&b", "b"), "");
    EXPECT_EQ(query("/h?a=b=c", "a"), "b=c");
    EXPECT_EQ(query("/h?hub.mode=subscribe", "hub.mode"), "subscribe");
    EXPECT_EQ(query("/h?hub%2Emode=x", "hub.mode"), "x");
    EXPECT_EQ(query("/h?%C3%A9=%E2%82%AC", "é"), "€");
}

TEST_F(HttpRequestTest, WhatIsNotThereOrBrokenIsHarmless) {
    EXPECT_EQ(query("/h", "a"), std::nullopt);
    EXPECT_EQ(query("/h?", "a"), std::nullopt);
    EXPECT_EQ(query("/h?&&&a=1", "a"), "1");
    EXPECT_EQ(query("/h?a=%", "a"), "%");
    EXPECT_EQ(query("/h?a=%4", "a"), "%4");
    EXPECT_EQ(query("/h?a=%zz", "a"), "%zz");
}

TEST(Response, RetryAfterIsSecondsOrNothing) {
    const auto after = [](std::string value) {
        return Response{429, {{"retry-after", std::move(value)}}, {}}.retry_after_ms();
    };

    EXPECT_EQ(after("0"), 0u);
    EXPECT_EQ(after("120"), 120'000u);
    EXPECT_EQ(after("Wed, 21 Oct 2026 07:28:00 GMT"), 0u);
    EXPECT_EQ(after("-5"), 0u);
    EXPECT_EQ(after("99999999999999999999"), 0u);
    EXPECT_EQ(Response{}.retry_after_ms(), 0u);
}

TEST(Response, ABodyThatIsNoJsonIsAPassingFault) {
    EXPECT_EQ((Response{200, {}, R"({"a":1})"}.json().at("a")), 1);
    try {
        (void)Response{502, {}, "<html>"}.json();
        ADD_FAILURE() << "no failure";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.code(), Code::retry);
        EXPECT_NE(std::string(failure.what()).find("502"), std::string::npos);
    }
    EXPECT_TRUE(Response{204}.ok());
    EXPECT_FALSE(Response{302}.ok());
}

TEST(Reporter, AnEmptyValueTravelsAsNothing) {
    std::vector<std::string> values;
    const maillon_reporter sink{
        sizeof(maillon_reporter), &values, [](void* ctx, std::size_t, const maillon_result* result) {
            static_cast<std::vector<std::string>*>(ctx)->emplace_back(view(result->value));
        }};
    Reporter reporter(sink);

    reporter.report(0, done(nullptr));
    reporter.report(1, done(json::object{{"a", "é"}}));
    reporter.report(2, fail(Code::rejected, "no"));

    EXPECT_EQ(values, (std::vector<std::string>{"", R"({"a":"é"})", ""}));
}

TEST(Emitter, AHostThatTakesNoMoreEndsTheWork) {
    const maillon_emitter full{sizeof(maillon_emitter), nullptr,
                               [](void*, const maillon_batch*, std::uint32_t, maillon_str) -> maillon_status {
                                   return MAILLON_CANCELLED;
                               }};
    Emitter out(full);
    try {
        out.advance("c");
        ADD_FAILURE() << "no failure";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.code(), Code::cancelled);
    }
}

TEST(Emitter, AttributesBelongToTheirOwnEvent) {
    using Seen = std::vector<std::pair<std::string, std::size_t>>;
    Seen seen;
    const maillon_emitter sink{
        sizeof(maillon_emitter), &seen,
        [](void* ctx, const maillon_batch* batch, std::uint32_t parent, maillon_str) -> maillon_status {
            EXPECT_EQ(parent, UINT32_MAX);
            for (std::size_t i = 0; i < batch->count; ++i) {
                const auto& event = static_cast<const maillon_event*>(batch->events)[i];
                const auto first = event.attr_count > 0 ? std::string(view(event.attrs[0].value)) : "";
                static_cast<Seen*>(ctx)->emplace_back(first, event.attr_count);
            }
            return MAILLON_OK;
        }};
    Emitter out(sink);

    out.emit(std::vector<NewEvent>{
        {"1", "t", "k", 1, 0, "one"}, {"2", "t", "k", 2, 0}, {"3", "t", "k", 3, 0, "three", "hub"}});

    EXPECT_EQ(seen, (Seen{{"one", 1}, {"", 0}, {"three", 2}}));
}

}  // namespace
}  // namespace maillon
