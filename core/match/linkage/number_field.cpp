#include "core/match/linkage/number_field.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

namespace maillon::match {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kEqual = 0.005, kNear = 0.20;  // in proportion: rounding, and another shop's price

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

double year_in(std::string_view text) {
    for (std::size_t at = 0; at + 4 <= text.size(); ++at) {
        const bool begins = at == 0 || !is_digit(text[at - 1]);
        const bool ends = at + 4 == text.size() || !is_digit(text[at + 4]);
        if (begins && ends && std::ranges::all_of(text.substr(at, 4), is_digit))
            return std::stod(std::string(text.substr(at, 4)));
    }
    return kNone;
}

}  // namespace

double NumberField::number_in(std::string_view text) {
    const auto begin = text.find_first_of("0123456789");
    if (begin == std::string_view::npos) return kNone;
    std::string digits = begin > 0 && text[begin - 1] == '-' ? "-" : "";
    bool has_point = false;
    for (auto at = begin; at < text.size() && digits.size() < 40; ++at) {
        const char c = text[at];
        const bool goes_on = at + 1 < text.size() && is_digit(text[at + 1]);
        if (is_digit(c))
            digits += c;
        else if (c == '.' && goes_on && !has_point)
            digits += '.', has_point = true;
        else if (c != ',' || !goes_on)
            break;
    }
    return std::stod(digits);
}

void NumberField::add(Side side, std::span<const Cell> cells) {
    double value = kNone;
    for (const auto& cell : cells) {
        if (std::isnan(value)) value = is_year_ ? year_in(cell.text) : number_in(cell.text);
    }
    numbers_[index(side)].push_back(value);
}

Level NumberField::compare(Row left, Row right) const {
    const double a = numbers_[0][left], b = numbers_[index(Side::right)][right];
    if (std::isnan(a) || std::isnan(b)) return kMissing;
    const double apart = std::abs(a - b);
    if (is_year_) return apart < 0.5 ? 1 : apart < 1.5 ? 2 : apart < 5.5 ? 3 : 4;
    const double whole = std::max(std::abs(a), std::abs(b));
    return apart <= kEqual * whole ? 1 : apart <= kNear * whole ? 2 : 3;
}

bool NumberField::has_value(Side side, Row row) const {
    return !std::isnan(numbers_[index(side)][row]);
}

std::string NumberField::shown(Side side, Row row) const {
    if (!has_value(side, row)) return {};
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.15g", numbers_[index(side)][row]);
    return text.data();
}

void NumberField::keys(Side side, Row row, std::string_view, std::vector<std::uint64_t>& out) const {
    if (has_value(side, row)) out.push_back(hash_of(shown(side, row)));
}

}  // namespace maillon::match
