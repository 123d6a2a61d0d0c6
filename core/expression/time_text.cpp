#include "core/expression/time_text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ranges>

namespace maillon::expression {
namespace {

std::size_t count_digits(std::string_view text) {
    return std::min(text.find_first_not_of("0123456789"), text.size());
}

/// Reads fixed-width fields from the front of a text; `good` turns false at the first misfit.
struct Reader {
    std::string_view rest;
    bool good = true;

    int digits(std::size_t count) {
        int value = 0;
        for (std::size_t i = 0; i < count && good; ++i) {
            good = i < rest.size() && rest[i] >= '0' && rest[i] <= '9';
            if (good) value = value * 10 + (rest[i] - '0');
        }
        if (good) rest.remove_prefix(count);
        return value;
    }
    char one_of(std::string_view allowed) {
        good = good && !rest.empty() && allowed.find(rest.front()) != std::string_view::npos;
        if (!good) return '\0';
        const char found = rest.front();
        rest.remove_prefix(1);
        return found;
    }
    bool at(char c) const { return good && !rest.empty() && rest.front() == c; }
};

/// Nanoseconds; digits beyond those are dropped.
std::uint32_t fraction(Reader& in) {
    if (!in.at('.')) return 0;
    in.rest.remove_prefix(1);
    const std::size_t digits = count_digits(in.rest);
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 9; ++i)
        value = value * 10 + (i < digits ? static_cast<std::uint32_t>(in.rest[i] - '0') : 0);
    in.rest.remove_prefix(digits);
    in.good = in.good && digits > 0;
    return value;
}

/// Seconds east of UTC.
int offset(Reader& in) {
    const char sign = in.one_of("Zz+-");
    if (!in.good || sign == 'Z' || sign == 'z') return 0;
    const int hours = in.digits(2);
    in.one_of(":");
    const int minutes = in.digits(2);
    in.good = in.good && hours <= 23 && minutes <= 59;
    return (hours * 60 + minutes) * (sign == '-' ? -60 : 60);
}

void append_padded(std::string& out, unsigned value, std::size_t width) {
    const std::string digits = std::to_string(value);
    if (digits.size() < width) out.append(width - digits.size(), '0');
    out += digits;
}

void append_fraction(std::string& out, std::uint32_t nanos) {
    if (nanos == 0) return;
    out += '.';
    append_padded(out, nanos, 9);
    while (out.back() == '0') out.pop_back();
}

struct Unit {
    std::string_view name;
    std::int64_t nanos;
};
// Longer names first, so that "ms" is not read as minutes.
constexpr std::array<Unit, 8> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"\xC2\xB5s", 1'000},  // micro sign
                                      {"\xCE\xBCs", 1'000},  // Greek letter mu
                                      {"ms", 1'000'000},
                                      {"s", kNanosPerSecond},
                                      {"m", 60 * kNanosPerSecond},
                                      {"h", 3600 * kNanosPerSecond}}};

/// The decimal places of a number of units, as nanoseconds; what is less than one is dropped.
std::int64_t nanos_of_fraction(std::string_view digits, std::int64_t unit) {
    std::int64_t out = 0;
    for (const char digit : std::views::reverse(digits)) out = ((digit - '0') * unit + out) / 10;
    return out;
}

/// One "1.5h" from the front of `text`, taken off `total` (which counts downwards, since −2^63 is the larger
/// extreme).
bool take_term(std::string_view& text, std::int64_t& total) {
    const std::string_view whole = text.substr(0, count_digits(text));
    text.remove_prefix(whole.size());
    std::string_view part;
    if (text.starts_with('.')) {
        part = text.substr(1, count_digits(text.substr(1)));
        text.remove_prefix(1 + part.size());
    }
    const auto* unit =
        std::ranges::find_if(kUnits, [&](const Unit& each) { return text.starts_with(each.name); });
    if (unit == kUnits.end() || (whole.empty() && part.empty())) return false;
    text.remove_prefix(unit->name.size());
    std::int64_t count = 0;  // downwards
    for (const char digit : whole) {
        if (__builtin_mul_overflow(count, 10, &count) || __builtin_sub_overflow(count, digit - '0', &count))
            return false;
    }
    return !__builtin_mul_overflow(count, unit->nanos, &count) &&
           !__builtin_add_overflow(total, count, &total) &&
           !__builtin_sub_overflow(total, nanos_of_fraction(part, unit->nanos), &total);
}

}  // namespace

std::optional<Value> parse_timestamp(std::string_view text) {
    Reader in{text};
    const int year = in.digits(4);
    in.one_of("-");
    const int month = in.digits(2);
    in.one_of("-");
    const int day = in.digits(2);
    in.one_of("Tt");
    const int hour = in.digits(2);
    in.one_of(":");
    const int minute = in.digits(2);
    in.one_of(":");
    const int second = in.digits(2);
    const std::uint32_t nanos = fraction(in);
    const int east = offset(in);
    if (!in.good || !in.rest.empty() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    const auto date = std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(month)) /
                      std::chrono::day(static_cast<unsigned>(day));
    if (!date.ok()) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const std::int64_t seconds = days * 86'400 + hour * 3600 + minute * 60 + second - east;
    if (!is_in_calendar(seconds)) return std::nullopt;
    return Value::timestamp(seconds, nanos);
}

std::string timestamp_to_text(const Value& timestamp) {
    const std::chrono::sys_seconds moment{std::chrono::seconds(timestamp.seconds())};
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(moment - day);
    std::string out;
    out.reserve(32);
    append_padded(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    append_padded(out += '-', static_cast<unsigned>(date.month()), 2);
    append_padded(out += '-', static_cast<unsigned>(date.day()), 2);
    append_padded(out += 'T', static_cast<unsigned>(clock.hours().count()), 2);
    append_padded(out += ':', static_cast<unsigned>(clock.minutes().count()), 2);
    append_padded(out += ':', static_cast<unsigned>(clock.seconds().count()), 2);
    append_fraction(out, timestamp.nanos());
    return out += 'Z';
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text == "0") return 0;
    if (text.empty()) return std::nullopt;
    std::int64_t total = 0;
    while (!text.empty()) {
        if (!take_term(text, total)) return std::nullopt;
    }
    if (negative) return total;
    return total == INT64_MIN ? std::nullopt : std::optional(-total);
}

std::string duration_to_text(std::int64_t nanos) {
    std::string out = nanos < 0 ? "-" : "";
    const std::uint64_t size =
        nanos < 0 ? 0 - static_cast<std::uint64_t>(nanos) : static_cast<std::uint64_t>(nanos);
    out += std::to_string(size / kNanosPerSecond);
    append_fraction(out, static_cast<std::uint32_t>(size % kNanosPerSecond));
    return out += 's';
}

}  // namespace maillon::expression
