#include "moments.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace maillon::sugarcrm {
namespace {

/// Takes text apart from the left; once something does not fit, `good` stays false.
class Cutter {
public:
    explicit Cutter(std::string_view text) : rest_(text) {}
    bool good() const { return good_; }
    bool at_end() const { return rest_.empty(); }
    int number(std::size_t digits) {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            const char c = next();
            if (c < '0' || c > '9') good_ = false;
            if (good_) value = value * 10 + (c - '0');
        }
        return value;
    }
    void one_of(std::string_view allowed) {
        if (allowed.find(next()) == std::string_view::npos) good_ = false;
    }
    bool skip(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// Digits after the decimal point, as milliseconds.
    int fraction() {
        int value = 0;
        int digits = 0;
        while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
            if (digits < 3) value = value * 10 + (rest_.front() - '0');
            ++digits;
            rest_.remove_prefix(1);
        }
        if (digits == 0) good_ = false;
        for (; digits < 3; ++digits) value *= 10;
        return value;
    }

private:
    char next() {
        if (rest_.empty()) {
            good_ = false;
            return '\0';
        }
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }
    std::string_view rest_;
    bool good_ = true;
};

/// Minutes east of UTC.
int offset_of(Cutter& cut) {
    if (cut.at_end() || cut.skip('Z') || cut.skip('z')) return 0;
    const bool west = cut.skip('-');
    if (!west) cut.one_of("+");
    const int hours = cut.number(2);
    cut.skip(':');
    const int minutes = hours * 60 + cut.number(2);
    return west ? -minutes : minutes;
}

}  // namespace

std::optional<std::int64_t> moment(std::string_view text) {
    namespace ch = std::chrono;
    Cutter cut(text);
    const int year = cut.number(4);
    cut.one_of("-");
    const int month = cut.number(2);
    cut.one_of("-");
    const int day = cut.number(2);
    cut.one_of("Tt ");
    const int hour = cut.number(2);
    cut.one_of(":");
    const int minute = cut.number(2);
    cut.one_of(":");
    const int second = cut.number(2);
    const int millis = cut.good() && cut.skip('.') ? cut.fraction() : 0;
    const int east = cut.good() ? offset_of(cut) : 0;
    const ch::year_month_day date{ch::year{year}, ch::month{static_cast<unsigned>(month)},
                                  ch::day{static_cast<unsigned>(day)}};
    if (!cut.good() || !cut.at_end() || !date.ok() || hour > 23 || minute > 59 || second > 60)
        return std::nullopt;
    const auto at = ch::sys_days{date} + ch::hours{hour} + ch::minutes{minute - east} + ch::seconds{second} +
                    ch::milliseconds{millis};
    return at.time_since_epoch().count();
}

std::string sugar_time(std::int64_t unix_ms) {
    namespace ch = std::chrono;
    const auto at = ch::floor<ch::seconds>(ch::sys_time<ch::milliseconds>{ch::milliseconds{unix_ms}});
    const auto day = ch::floor<ch::days>(at);
    const ch::year_month_day date{day};
    const ch::hh_mm_ss clock{at - day};
    std::array<char, 64> out{};
    std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d+00:00",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    return out.data();
}

}  // namespace maillon::sugarcrm
