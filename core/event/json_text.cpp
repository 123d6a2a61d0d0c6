#include "core/event/json_text.h"

#include <boost/json/serialize.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace maillon {
namespace {

namespace json = boost::json;

/// From here to there digits are easier to read than an exponent.
constexpr double kLeast = 1e-6, kMost = 1e15;

void append(std::string& out, double number) {
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    const double size = std::abs(number);
    const bool is_plain = size == 0 || (size >= kLeast && size < kMost);
    std::array<char, 40> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                   is_plain ? std::chars_format::fixed : std::chars_format::scientific)
                         .ptr;
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    out += text;
    if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void append(std::string& out, const json::value& value) {
    char between = 0;
    const auto next = [&](char first) { out += std::exchange(between, ',') == 0 ? first : ','; };
    if (const auto* object = value.if_object(); object && !object->empty()) {
        for (const auto& [name, member] : *object) {
            next('{');
            out += json::serialize(json::string(name)) + ':';
            append(out, member);
        }
        out += '}';
    } else if (const auto* array = value.if_array(); array && !array->empty()) {
        for (const auto& item : *array) {
            next('[');
            append(out, item);
        }
        out += ']';
    } else if (value.is_double()) {
        append(out, value.get_double());
    } else {
        out += json::serialize(value);
    }
}

}  // namespace

std::string json_text(const json::value& value) {
    std::string out;
    append(out, value);
    return out;
}

}  // namespace maillon
