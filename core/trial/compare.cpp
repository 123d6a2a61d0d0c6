#include "core/trial/compare.h"

#include "core/event/json_text.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace maillon::trial {
namespace {

namespace json = boost::json;
using config::ValueTree;

bool is_equal(const json::value& a, const json::value& b) {
    if (a.is_double() || b.is_double()) {
        json::error_code wrong_a, wrong_b;
        return a.is_number() && b.is_number() && a.to_number<double>(wrong_a) == b.to_number<double>(wrong_b);
    }
    return a == b;  // of integers, signed and unsigned alike
}

/// A scalar that another one can take the place of.
bool is_on_one_line(const ValueTree& value) {
    using Style = config::Scalar::Style;
    if (value.is_map() || value.is_list() || !value.place.is_known()) return false;
    const auto& scalar = value.scalar;
    if (scalar.style == Style::literal || scalar.style == Style::folded || scalar.is_substituted)
        return false;
    const bool is_empty = scalar.is_plain() && scalar.text.empty();
    return !is_empty && std::ranges::all_of(scalar.runs, [&](const config::Scalar::Run& run) {
        return run.line == scalar.place.line;
    });
}

/// Whether the text needs no quotes, wherever it stands.
bool is_word(std::string_view text) {
    static constexpr std::array<std::string_view, 9> kMeanOtherwise{"true", "false", "null", "yes", "no",
                                                                    "on",   "off",   "y",    "n"};
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    const auto is_inner = [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    if (text.empty() || !is_letter(text.front()) || !std::ranges::all_of(text, is_inner)) return false;
    std::string lower(text);
    for (auto& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return std::ranges::find(kMeanOtherwise, lower) == kMeanOtherwise.end();
}

std::string word(std::string_view text) {
    return is_word(text) ? std::string(text) : json::serialize(json::string(text));
}

class Comparing {
public:
    void compare(const ValueTree& expected, const json::value* got, const std::string& path) {
        if (expected.is_map()) return compare_map(expected, got, path);
        if (expected.is_list()) return compare_list(expected, got, path);
        if (expected.is_null() && (!got || got->is_null())) return;
        if (!got || !is_equal(config::natural_value(expected.scalar), *got)) differs(expected, got, path);
    }
    std::vector<Difference> out;

private:
    void compare_map(const ValueTree& expected, const json::value* got, const std::string& path) {
        const auto* object = got ? got->if_object() : nullptr;
        if (!object) return differs(expected, got, path);
        for (const auto& member : expected.members) {
            const auto inside = path.empty() ? member.key.text : path + '.' + member.key.text;
            compare(member.value, object->if_contains(member.key.text), inside);
        }
    }

    void compare_list(const ValueTree& expected, const json::value* got, const std::string& path) {
        const auto* array = got ? got->if_array() : nullptr;
        if (!array || array->size() != expected.items.size()) return differs(expected, got, path);
        for (std::size_t i = 0; i < expected.items.size(); ++i)
            compare(expected.items[i], &(*array)[i], path + '[' + std::to_string(i) + ']');
    }

    void differs(const ValueTree& expected, const json::value* got, const std::string& path) {
        out.push_back(
            {path, expected.place, json_text(config::natural_value(expected)),
             got ? json_text(*got) : "nothing",
             is_on_one_line(expected) ? std::optional(yaml_line(got ? *got : json::value())) : std::nullopt});
    }
};

}  // namespace

std::string yaml_line(const json::value& value) {
    std::string out;
    if (const auto* object = value.if_object()) {
        for (const auto& [name, member] : *object)
            out += (out.empty() ? "" : ", ") + word(name) + ": " + yaml_line(member);
        return out.empty() ? "{}" : "{ " + out + " }";
    }
    if (const auto* array = value.if_array()) {
        for (const auto& item : *array) out += (out.empty() ? "" : ", ") + yaml_line(item);
        return out.empty() ? "[]" : "[ " + out + " ]";
    }
    if (value.is_null()) return "~";
    return value.is_string() ? word(value.get_string()) : json_text(value);
}

std::vector<Difference> differences(const ValueTree& expected, const json::value& got) {
    Comparing comparing;
    comparing.compare(expected, &got, {});
    return std::move(comparing.out);
}

}  // namespace maillon::trial
