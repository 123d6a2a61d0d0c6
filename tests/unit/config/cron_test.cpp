#include "core/config/cron.h"

#include "core/base/time.h"

#include <gtest/gtest.h>

namespace maillon::config {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using std::chrono::sys_seconds;

TimePoint at(const std::string& text) {
    return parse_rfc3339(text).value();
}

seconds utc(sys_seconds) {
    return seconds{0};
}

/// Paris in 2026: summer from 29 March 01:00 UTC to 25 October 01:00 UTC.
seconds paris(sys_seconds moment) {
    const bool is_summer = moment >= at("2026-03-29T01:00:00Z") && moment < at("2026-10-25T01:00:00Z");
    return hours{is_summer ? 2 : 1};
}

/// The next `count` times after `after`, as text.
std::string times(const std::string& schedule, const std::string& after, int count,
                  const Cron::OffsetAt& zone = utc) {
    Cron::Mistake mistake;
    const auto cron = Cron::parse(schedule, mistake);
    if (!cron) return mistake.message;
    std::string out;
    auto moment = at(after);
    for (int i = 0; i < count; ++i) {
        const auto next = cron->next(moment, zone);
        if (!next) return out + "never";
        moment = *next;
        out += (i > 0 ? " " : "") + to_rfc3339(moment).substr(0, 16);
    }
    return out;
}

TEST(Cron, ComesAtItsTimesStrictlyAfterTheMoment) {
    EXPECT_EQ(times("0 3 * * *", "2026-01-01T03:00:00Z", 2), "2026-01-02T03:00 2026-01-03T03:00");
    EXPECT_EQ(times("0 3 * * *", "2026-01-01T02:59:59.999Z", 1), "2026-01-01T03:00");
    EXPECT_EQ(times("*/20 8-9 * * *", "2026-01-01T08:10:00Z", 6),
              "2026-01-01T08:20 2026-01-01T08:40 2026-01-01T09:00 2026-01-01T09:20 2026-01-01T09:40 "
              "2026-01-02T08:00");
    EXPECT_EQ(times("5,10-14/2 * * * *", "2026-01-01T00:04:30Z", 5),
              "2026-01-01T00:05 2026-01-01T00:10 2026-01-01T00:12 2026-01-01T00:14 2026-01-01T01:05");
    EXPECT_EQ(times("50/5 0 * * *", "2026-01-01T00:00:00Z", 3),
              "2026-01-01T00:50 2026-01-01T00:55 2026-01-02T00:50");
}

TEST(Cron, KnowsNamesAndShortForms) {
    EXPECT_EQ(times("0 0 1 JAN,jul *", "2026-02-01T00:00:00Z", 2), "2026-07-01T00:00 2027-01-01T00:00");
    EXPECT_EQ(times("0 9 * * mon-fri", "2026-01-02T10:00:00Z", 1), "2026-01-05T09:00");
    EXPECT_EQ(times("0 9 * * fri-sun", "2026-01-05T10:00:00Z", 4),
              "2026-01-09T09:00 2026-01-10T09:00 2026-01-11T09:00 2026-01-16T09:00");
    EXPECT_EQ(times("0 9 * * 7", "2026-01-05T10:00:00Z", 1), times("0 9 * * 0", "2026-01-05T10:00:00Z", 1));
    EXPECT_EQ(times("@daily", "2026-01-05T10:00:00Z", 1), "2026-01-06T00:00");
    EXPECT_EQ(times("@Hourly", "2026-01-05T10:00:00Z", 1), "2026-01-05T11:00");
    EXPECT_EQ(times("@weekly", "2026-01-05T10:00:00Z", 1), "2026-01-11T00:00");
    EXPECT_EQ(times("@monthly", "2026-01-05T10:00:00Z", 1), "2026-02-01T00:00");
    EXPECT_EQ(times("@yearly", "2026-01-05T10:00:00Z", 1), "2027-01-01T00:00");
}

TEST(Cron, OfTwoRestrictedKindsOfDayEitherIsEnough) {
    EXPECT_EQ(times("0 0 13 * fri", "2026-02-01T00:00:00Z", 4),
              "2026-02-06T00:00 2026-02-13T00:00 2026-02-20T00:00 2026-02-27T00:00");
    EXPECT_EQ(times("0 0 15 * fri", "2026-02-10T00:00:00Z", 2), "2026-02-13T00:00 2026-02-15T00:00");
    EXPECT_EQ(times("0 0 */2 * fri", "2026-02-01T00:00:00Z", 1), "2026-02-13T00:00")
        << "a field that begins with '*' restricts both";
}

TEST(Cron, WaitsForTheLeapDay) {
    EXPECT_EQ(times("0 0 29 2 *", "2026-01-01T00:00:00Z", 2), "2028-02-29T00:00 2032-02-29T00:00");
    EXPECT_EQ(times("0 * 29 2 *", "2028-02-29T23:00:00Z", 1), "2032-02-29T00:00");
    EXPECT_EQ(times("0 0 31 * *", "2026-01-31T00:00:00Z", 2), "2026-03-31T00:00 2026-05-31T00:00");
}

TEST(Cron, GoesByTheClocksOfTheZone) {
    EXPECT_EQ(times("0 3 * * *", "2026-01-01T00:00:00Z", 1, paris), "2026-01-01T02:00");
    EXPECT_EQ(times("0 3 * * *", "2026-07-01T00:00:00Z", 1, paris), "2026-07-01T01:00");
}

TEST(Cron, ATimeThatTheClocksLeaveOutComesOnceAtTheEndOfTheGap) {
    EXPECT_EQ(times("30 2 * * *", "2026-03-28T12:00:00Z", 2, paris), "2026-03-29T01:00 2026-03-30T00:30");
    EXPECT_EQ(times("0,20,40 2 * * *", "2026-03-28T12:00:00Z", 2, paris),
              "2026-03-29T01:00 2026-03-30T00:00");
    EXPECT_EQ(times("30 2,3 * * *", "2026-03-28T12:00:00Z", 2, paris), "2026-03-29T01:00 2026-03-29T01:30");
    EXPECT_EQ(times("30 * * * *", "2026-03-29T00:00:00Z", 2, paris), "2026-03-29T00:30 2026-03-29T01:30");
}

TEST(Cron, ATimeThatTheClocksShowTwiceComesOnceAndAScheduleOfEveryHourGoesOn) {
    EXPECT_EQ(times("30 2 * * *", "2026-10-24T12:00:00Z", 2, paris), "2026-10-25T00:30 2026-10-26T01:30");
    EXPECT_EQ(times("30 2 * * *", "2026-10-25T00:45:00Z", 1, paris), "2026-10-26T01:30");
    EXPECT_EQ(times("30 * * * *", "2026-10-24T23:45:00Z", 3, paris),
              "2026-10-25T00:30 2026-10-25T01:30 2026-10-25T02:30");
}

TEST(Cron, TellsTheLastTimeOfASpan) {
    Cron::Mistake mistake;
    const auto cron = Cron::parse("0 * * * *", mistake);
    ASSERT_TRUE(cron);
    EXPECT_EQ(cron->last(at("2026-01-01T00:00:00Z"), at("2026-01-01T05:30:00Z"), utc),
              at("2026-01-01T05:00:00Z"));
    EXPECT_EQ(cron->last(at("2026-01-01T05:00:00Z"), at("2026-01-01T05:59:00Z"), utc), std::nullopt);
    EXPECT_EQ(cron->last(at("2026-01-01T04:00:00Z"), at("2026-01-01T05:00:00Z"), utc),
              at("2026-01-01T05:00:00Z"))
        << "the end counts";
}

TEST(Cron, PlacesItsMistakes) {
    Cron::Mistake mistake;
    EXPECT_FALSE(Cron::parse("0 3  * 13 *", mistake));
    EXPECT_EQ(mistake.begin, 7u);
    EXPECT_EQ(mistake.end, 9u);
    for (const auto* wrong :
         {"", "* * * *", "-1 * * * *", "* * * * 8", "1-2-3 * * * *", "*/x * * * *", "1// * * * *",
          "*5 * * * *", "@", "@dail", "0 0 31 4,6 *", "99999999999 * * * *"}) {
        EXPECT_FALSE(Cron::parse(wrong, mistake)) << wrong;
        EXPECT_FALSE(mistake.message.empty()) << wrong;
    }
}

}  // namespace
}  // namespace maillon::config
