#include "core/expression/numbers.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace maillon::expression {
namespace {

/// Shortest digits and decimal exponent of a finite, positive value: digits d1d2d3, value d1.d2d3 ·
/// 10^exponent.
struct Decimal {
    std::array<char, 32> digits{};
    std::size_t count = 0;
    int exponent = 0;
};

Decimal shortest(double value) {
    std::array<char, 40> text;
    const char* end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific).ptr;
    Decimal out;
    const char* at = text.data();
    for (; at != end && *at != 'e'; ++at) {
        if (*at != '.') out.digits[out.count++] = *at;
    }
    ++at;
    if (at != end && *at == '+') ++at;
    std::from_chars(at, end, out.exponent);
    return out;
}

void append_plain(std::string& out, const Decimal& d) {
    const auto digits = std::string_view(d.digits.data(), d.count);
    if (d.exponent < 0) {
        out += "0.";
        out.append(static_cast<std::size_t>(-d.exponent - 1), '0');
        out += digits;
        return;
    }
    const auto whole = static_cast<std::size_t>(d.exponent) + 1;
    out += digits.substr(0, whole);
    if (d.count < whole) out.append(whole - d.count, '0');
    if (d.count > whole) (out += '.') += digits.substr(whole);
}

void append_scientific(std::string& out, const Decimal& d) {
    out += d.digits[0];
    if (d.count > 1) (out += '.') += std::string_view(d.digits.data() + 1, d.count - 1);
    const int size = std::abs(d.exponent);
    out += d.exponent < 0 ? "e-" : "e+";
    if (size < 10) out += '0';
    out += std::to_string(size);
}

/// True when it was written with an exponent or a point.
bool append_real(std::string& out, double value) {
    if (std::signbit(value)) out += '-';
    const Decimal d = shortest(std::fabs(value));
    if (d.exponent < -4 || d.exponent >= 21) {
        append_scientific(out, d);
        return true;
    }
    append_plain(out, d);
    return d.exponent < 0 || d.count > static_cast<std::size_t>(d.exponent) + 1;
}

std::string_view word_for(double value) {
    if (std::isnan(value)) return "NaN";
    return value > 0 ? "Infinity" : "-Infinity";
}

}  // namespace

std::optional<double> parse_real(std::string_view text) {
    double value = 0;
    const char* last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value);
    if (end != last || error == std::errc::invalid_argument) return std::nullopt;
    if (error == std::errc()) return std::isfinite(value) ? std::optional(value) : std::nullopt;
    value = std::strtod(std::string(text).c_str(), nullptr);  // tells too large from too small
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::string real_to_text(double value) {
    if (!std::isfinite(value)) return std::string(word_for(value));
    std::string out;
    append_real(out, value);
    return out;
}

std::string real_to_plain_text(double value) {
    if (!std::isfinite(value)) return std::string(word_for(value));
    std::string out = std::signbit(value) ? "-" : "";
    append_plain(out, shortest(std::fabs(value)));
    return out;
}

void append_json_real(std::string& out, double value) {
    if (!append_real(out, value)) out += ".0";
}

}  // namespace maillon::expression
