#include "core/expression/calendar.h"

#include "core/expression/time_text.h"

#include <algorithm>
#include <array>

namespace maillon::expression {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};

void append_padded(std::string& out, std::int64_t number, std::size_t width) {
    const std::string digits = std::to_string(number);
    out.append(width > digits.size() ? width - digits.size() : 0, '0') += digits;
}

/// "+02:00", with `zulu` "Z" for none.
void append_offset(std::string& out, std::int32_t east, bool zulu) {
    if (zulu && east == 0) {
        out += 'Z';
        return;
    }
    out += east < 0 ? '-' : '+';
    append_padded(out, std::abs(east) / 3600, 2);
    out += ':';
    append_padded(out, std::abs(east) / 60 % 60, 2);
}

void append_name(std::string& out, std::string_view name, std::size_t width) {
    out += width >= 4 ? name : name.substr(0, 3);
}

void append_fraction(std::string& out, std::uint32_t nanos, std::size_t width) {
    std::string digits;
    append_padded(digits, nanos, 9);
    out.append(digits, 0, width);
}

/// One field: `width` times the same letter. False when there is no such field.
bool append_field(std::string& out, char letter, std::size_t width, const WallClock& t) {
    const auto month = static_cast<unsigned>(t.date.month());
    const std::int64_t hour = t.second_of_day / 3600, year = static_cast<int>(t.date.year());
    if (width > (letter == 'S' ? 9u : 4u)) return false;
    if (std::string_view("dHhms").find(letter) != std::string_view::npos && width > 2) return false;
    switch (letter) {
        case 'y': append_padded(out, width == 2 ? year % 100 : year, width); return true;
        case 'M':
            if (width > 2) {
                append_name(out, kMonths[month - 1], width);
            } else {
                append_padded(out, month, width);
            }
            return true;
        case 'd': append_padded(out, static_cast<unsigned>(t.date.day()), width); return true;
        case 'E': append_name(out, kWeekdays[t.weekday.c_encoding()], width); return true;
        case 'Q': append_padded(out, (month + 2) / 3, 1); return width == 1;
        case 'H': append_padded(out, hour, width); return true;
        case 'h': append_padded(out, (hour + 11) % 12 + 1, width); return true;
        case 'a': out += hour < 12 ? "AM" : "PM"; return width == 1;
        case 'm': append_padded(out, t.second_of_day / 60 % 60, width); return true;
        case 's': append_padded(out, t.second_of_day % 60, width); return true;
        case 'S': append_fraction(out, t.nanos, width); return true;
        case 'X':
        case 'x': append_offset(out, t.east, letter == 'X'); return width == 3;
        default: return false;
    }
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Takes a quoted part off the pattern; two marks in a row are one.
bool append_quoted(std::string& out, std::string_view& pattern) {
    pattern.remove_prefix(1);
    if (pattern.starts_with('\'')) {
        out += '\'';
        pattern.remove_prefix(1);
        return true;
    }
    for (std::size_t end = pattern.find('\''); end != std::string_view::npos; end = pattern.find('\'')) {
        out += pattern.substr(0, end);
        pattern.remove_prefix(end + 1);
        if (!pattern.starts_with('\'')) return true;
        out += '\'';
        pattern.remove_prefix(1);
    }
    return false;
}

}  // namespace

WallClock::WallClock(std::int64_t moment, std::uint32_t fraction, const LocalZone& place)
    : nanos(fraction), east(place.offset_at(moment)) {
    const std::chrono::sys_seconds wall{std::chrono::seconds(moment + east)};
    const auto day = std::chrono::floor<std::chrono::days>(wall);
    date = day;
    weekday = day;
    second_of_day = (wall - day).count();
}

std::int64_t first_moment(std::int64_t wall, const LocalZone& place) {
    const std::int32_t before = place.offset_at(wall - kDay), after = place.offset_at(wall + kDay);
    for (const std::int32_t east : {std::max(before, after), std::min(before, after)}) {
        if (place.offset_at(wall - east) == east) return wall - east;
    }
    // Skipped: the clock goes forward between these two moments.
    std::int64_t low = wall - std::max(before, after), high = wall - std::min(before, after);
    while (high - low > 1) {
        const std::int64_t middle = low + (high - low) / 2;
        (middle + place.offset_at(middle) >= wall ? high : low) = middle;
    }
    return high;
}

std::optional<WallTime> parse_wall_time(std::string_view text) {
    constexpr std::string_view kMidnight = "0000-00-00T00:00:00Z";
    std::string full(text);
    if (full.size() == 10) full += "T00:00";
    if (full.size() == 16) full += ":00";
    if (full.size() < kMidnight.size() - 1 || (full[10] != ' ' && full[10] != 'T')) return std::nullopt;
    if (full.find_first_of("zZ+", 19) != std::string::npos || full.find('-', 19) != std::string::npos)
        return std::nullopt;
    full[10] = 'T';
    const auto moment = parse_timestamp(full + "Z");
    if (!moment) return std::nullopt;
    return WallTime{moment->seconds(), moment->nanos()};
}

std::string date_text(const WallClock& time) {
    std::string out;
    append_padded(out, static_cast<int>(time.date.year()), 4);
    out += '-';
    append_padded(out, static_cast<unsigned>(time.date.month()), 2);
    out += '-';
    append_padded(out, static_cast<unsigned>(time.date.day()), 2);
    return out;
}

std::optional<std::string> format_time(std::string_view pattern, const WallClock& time) {
    std::string out;
    while (!pattern.empty()) {
        const char c = pattern.front();
        if (c == '\'') {
            if (!append_quoted(out, pattern)) return std::nullopt;
            continue;
        }
        const std::size_t width = std::min(pattern.find_first_not_of(c), pattern.size());
        if (!is_letter(c)) {
            out += pattern.substr(0, width);
        } else if (!append_field(out, c, width, time)) {
            return std::nullopt;
        }
        pattern.remove_prefix(width);
    }
    return out;
}

}  // namespace maillon::expression
