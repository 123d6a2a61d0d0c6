#include "core/expression/calendar.h"
#include "core/expression/functions.h"
#include "core/expression/opening_hours.h"
#include "core/expression/time_text.h"

#include <array>

namespace maillon::expression {
namespace {

constexpr std::string_view kZone = "unknown time zone";
constexpr std::string_view kZoneHint =
    "the name of a zone must be a constant; otherwise write an offset as '+02:00'";
constexpr std::string_view kOutside = "the moment lies outside the years 1 to 9999";

/// The zone that argument `index` names, UTC when there is none; nothing when it is unknown.
std::optional<LocalZone> place_of(const Call& call, std::size_t index) {
    if (index >= call.size()) return LocalZone{};
    if (call.prepared.zone) return LocalZone{.zone = call.prepared.zone.get()};
    const auto fixed = fixed_offset(call[index].as_text());
    return fixed ? std::optional(LocalZone{.east = *fixed}) : std::nullopt;
}

Value checked(const Call& call, std::int64_t seconds, std::uint32_t nanos) {
    return is_in_calendar(seconds) ? Value::timestamp(seconds, nanos) : call.fail(kOutside);
}

Value date(const Call& call) {
    if (!call.fits({Kind::timestamp}) && !call.fits({Kind::timestamp, Kind::text})) return call.no_overload();
    const auto place = place_of(call, 1);
    if (!place) return call.fail(kZone, kZoneHint);
    return call.text(date_text(WallClock(call[0].seconds(), call[0].nanos(), *place)));
}

Value format(const Call& call) {
    constexpr std::string_view kHint =
        "letters are y M d E Q H h a m s S XXX xxx as in 'dd.MM.yyyy HH:mm'; put words in quotation marks";
    if (!call.fits({Kind::timestamp, Kind::text}) && !call.fits({Kind::timestamp, Kind::text, Kind::text}))
        return call.no_overload();
    const auto place = place_of(call, 2);
    if (!place) return call.fail(kZone, kZoneHint);
    if (!call.frame.charge(1 + call[1].aux())) return call.frame.cost_failure();
    const auto out = format_time(call[1].as_text(), WallClock(call[0].seconds(), call[0].nanos(), *place));
    return out ? call.text(*out) : call.fail("the pattern of the time is not understood", kHint);
}

Value start_of_day(const Call& call) {
    if (!call.fits({Kind::timestamp}) && !call.fits({Kind::timestamp, Kind::text})) return call.no_overload();
    const auto place = place_of(call, 1);
    if (!place) return call.fail(kZone, kZoneHint);
    const WallClock now(call[0].seconds(), 0, *place);
    const std::int64_t wall = call[0].seconds() + now.east - now.second_of_day;
    return checked(call, first_moment(wall, *place), 0);
}

Value at(const Call& call) {
    if (!call.fits({Kind::text}) && !call.fits({Kind::text, Kind::text})) return call.no_overload();
    const auto place = place_of(call, 1);
    if (!place) return call.fail(kZone, kZoneHint);
    const auto wall = parse_wall_time(call[0].as_text());
    if (!wall) {
        return call.cannot_convert(
            "timestamp", "without zone, as '2026-01-31', '2026-01-31 08:30' or '2026-01-31T08:30:15'");
    }
    return checked(call, first_moment(wall->seconds, *place), wall->nanos);
}

Value within(const Call& call) {
    if (!call.fits({Kind::timestamp, Kind::text}) && !call.fits({Kind::timestamp, Kind::text, Kind::text}))
        return call.no_overload();
    const auto place = place_of(call, 2);
    if (!place) return call.fail(kZone, kZoneHint);
    std::optional<OpeningHours> read;
    const OpeningHours* hours = call.prepared.hours.get();
    if (hours == nullptr) {
        if (!call.frame.charge(1 + call[1].aux())) return call.frame.cost_failure();
        read = OpeningHours::parse(call[1].as_text());
        if (!read) return call.fail(OpeningHours::kProblem, OpeningHours::kHint);
        hours = &*read;
    }
    const WallClock now(call[0].seconds(), 0, *place);
    return Value::boolean(
        hours->is_open(now.weekday.iso_encoding() - 1, static_cast<int>(now.second_of_day / 60)));
}

using enum FunctionRow::Style;
constexpr std::array kRows{
    FunctionRow{"time.date", global, 1, 2, date, "(timestamp, string?) -> string", -1, 1},
    FunctionRow{"time.format", global, 2, 3, format, "(timestamp, string, string?) -> string", -1, 2},
    FunctionRow{"time.startOfDay", global, 1, 2, start_of_day, "(timestamp, string?) -> timestamp", -1, 1},
    FunctionRow{"time.at", global, 1, 2, at, "(string, string?) -> timestamp", -1, 1},
    FunctionRow{"time.within", global, 2, 3, within, "(timestamp, string, string?) -> bool", -1, 2, 1},
};

}  // namespace

std::span<const FunctionRow> calendar_functions() {
    return kRows;
}

}  // namespace maillon::expression
