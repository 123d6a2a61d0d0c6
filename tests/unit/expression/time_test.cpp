#include "core/expression/time_text.h"

#include "core/expression/zone.h"
#include "tests/unit/expression/support.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace maillon::expression {
namespace {

TEST(Timestamps, ReadAndWriteTheSameMoment) {
    const auto round_trip = [](std::string_view text) {
        const auto parsed = parse_timestamp(text);
        return parsed ? timestamp_to_text(*parsed) : "none";
    };

    EXPECT_EQ(round_trip("1970-01-01T00:00:00Z"), "1970-01-01T00:00:00Z");
    EXPECT_EQ(round_trip("0001-01-01T00:00:00.000000001Z"), "0001-01-01T00:00:00.000000001Z");
    EXPECT_EQ(round_trip("9999-12-31T23:59:59.999999999Z"), "9999-12-31T23:59:59.999999999Z");
    EXPECT_EQ(round_trip("2024-02-29t12:30:00.50-03:30"), "2024-02-29T16:00:00.5Z");
    for (const auto wrong :
         {"0000-12-31T00:00:00Z", "2023-02-29T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00",
          "2024-01-01", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00+0200", "2024-01-01T00:00:00Zx",
          "0001-01-01T00:00:00+01:00", ""}) {
        EXPECT_EQ(round_trip(wrong), "none") << wrong;
    }
}

TEST(Durations, ReadAllUnitsAndWriteSeconds) {
    const auto round_trip = [](std::string_view text) {
        const auto parsed = parse_duration(text);
        return parsed ? duration_to_text(*parsed) : "none";
    };

    EXPECT_EQ(round_trip("1h30m"), "5400s");
    EXPECT_EQ(round_trip("-1.5h"), "-5400s");
    EXPECT_EQ(round_trip("1h34us"), "3600.000034s");
    EXPECT_EQ(round_trip(".5s"), "0.5s");
    EXPECT_EQ(round_trip("0"), "0s");
    EXPECT_EQ(round_trip("250ms"), "0.25s");
    EXPECT_EQ(round_trip("1.5ns"), "0.000000001s");
    EXPECT_EQ(round_trip("9223372036.854775807s"), "9223372036.854775807s");
    EXPECT_EQ(round_trip("-9223372036.854775808s"), "-9223372036.854775808s");
    for (const auto wrong :
         {"9223372036.854775808s", "1", "h", "1d", "1h-1m", "", "-", "1..5s", "99999999999999999999s"}) {
        EXPECT_EQ(round_trip(wrong), "none") << wrong;
    }
}

std::int64_t moment(std::string_view text) {
    return parse_timestamp(text).value().seconds();
}

TEST(ZoneRules, FollowTheYearlyNotationOfPosix) {
    const auto paris = ZoneRule::parse("CET-1CEST,M3.5.0,M10.5.0/3").value();
    EXPECT_EQ(paris.offset_at(moment("2050-03-27T00:59:59Z")), 3600);
    EXPECT_EQ(paris.offset_at(moment("2050-03-27T01:00:00Z")), 7200);
    EXPECT_EQ(paris.offset_at(moment("2050-10-30T00:59:59Z")), 7200);
    EXPECT_EQ(paris.offset_at(moment("2050-10-30T01:00:00Z")), 3600);

    const auto sydney = ZoneRule::parse("AEST-10AEDT,M10.1.0,M4.1.0/3").value();
    EXPECT_EQ(sydney.offset_at(moment("2050-01-15T00:00:00Z")), 39'600);
    EXPECT_EQ(sydney.offset_at(moment("2050-07-15T00:00:00Z")), 36'000);

    EXPECT_EQ(ZoneRule::parse("<+0545>-5:45")->offset_at(0), 20'700);
    EXPECT_EQ(ZoneRule::parse("AAA3BBB,J60/0,J300/0")->offset_at(moment("2024-03-01T03:00:00Z")), -7200);
    EXPECT_EQ(ZoneRule::parse("AAA3BBB,J60/0,J300/0")->offset_at(moment("2024-03-01T02:59:59Z")), -10'800);
    for (const auto wrong :
         {"", "CET", "CET-1CEST", "CET-1CEST,M13.1.0,M10.5.0", "C-1", "CET-1CEST,M3.5.0,M10.5.0/3x"}) {
        EXPECT_FALSE(ZoneRule::parse(wrong).has_value()) << wrong;
    }
}

/// A compiled zone with one change, at 1000 s from +1 h to +2 h, and a rule for later.
std::string compiled_zone(std::string_view rule) {
    const auto big = [](std::uint64_t value, int bytes) {
        std::string out;
        while (bytes-- > 0) out += static_cast<char>(value >> (8 * bytes));
        return out;
    };
    const auto header = [&](std::uint64_t times, std::uint64_t types) {
        return "TZif2" + std::string(15, '\0') + big(0, 4) + big(0, 4) + big(0, 4) + big(times, 4) +
               big(types, 4) + big(4, 4);
    };
    const auto type = [&](std::uint64_t east) { return big(east, 4) + std::string(2, '\0'); };
    return header(0, 1) + type(0) + std::string("UTC\0", 4) + header(1, 2) + big(1000, 8) + '\1' +
           type(3600) + type(7200) + std::string("UTC\0", 4) + "\n" + std::string(rule) + "\n";
}

TEST(Zones, AreReadFromTheirCompiledForm) {
    const auto zone = Zone::parse(compiled_zone(""));
    ASSERT_NE(zone, nullptr);

    EXPECT_EQ(zone->offset_at(999), 3600);
    EXPECT_EQ(zone->offset_at(1000), 7200);
    EXPECT_EQ(Zone::parse(compiled_zone("XXX-3"))->offset_at(1000), 10'800);
}

TEST(Zones, ThatAreCutOrMadeUpAreRefused) {
    const std::string whole = compiled_zone("XXX-3");

    for (std::size_t length = 0; length + 8 < whole.size(); ++length) {
        EXPECT_EQ(Zone::parse(std::string_view(whole).substr(0, length)), nullptr) << length;
    }
    EXPECT_EQ(Zone::load("/usr/share/zoneinfo", "../../../etc/passwd"), nullptr);
    EXPECT_EQ(Zone::load(MAILLON_SOURCE_DIR, "CMakeLists"), nullptr);
}

TEST(Zones, OfTheSystemServeConstantNames) {
    if (!std::filesystem::exists("/usr/share/zoneinfo/Europe/Paris"))
        GTEST_SKIP() << "this machine has no tzdata";
    Bench run(R"({"zone":"Europe/Paris","offset":"+05:45"})");

    EXPECT_EQ(run("timestamp('2026-07-01T23:30:00Z').getDate('Europe/Paris')"), "2");
    EXPECT_EQ(run("timestamp('2026-01-01T12:00:00Z').getHours('Europe/Paris')"), "13");
    EXPECT_EQ(run("timestamp('2126-07-01T12:00:00Z').getHours('America/New_York')"), "8");
    EXPECT_EQ(run("timestamp('2026-01-01T12:00:00Z').getMinutes(event.offset)"), "45");
}

TEST(Zones, UnknownOnesAreFoundBeforeAnyEvaluation) {
    Bench run(R"({"zone":"Europe/Paris"})");

    EXPECT_EQ(run("timestamp(0).getHours('Europe/Pari')"),
              "problem: unknown time zone 'Europe/Pari'; as in 'Europe/Paris', '+02:00' or 'UTC'");
    EXPECT_EQ(run("timestamp(0).getHours(event.zone)"),
              "error: unknown time zone; the name of a zone must be a constant; otherwise write an offset as "
              "'+02:00'");
}

}  // namespace
}  // namespace maillon::expression
