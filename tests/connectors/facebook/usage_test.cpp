#include "usage.h"

#include "support.h"

namespace maillon::facebook {
namespace {

std::vector<Usage> read(const std::string& name, const std::string& value) {
    return usage_of({200, {{name, value}}, "{}"});
}

TEST(Usage, OfTheAppIsTheHighestOfItsCounters) {
    const auto usage = read("x-app-usage", R"({"call_count":28,"total_time":35,"total_cputime":25})");
    ASSERT_EQ(usage.size(), 1u);
    EXPECT_EQ(usage[0].scope, "app");
    EXPECT_EQ(usage[0].percent, 35);
    EXPECT_EQ(usage[0].minutes, 0);
}

TEST(Usage, CountsABusinessThatIsNamedTwice) {
    const auto usage =
        read("X-Business-Use-Case-Usage",
             R"({"66":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":19}],)"
             R"("10":[{"type":"messenger","call_count":97,"total_time":23}],)"
             R"("10":[{"type":"pages","call_count":96,"total_time":98}]})");
    ASSERT_EQ(usage.size(), 3u);
    EXPECT_EQ(usage[0].scope, "pages");
    EXPECT_EQ(usage[0].minutes, 19);
    EXPECT_EQ(usage[1].scope, "messenger");
    EXPECT_EQ(usage[1].percent, 97);
    EXPECT_EQ(usage[2].scope, "pages");
    EXPECT_EQ(usage[2].percent, 98);
}

TEST(Usage, OfNonsenseIsNothing) {
    for (const auto* value :
         {"", "{", "null", "[]", "7", "{}", "<html>", R"({"a":[{}]})", "\xff", R"({"call_count":"x"})"})
        EXPECT_TRUE(read("X-App-Usage", value).empty()) << value;
    EXPECT_TRUE(read("X-Business-Use-Case-Usage", std::string(100'000, '[')).empty());
    EXPECT_TRUE(usage_of({200, {}, "{}"}).empty());
}

TEST(Usage, BoundsAnEstimateThatCannotBe) {
    const auto usage = read("X-App-Usage", R"({"call_count":1e300,"estimated_time_to_regain_access":1e300})");
    ASSERT_EQ(usage.size(), 1u);
    EXPECT_EQ(usage[0].minutes, 1'000'000);
}

TEST(Usage, OfTheRecordedHeadersIsRead) {
    const auto text = fixture("api-usage-headers.json");
    if (!text) return;
    Response response{200, {}, "{}"};
    const auto recorded = json::parse(*text);
    for (const auto& [name, value] : recorded.as_object())
        response.headers.emplace_back(std::string(name), std::string(value.as_string()));
    const auto usage = usage_of(response);
    ASSERT_EQ(usage.size(), 5u);
    EXPECT_EQ(usage[1].scope, "page");
    EXPECT_EQ(usage[1].percent, 91);
    EXPECT_EQ(usage[2].minutes, 19);
}

}  // namespace
}  // namespace maillon::facebook
