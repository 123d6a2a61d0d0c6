#include "core/expression/functions.h"
#include "core/expression/time_text.h"

#include <array>
#include <chrono>

namespace maillon::expression {
namespace {

/// A moment as the clock and calendar of a zone show it.
struct Local {
    std::chrono::year_month_day date;
    std::chrono::sys_days day;
    std::chrono::hh_mm_ss<std::chrono::seconds> clock;
    std::uint32_t nanos = 0;

    Local(std::int64_t seconds, std::uint32_t fraction)
        : day(std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(seconds)))),
          clock(std::chrono::sys_seconds(std::chrono::seconds(seconds)) - day),
          nanos(fraction) {
        date = day;
    }
};

using Part = std::int64_t (*)(const Local&);

std::int64_t full_year(const Local& t) {
    return static_cast<int>(t.date.year());
}
std::int64_t month(const Local& t) {
    return static_cast<unsigned>(t.date.month()) - 1;
}
std::int64_t day_of_month(const Local& t) {
    return static_cast<unsigned>(t.date.day()) - 1;
}
std::int64_t date(const Local& t) {
    return static_cast<unsigned>(t.date.day());
}
std::int64_t day_of_week(const Local& t) {
    return std::chrono::weekday(t.day).c_encoding();
}
std::int64_t day_of_year(const Local& t) {
    return (t.day - std::chrono::sys_days(t.date.year() / std::chrono::January / 1)).count();
}
std::int64_t hours(const Local& t) {
    return t.clock.hours().count();
}
std::int64_t minutes(const Local& t) {
    return t.clock.minutes().count();
}
std::int64_t seconds(const Local& t) {
    return t.clock.seconds().count();
}
std::int64_t milliseconds(const Local& t) {
    return t.nanos / 1'000'000;
}

template <Part part>
Value of_timestamp(const Call& call) {
    if (!call[0].is(Kind::timestamp)) return call.no_overload();
    std::int32_t east = 0;
    if (call.size() == 2) {
        if (!call[1].is(Kind::text)) return call.no_overload();
        if (call.prepared.zone) {
            east = call.prepared.zone->offset_at(call[0].seconds());
        } else if (const auto fixed = fixed_offset(call[1].as_text())) {
            east = *fixed;
        } else {
            return call.fail("unknown time zone",
                             "the name of a zone must be a constant; otherwise write an offset as '+02:00'");
        }
    }
    return Value::integer(part(Local(call[0].seconds() + east, call[0].nanos())));
}

/// The whole duration in `unit` nanoseconds, or a part of the timestamp.
template <Part part, std::int64_t unit>
Value of_either(const Call& call) {
    if (!call.fits({Kind::duration})) return of_timestamp<part>(call);
    return Value::integer(call[0].as_integer() / unit);
}

/// Of a duration only the millisecond part.
Value get_milliseconds(const Call& call) {
    if (!call.fits({Kind::duration})) return of_timestamp<milliseconds>(call);
    return Value::integer(call[0].as_integer() / 1'000'000 % 1000);
}

using enum FunctionRow::Style;
constexpr std::array kRows{
    FunctionRow{"getFullYear", method, 1, 2, of_timestamp<full_year>, "(timestamp, string?) -> int", -1, 1},
    FunctionRow{"getMonth", method, 1, 2, of_timestamp<month>, "(timestamp, string?) -> int", -1, 1},
    FunctionRow{"getDayOfMonth", method, 1, 2, of_timestamp<day_of_month>, "(timestamp, string?) -> int", -1,
                1},
    FunctionRow{"getDate", method, 1, 2, of_timestamp<date>, "(timestamp, string?) -> int", -1, 1},
    FunctionRow{"getDayOfWeek", method, 1, 2, of_timestamp<day_of_week>, "(timestamp, string?) -> int", -1,
                1},
    FunctionRow{"getDayOfYear", method, 1, 2, of_timestamp<day_of_year>, "(timestamp, string?) -> int", -1,
                1},
    FunctionRow{"getHours", method, 1, 2, of_either<hours, 3600 * kNanosPerSecond>,
                "(timestamp, string?) -> int | (duration) -> int", -1, 1},
    FunctionRow{"getMinutes", method, 1, 2, of_either<minutes, 60 * kNanosPerSecond>,
                "(timestamp, string?) -> int | (duration) -> int", -1, 1},
    FunctionRow{"getSeconds", method, 1, 2, of_either<seconds, kNanosPerSecond>,
                "(timestamp, string?) -> int | (duration) -> int", -1, 1},
    FunctionRow{"getMilliseconds", method, 1, 2, get_milliseconds,
                "(timestamp, string?) -> int | (duration) -> int", -1, 1},
};

}  // namespace

std::span<const FunctionRow> time_functions() {
    return kRows;
}

}  // namespace maillon::expression
