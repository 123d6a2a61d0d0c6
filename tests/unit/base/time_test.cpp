#include "core/base/time.h"

#include <gtest/gtest.h>

namespace maillon {
namespace {

using namespace std::chrono_literals;

std::int64_t parsed(std::string_view text) {
    const auto t = parse_rfc3339(text);
    EXPECT_TRUE(t) << text;
    return t ? millis(*t) : -1;
}

TEST(Rfc3339, ReadsTheExamplesOfTheStandard) {
    EXPECT_EQ(parsed("1985-04-12T23:20:50.52Z"), 482'196'050'520);
    EXPECT_EQ(parsed("1996-12-19T16:39:57-08:00"), 851'042'397'000);
    EXPECT_EQ(parsed("1937-01-01T12:00:27.87+00:20"), -1'041'337'172'130);
    EXPECT_EQ(parsed("1970-01-01T00:00:00Z"), 0);
}

TEST(Rfc3339, ALeapSecondIsTheFirstOfTheNextMinute) {
    EXPECT_EQ(parsed("1990-12-31T23:59:60Z"), parsed("1991-01-01T00:00:00Z"));
}

TEST(Rfc3339, TakesTheLettersInBothCasesASpaceAndAnOffsetWithoutColon) {
    const auto expected = parsed("2026-09-14T08:12:44Z");

    EXPECT_EQ(parsed("2026-09-14t08:12:44z"), expected);
    EXPECT_EQ(parsed("2026-09-14 08:12:44Z"), expected);
    EXPECT_EQ(parsed("2026-09-14T08:12:44+0000"), expected);
    EXPECT_EQ(parsed("2026-09-14T10:12:44+0200"), expected);
}

TEST(Rfc3339, CutsTheFractionToMilliseconds) {
    EXPECT_EQ(parsed("1970-01-01T00:00:00.1Z"), 100);
    EXPECT_EQ(parsed("1970-01-01T00:00:00.0019Z"), 1);
    EXPECT_EQ(parsed("1970-01-01T00:00:00.123456789Z"), 123);
}

TEST(Rfc3339, RefusesWhatIsNoTimeAndQuotesIt) {
    for (const auto* text :
         {"", "now", "2026-09-14", "2026-09-14T08:12Z", "2026-09-14T08:12:44", "2026-13-01T00:00:00Z",
          "2026-00-01T00:00:00Z", "2025-02-29T00:00:00Z", "2026-09-31T00:00:00Z", "2026-09-14T24:00:00Z",
          "2026-09-14T08:60:00Z", "2026-09-14T08:12:61Z", "2026-09-14T08:12:44.Z",
          "2026-09-14T08:12:44+24:00", "2026-09-14T08:12:44+02:60", "2026-09-14T08:12:44Zx",
          " 2026-09-14T08:12:44Z", "26-09-14T08:12:44Z", "2026-09-14T08:12:4aZ"}) {
        const auto t = parse_rfc3339(text);
        ASSERT_FALSE(t) << text;
        EXPECT_EQ(t.error().what, "'" + std::string(text) + "' is not an RFC 3339 time");
        EXPECT_EQ(t.error().kind, FaultKind::rejected);
    }
}

TEST(Rfc3339, RefusesAMomentOutsideTheYearsThatItCanWrite) {
    EXPECT_TRUE(parse_rfc3339("9999-12-31T23:59:59.999Z"));
    EXPECT_FALSE(parse_rfc3339("9999-12-31T23:59:59-00:01"));
    EXPECT_TRUE(parse_rfc3339("0000-01-01T00:00:00Z"));
    EXPECT_FALSE(parse_rfc3339("0000-01-01T00:00:00+00:01"));
}

TEST(Rfc3339, IsWrittenInUtcWithMillisecondsOnlyWhereThereAreAny) {
    EXPECT_EQ(to_rfc3339(from_millis(0)), "1970-01-01T00:00:00Z");
    EXPECT_EQ(to_rfc3339(from_millis(1'789'373'564'000)), "2026-09-14T08:12:44Z");
    EXPECT_EQ(to_rfc3339(from_millis(1'789'373'564'250)), "2026-09-14T08:12:44.250Z");
    EXPECT_EQ(to_rfc3339(from_millis(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(Rfc3339, WhatIsWrittenIsReadBack) {
    for (const std::int64_t ms : {0LL, 1LL, -1LL, 951'782'400'000LL, 1'789'373'564'250LL,
                                  253'402'300'799'999LL, -62'167'219'200'000LL}) {
        EXPECT_EQ(parsed(to_rfc3339(from_millis(ms))), ms);
    }
}

TEST(Span, ReadsEveryUnitAndSeveralInARow) {
    EXPECT_EQ(parse_span("500ms").value(), 500ms);
    EXPECT_EQ(parse_span("30s").value(), 30s);
    EXPECT_EQ(parse_span("5m").value(), 5min);
    EXPECT_EQ(parse_span("2h").value(), 2h);
    EXPECT_EQ(parse_span("7d").value(), std::chrono::days{7});
    EXPECT_EQ(parse_span("1h30m").value(), 90min);
    EXPECT_EQ(parse_span("0s").value(), 0ms);
}

TEST(Span, RefusesWhatIsNoneAndSaysHowToWriteOne) {
    for (const auto* text :
         {"", "5", "s", "-5s", "5 s", "5y", "1.5h", "5m-3s", "5M", "99999999999999999999s", "1h30"}) {
        const auto span = parse_span(text);
        ASSERT_FALSE(span) << text;
        EXPECT_EQ(
            span.error().what,
            "'" + std::string(text) + "' is not a span of time: write for instance 500ms, 30s, 5m, 2h or 7d");
    }
}

TEST(Span, OfMoreThanAHundredYearsIsAMistakeAndNeverAnOverflow) {
    EXPECT_TRUE(parse_span("36500d"));
    EXPECT_FALSE(parse_span("36601d"));
    std::string many;
    for (int i = 0; i < 200; ++i) many += "1000000000d";

    EXPECT_FALSE(parse_span(many));
}

TEST(Span, IsWrittenInItsShortestForm) {
    EXPECT_EQ(to_span(0ms), "0s");
    EXPECT_EQ(to_span(90min), "1h30m");
    EXPECT_EQ(to_span(86'400'000ms), "1d");
    EXPECT_EQ(to_span(1'500ms), "1s500ms");
    EXPECT_EQ(to_span(90'061'001ms), "1d1h1m1s1ms");
}

}  // namespace
}  // namespace maillon
