#include "core/net/retry_after.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace maillon {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kLongest = std::chrono::hours{24 * 365};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> kLongDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};

/// Takes pieces off the front of a text; once one is missing, everything fails.
class Cutter {
public:
    explicit Cutter(std::string_view text) : rest_(text) {}

    void skip(std::string_view piece) {
        good_ = good_ && rest_.starts_with(piece);
        if (good_) rest_.remove_prefix(piece.size());
    }
    int number(std::size_t digits) {
        int out = 0;
        good_ = good_ && rest_.size() >= digits &&
                std::all_of(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(digits),
                            [](char c) { return c >= '0' && c <= '9'; });
        if (!good_) return 0;
        std::from_chars(rest_.data(), rest_.data() + digits, out);
        rest_.remove_prefix(digits);
        return out;
    }
    template <std::size_t N>
    unsigned one_of(const std::array<std::string_view, N>& words) {
        for (unsigned i = 0; i < N; ++i) {
            if (!rest_.starts_with(words[i])) continue;
            rest_.remove_prefix(words[i].size());
            return i;
        }
        good_ = false;
        return 0;
    }
    seconds time_of_day() {
        const int h = number(2);
        skip(":");
        const int m = number(2);
        skip(":");
        const int s = number(2);
        good_ = good_ && h < 24 && m < 60 && s <= 60;
        return seconds{h * 3600 + m * 60 + s};
    }
    bool begins_with(char c) const { return rest_.starts_with(c); }
    bool is_done() const { return good_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool good_ = true;
};

std::optional<TimePoint> time_from(const Cutter& cutter, int year, unsigned month, int day, seconds time) {
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month + 1},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!cutter.is_done() || !date.ok()) return std::nullopt;
    return TimePoint{std::chrono::sys_days{date}} + time;
}

/// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<TimePoint> imf_fixdate(std::string_view text) {
    Cutter cutter(text);
    cutter.one_of(kDays);
    cutter.skip(", ");
    const int day = cutter.number(2);
    cutter.skip(" ");
    const auto month = cutter.one_of(kMonths);
    cutter.skip(" ");
    const int year = cutter.number(4);
    cutter.skip(" ");
    const auto time = cutter.time_of_day();
    cutter.skip(" GMT");
    return time_from(cutter, year, month, day, time);
}

/// "Sunday, 06-Nov-94 08:49:37 GMT". A year that seems more than 50 years ahead is the past century's.
std::optional<TimePoint> rfc850_date(std::string_view text, TimePoint now) {
    Cutter cutter(text);
    cutter.one_of(kLongDays);
    cutter.skip(", ");
    const int day = cutter.number(2);
    cutter.skip("-");
    const auto month = cutter.one_of(kMonths);
    cutter.skip("-");
    int year = cutter.number(2);
    cutter.skip(" ");
    const auto time = cutter.time_of_day();
    cutter.skip(" GMT");
    const int this_year =
        static_cast<int>(std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(now)}.year());
    year += this_year - this_year % 100;
    if (year > this_year + 50) year -= 100;
    return time_from(cutter, year, month, day, time);
}

/// "Sun Nov  6 08:49:37 1994"
std::optional<TimePoint> asctime_date(std::string_view text) {
    Cutter cutter(text);
    cutter.one_of(kDays);
    cutter.skip(" ");
    const auto month = cutter.one_of(kMonths);
    cutter.skip(" ");
    const bool padded = cutter.begins_with(' ');
    if (padded) cutter.skip(" ");
    const int day = cutter.number(padded ? 1 : 2);
    cutter.skip(" ");
    const auto time = cutter.time_of_day();
    cutter.skip(" ");
    const int year = cutter.number(4);
    return time_from(cutter, year, month, day, time);
}

}  // namespace

std::optional<TimePoint> parse_http_date(std::string_view text, TimePoint now) {
    if (const auto time = imf_fixdate(text)) return time;
    if (const auto time = rfc850_date(text, now)) return time;
    return asctime_date(text);
}

std::optional<milliseconds> parse_retry_after(std::string_view value, TimePoint now) {
    while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
    while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
    if (value.empty()) return std::nullopt;
    if (std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; })) {
        std::int64_t count = 0;
        const auto error = std::from_chars(value.data(), value.data() + value.size(), count).ec;
        const bool huge = error != std::errc{} || count > seconds{kLongest}.count();
        return huge ? milliseconds{kLongest} : milliseconds{seconds{count}};
    }
    const auto time = parse_http_date(value, now);
    if (!time) return std::nullopt;
    return std::clamp(*time - now, milliseconds{0}, milliseconds{kLongest});
}

}  // namespace maillon
