#include "core/net/retry_after.h"

#include "core/base/time.h"

#include <gtest/gtest.h>

namespace maillon {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

TimePoint at(std::string_view text) {
    return parse_rfc3339(text).value();
}

TEST(HttpDate, ReadsTheThreeFormsOfTheStandard) {
    const auto now = at("2026-09-14T00:00:00Z");
    const auto expected = at("1994-11-06T08:49:37Z");

    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", now), expected);
    EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", now), expected);
    EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994", now), expected);
    EXPECT_EQ(parse_http_date("Wed Nov 16 08:49:37 1994", now), at("1994-11-16T08:49:37Z"));
}

TEST(HttpDate, PutsAYearOfTwoDigitsWithinFiftyYears) {
    const auto now = at("2026-09-14T00:00:00Z");

    EXPECT_EQ(parse_http_date("Friday, 06-Nov-76 08:49:37 GMT", now), at("2076-11-06T08:49:37Z"));
    EXPECT_EQ(parse_http_date("Sunday, 06-Nov-77 08:49:37 GMT", now), at("1977-11-06T08:49:37Z"));
}

TEST(HttpDate, RefusesWhatIsNoDate) {
    const auto now = at("2026-09-14T00:00:00Z");
    for (const char* text :
         {"", "Sun", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
          "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:49:37 GMT!",
          "Son, 06 Nov 1994 08:49:37 GMT", "Sun Nov 06 08:49:37 94"}) {
        EXPECT_EQ(parse_http_date(text, now), std::nullopt) << text;
    }
}

TEST(RetryAfter, ReadsSeconds) {
    const auto now = at("2026-09-14T00:00:00Z");

    EXPECT_EQ(parse_retry_after("0", now), 0ms);
    EXPECT_EQ(parse_retry_after(" 120 ", now), milliseconds{120s});
}

TEST(RetryAfter, ReadsADateRelativeToNow) {
    const auto now = at("2026-09-14T08:00:00Z");

    EXPECT_EQ(parse_retry_after("Mon, 14 Sep 2026 08:00:30 GMT", now), milliseconds{30s});
    EXPECT_EQ(parse_retry_after("Mon, 14 Sep 2026 07:00:00 GMT", now), 0ms);
}

TEST(RetryAfter, WaitsAYearAtMost) {
    const auto now = at("2026-09-14T08:00:00Z");
    const milliseconds year = std::chrono::hours{24 * 365};

    EXPECT_EQ(parse_retry_after("99999999999999999999999", now), year);
    EXPECT_EQ(parse_retry_after("31536001", now), year);
    EXPECT_EQ(parse_retry_after("Mon, 14 Sep 2099 08:00:00 GMT", now), year);
}

TEST(RetryAfter, GivesNothingForWhatItCannotRead) {
    const auto now = at("2026-09-14T08:00:00Z");
    for (const char* text : {"", "  ", "soon", "-1", "1.5", "10s"}) {
        EXPECT_EQ(parse_retry_after(text, now), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace maillon
