#include "core/expression/zone_rule.h"

#include <chrono>

namespace maillon::expression {

/// Takes a POSIX rule apart from the front; `good` turns false at the first misfit.
class ZoneRule::Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool good() const { return good_; }
    bool at_end() const { return rest_.empty(); }
    bool at(char c) const { return rest_.starts_with(c); }
    bool accept(char c) {
        if (!at(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void name() {
        const bool quoted = accept('<');
        std::size_t length = 0;
        const auto fits = [&](char c) {
            return quoted ? c != '>' : (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        };
        while (length < rest_.size() && fits(rest_[length])) ++length;
        rest_.remove_prefix(length);
        good_ = good_ && length >= 3 && (!quoted || accept('>'));
    }

    int number() {
        int value = 0;
        bool digits = false;
        for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9' && value < 1000; rest_.remove_prefix(1)) {
            value = value * 10 + (rest_[0] - '0');
            digits = true;
        }
        good_ = good_ && digits;
        return value;
    }

    /// [+-]hh[:mm[:ss]] in seconds.
    std::int32_t time() {
        const bool negative = accept('-');
        if (!negative) accept('+');
        std::int32_t seconds = number() * 3600;
        if (accept(':')) seconds += number() * 60;
        if (accept(':')) seconds += number();
        return negative ? -seconds : seconds;
    }

    Change change() {
        Change out;
        good_ = good_ && accept(',');
        if (accept('M')) {
            out.month = number();
            good_ = good_ && accept('.');
            out.week = number();
            good_ = good_ && accept('.');
            out.day = number();
            good_ =
                good_ && out.month >= 1 && out.month <= 12 && out.week >= 1 && out.week <= 5 && out.day <= 6;
        } else {
            out.form = accept('J') ? Change::Form::julian : Change::Form::day_of_year;
            out.day = number();
            good_ = good_ && out.day <= 365;
        }
        if (accept('/')) out.time = time();
        return out;
    }

private:
    std::string_view rest_;
    bool good_ = true;
};

std::int64_t ZoneRule::Change::in(int year) const {
    using namespace std::chrono;
    const auto y = std::chrono::year(year);
    sys_days date = y / January / 1;
    if (form == Form::week_of_month) {
        const auto m = y / std::chrono::month(static_cast<unsigned>(month));
        const weekday on(static_cast<unsigned>(day));
        date = week == 5 ? sys_days(m / on[last]) : sys_days(m / on[static_cast<unsigned>(week)]);
    } else if (form == Form::julian) {
        date += days(day - 1 + (y.is_leap() && day >= 60 ? 1 : 0));  // 29 February is never counted
    } else {
        date += days(day);
    }
    return static_cast<std::int64_t>(date.time_since_epoch().count()) * 86'400 + time;
}

std::optional<ZoneRule> ZoneRule::parse(std::string_view text) {
    Reader in(text);
    ZoneRule out;
    in.name();
    out.standard_ = -in.time();  // POSIX counts west of Greenwich
    if (in.good() && !in.at_end()) {
        out.has_summer_ = true;
        in.name();
        out.summer_ = in.at(',') ? out.standard_ + 3600 : -in.time();
        out.begin_ = in.change();
        out.end_ = in.change();
    }
    return in.good() && in.at_end() ? std::optional(out) : std::nullopt;
}

std::int32_t ZoneRule::offset_at(std::int64_t moment) const {
    if (!has_summer_) return standard_;
    using namespace std::chrono;
    const sys_days today = floor<days>(sys_seconds(seconds(moment + standard_)));
    const int year = static_cast<int>(year_month_day(today).year());
    const std::int64_t begin = begin_.in(year)-standard_, end = end_.in(year)-summer_;
    const bool is_summer = begin < end ? moment >= begin && moment < end : moment < end || moment >= begin;
    return is_summer ? summer_ : standard_;
}

}  // namespace maillon::expression
