#include "core/config/value.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace maillon::config {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t digits_from(std::string_view text, std::size_t i) {
    while (i < text.size() && is_digit(text[i])) ++i;
    return i;
}

/// JSON's grammar of numbers: no leading zero or plus, digits on both sides of the point.
bool is_json_number(std::string_view text, bool& is_integral) {
    std::size_t i = text.starts_with('-') ? 1 : 0;
    const std::size_t whole = digits_from(text, i);
    if (whole == i || (text[i] == '0' && whole > i + 1)) return false;
    i = whole;
    is_integral = true;
    if (i < text.size() && text[i] == '.') {
        const auto end = digits_from(text, i + 1);
        if (end == i + 1) return false;
        i = end;
        is_integral = false;
    }
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        ++i;
        if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
        const auto end = digits_from(text, i);
        if (end == i) return false;
        i = end;
        is_integral = false;
    }
    return i == text.size();
}

template <class T>
bool read_whole(std::string_view text, T& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size();
}

boost::json::value number_or_text(std::string_view text) {
    bool is_integral = false;
    if (!is_json_number(text, is_integral)) return boost::json::value(text);
    std::int64_t integer = 0;
    if (is_integral && read_whole(text, integer)) return integer;
    std::uint64_t large = 0;
    if (is_integral && read_whole(text, large)) return large;
    double number = 0;
    if (!is_integral && read_whole(text, number) && std::isfinite(number)) return number;
    return boost::json::value(text);
}

}  // namespace

const Member* ValueTree::find_member(std::string_view key) const {
    const auto found =
        std::ranges::find(members, key, [](const Member& m) { return std::string_view(m.key.text); });
    return found == members.end() ? nullptr : &*found;
}

const ValueTree* ValueTree::find(std::string_view key) const {
    const Member* member = find_member(key);
    return member == nullptr ? nullptr : &member->value;
}

bool has_expression(std::string_view text) {
    for (auto at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
        if (at == 0 || text[at - 1] != '$') return true;
    }
    return false;
}

bool has_expression(const ValueTree& tree) {
    switch (tree.kind) {
        case ValueTree::Kind::scalar: return has_expression(tree.scalar.text);
        case ValueTree::Kind::list:
            return std::ranges::any_of(tree.items,
                                       [](const ValueTree& item) { return has_expression(item); });
        case ValueTree::Kind::map:
            return std::ranges::any_of(tree.members, [](const Member& m) { return has_expression(m.value); });
    }
    return false;
}

std::string literal_text(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i).starts_with("$${")) ++i;
        out += text[i];
    }
    return out;
}

boost::json::value natural_value(const Scalar& scalar) {
    if (!scalar.is_plain() && !scalar.is_substituted) return boost::json::value(literal_text(scalar.text));
    if (scalar.is_null()) return nullptr;
    if (scalar.text == "true") return true;
    if (scalar.text == "false") return false;
    return number_or_text(literal_text(scalar.text));
}

boost::json::value natural_value(const ValueTree& tree) {
    if (tree.is_scalar()) return natural_value(tree.scalar);
    if (tree.is_list()) {
        boost::json::array out;
        for (const auto& item : tree.items) out.push_back(natural_value(item));
        return out;
    }
    boost::json::object out;
    for (const auto& [key, value] : tree.members) out[key.text] = natural_value(value);
    return out;
}

}  // namespace maillon::config
