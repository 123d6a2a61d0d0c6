#include "core/base/time.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

namespace maillon {
namespace {

using std::chrono::milliseconds;

/// Takes exactly `digits` decimal digits off the front of `text`, or fails.
bool take_digits(std::string_view& text, int digits, int& out) {
    if (text.size() < static_cast<std::size_t>(digits)) return false;
    out = 0;
    for (int i = 0; i < digits; ++i) {
        const char c = text[static_cast<std::size_t>(i)];
        if (c < '0' || c > '9') return false;
        out = out * 10 + (c - '0');
    }
    text.remove_prefix(static_cast<std::size_t>(digits));
    return true;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

/// Takes ".123": at least one digit, those behind the milliseconds dropped.
bool take_fraction(std::string_view& text, milliseconds& out) {
    if (!take(text, ".")) return true;
    if (text.empty() || text.front() < '0' || text.front() > '9') return false;
    int value = 0;
    int scale = 100;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        value += (text.front() - '0') * scale;
        scale /= 10;
        text.remove_prefix(1);
    }
    out = milliseconds{value};
    return true;
}

bool take_offset(std::string_view& text, std::chrono::minutes& offset) {
    if (take(text, "Zz")) return true;
    if (text.empty() || (text.front() != '+' && text.front() != '-')) return false;
    const int sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    int hours = 0;
    int minutes = 0;
    if (!take_digits(text, 2, hours)) return false;
    take(text, ":");
    if (!take_digits(text, 2, minutes) || hours > 23 || minutes > 59) return false;
    offset = std::chrono::minutes{sign * (hours * 60 + minutes)};
    return true;
}

constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> kUnits{
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::int64_t kLongestSpan = 100 * 366 * kUnits.back().second;

// The years that four digits can write.
constexpr TimePoint kFirst = std::chrono::sys_days{std::chrono::year{0} / 1 / 1};
constexpr TimePoint kLast = std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1} - milliseconds{1};

}  // namespace

std::string to_rfc3339(TimePoint t) {
    const auto day = std::chrono::floor<std::chrono::days>(t);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{t - day};
    std::array<char, 40> out{};
    const auto ms = static_cast<int>(clock.subseconds().count());
    int n =
        std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                      static_cast<int>(clock.seconds().count()));
    std::string text(out.data(), static_cast<std::size_t>(n));
    if (ms != 0) {
        n = std::snprintf(out.data(), out.size(), ".%03d", ms);
        text.append(out.data(), static_cast<std::size_t>(n));
    }
    return text + 'Z';
}

Result<TimePoint> parse_rfc3339(std::string_view text) {
    const std::string_view whole = text;
    const auto wrong = [&] { return rejected("'" + std::string(whole) + "' is not an RFC 3339 time"); };
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
    if (!take_digits(text, 4, y) || !take(text, "-") || !take_digits(text, 2, mo) || !take(text, "-") ||
        !take_digits(text, 2, d) || !take(text, "Tt ") || !take_digits(text, 2, h) || !take(text, ":") ||
        !take_digits(text, 2, mi) || !take(text, ":") || !take_digits(text, 2, s)) {
        return wrong();
    }
    milliseconds fraction{0};
    std::chrono::minutes offset{0};
    if (!take_fraction(text, fraction) || !take_offset(text, offset) || !text.empty()) return wrong();
    const std::chrono::year_month_day date{std::chrono::year{y},
                                           std::chrono::month{static_cast<unsigned>(mo)},
                                           std::chrono::day{static_cast<unsigned>(d)}};
    if (!date.ok() || h > 23 || mi > 59 || s > 60) return wrong();
    const TimePoint moment{std::chrono::sys_days{date}.time_since_epoch() + std::chrono::hours{h} +
                           std::chrono::minutes{mi} + std::chrono::seconds{s} + fraction - offset};
    if (moment < kFirst || moment > kLast) return wrong();
    return moment;
}

Result<milliseconds> parse_span(std::string_view text) {
    const std::string_view whole = text;
    const auto wrong = [&] {
        return rejected("'" + std::string(whole) +
                        "' is not a span of time: write for instance 500ms, 30s, 5m, 2h or 7d");
    };
    if (text.empty()) return wrong();
    std::int64_t total = 0;
    while (!text.empty()) {
        std::int64_t count = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (error != std::errc{} || count < 0 || count > 1'000'000'000) return wrong();
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const auto unit_end = std::min(text.find_first_of("0123456789"), text.size());
        const auto unit = text.substr(0, unit_end);
        text.remove_prefix(unit_end);
        bool known = false;
        for (const auto& [name, scale] : kUnits) {
            if (name != unit) continue;
            total += count * scale;
            known = true;
        }
        if (!known || total > kLongestSpan) return wrong();
    }
    return milliseconds{total};
}

std::string to_span(milliseconds span) {
    if (span.count() <= 0) return "0s";
    std::string out;
    auto left = span.count();
    for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
        const auto count = left / unit->second;
        left -= count * unit->second;
        if (count > 0) out += std::to_string(count) + std::string(unit->first);
    }
    return out;
}

}  // namespace maillon
