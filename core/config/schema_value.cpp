#include "core/config/schema_value.h"

#include "core/base/text.h"

#include <re2/re2.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace maillon::config {
namespace {

namespace json = boost::json;

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kTypes{{{"string", "a text"},
                                                                               {"integer", "a whole number"},
                                                                               {"number", "a number"},
                                                                               {"boolean", "true or false"},
                                                                               {"array", "a list"},
                                                                               {"object", "a map"},
                                                                               {"null", "null"}}};

std::string_view view(const json::string& text) {
    return {text.data(), text.size()};
}

std::string shown(const Scalar& scalar) {
    return "'" + scalar.text + "'";
}

std::string shown(const json::value& value) {
    return value.is_string() ? "'" + std::string(value.as_string()) + "'" : json::serialize(value);
}

bool is_number(const json::value& value) {
    return value.is_int64() || value.is_uint64() || value.is_double();
}

std::string hint_for(const Scalar& scalar, const json::object& schema) {
    const std::string lower = ascii_lower(scalar.text);
    if (allows_type(schema, "boolean")) {
        const bool is_yes =
            lower == "yes" || lower == "on" || lower == "true" || lower == "1" || lower == "y";
        const bool is_no =
            lower == "no" || lower == "off" || lower == "false" || lower == "0" || lower == "n";
        if (is_yes || is_no)
            return std::string("write ") + (is_yes ? "true" : "false") +
                   (scalar.is_plain() ? "" : ", without quotes");
    }
    if (!allows_type(schema, "integer") && !allows_type(schema, "number")) return {};
    Scalar plain = scalar;
    plain.style = Scalar::Style::plain;
    if (!scalar.is_plain() && is_number(natural_value(plain)))
        return "write it without quotes: " + scalar.text;
    if (lower.find('_') != std::string::npos) return "write the digits without '_'";
    if (lower.size() > 1 && lower.front() == '0' && lower.find('.') == std::string::npos)
        return "write it in decimal digits, without a leading zero";
    if (lower.starts_with('+')) return "write it without '+'";
    return {};
}

/// True when natural typing has found one of the types that are allowed.
bool fits(const json::value& value, const json::object& schema) {
    if (value.is_null()) return allows_type(schema, "null");
    if (value.is_bool()) return allows_type(schema, "boolean");
    if (value.is_int64() || value.is_uint64())
        return allows_type(schema, "integer") || allows_type(schema, "number");
    if (value.is_double()) return allows_type(schema, "number");
    return allows_type(schema, "string");
}

std::vector<std::string> words_of(const json::array& values) {
    std::vector<std::string> out;
    for (const auto& value : values)
        out.push_back(value.is_string() ? std::string(value.as_string()) : json::serialize(value));
    return out;
}

bool check_enum(const json::value& value, const json::object& schema, ValueProblem& problem) {
    if (const auto* only = schema.if_contains("const"); only != nullptr && *only != value) {
        problem = {"must be " + shown(*only) + ", not " + shown(value), {}};
        return false;
    }
    const auto* list = schema.if_contains("enum");
    if (list == nullptr || !list->is_array()) return true;
    const auto& values = list->as_array();
    if (std::find(values.begin(), values.end(), value) != values.end()) return true;
    const auto words = words_of(values);
    const auto meant = value.is_string() ? did_you_mean(view(value.as_string()), words) : std::string_view{};
    problem = {"cannot be " + shown(value), meant.empty() ? "known are: " + enumerate(words)
                                                          : "did you mean '" + std::string(meant) + "'?"};
    return false;
}

bool check_number(const json::value& value, const json::object& schema, ValueProblem& problem) {
    if (!is_number(value)) return true;
    const auto number = value.to_number<double>();
    const auto limit = [&](std::string_view key) -> std::optional<double> {
        const auto* found = schema.if_contains(key);
        return found != nullptr && is_number(*found) ? std::optional(found->to_number<double>())
                                                     : std::nullopt;
    };
    const auto fails = [&](std::string_view key, std::string_view words, auto is_good) {
        const auto bound = limit(key);
        if (!bound || is_good(number, *bound)) return false;
        problem = {
            "must be " + std::string(words) + ' ' + json::serialize(schema.at(key)) + ", not " + shown(value),
            {}};
        return true;
    };
    return !fails("minimum", "at least", std::greater_equal<>()) &&
           !fails("maximum", "at most", std::less_equal<>()) &&
           !fails("exclusiveMinimum", "more than", std::greater<>()) &&
           !fails("exclusiveMaximum", "less than", std::less<>());
}

std::optional<std::int64_t> count_limit(const json::object& schema, std::string_view key) {
    const auto* found = schema.if_contains(key);
    return found != nullptr && found->is_int64() ? std::optional(found->as_int64()) : std::nullopt;
}

bool check_text(const json::value& value, const json::object& schema, ValueProblem& problem) {
    if (!value.is_string()) return true;
    const std::string_view text = view(value.as_string());
    const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; };
    const std::int64_t length = std::ranges::count_if(text, begins);
    if (const auto least = count_limit(schema, "minLength"); least && length < *least) {
        problem = {text.empty() ? "is empty" : "must have at least " + std::to_string(*least) + " characters",
                   {}};
        return false;
    }
    if (const auto most = count_limit(schema, "maxLength"); most && length > *most) {
        problem = {
            "must have at most " + std::to_string(*most) + " characters, and has " + std::to_string(length),
            {}};
        return false;
    }
    const auto* pattern = schema.if_contains("pattern");
    if (pattern == nullptr || !pattern->is_string()) return true;
    const RE2 expression(re2::StringPiece(pattern->as_string().data(), pattern->as_string().size()),
                         RE2::Quiet);
    if (!expression.ok() || RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), expression))
        return true;
    problem = {"does not have the right form: " + shown(value),
               "it must match " + std::string(pattern->as_string())};
    return false;
}

}  // namespace

bool allows_type(const json::object& schema, std::string_view name) {
    const auto* type = schema.if_contains("type");
    if (type == nullptr) return true;
    if (type->is_string()) return view(type->as_string()) == name;
    if (!type->is_array()) return true;
    return std::ranges::any_of(type->as_array(), [&](const json::value& one) {
        return one.is_string() && view(one.as_string()) == name;
    });
}

std::string types_in_words(const json::object& schema) {
    std::string out;
    for (const auto& [name, words] : kTypes) {
        if (allows_type(schema, name)) out += (out.empty() ? "" : " or ") + std::string(words);
    }
    return out;
}

std::optional<json::value> typed_value(const Scalar& scalar, const json::object& schema,
                                       ValueProblem& problem) {
    const json::value natural = natural_value(scalar);
    if (fits(natural, schema)) return natural;
    const bool is_plain = scalar.is_plain() || scalar.is_substituted;
    if (allows_type(schema, "string") && is_plain && !scalar.is_null())
        return json::value(literal_text(scalar.text));
    if (scalar.is_null() || (scalar.text.empty() && scalar.is_substituted)) {
        problem = {"is empty and must be " + types_in_words(schema), {}};
    } else {
        problem = {"must be " + types_in_words(schema) + ", not " + shown(scalar), hint_for(scalar, schema)};
    }
    return std::nullopt;
}

bool check_limits(const json::value& value, const json::object& schema, ValueProblem& problem) {
    return check_enum(value, schema, problem) && check_number(value, schema, problem) &&
           check_text(value, schema, problem);
}

}  // namespace maillon::config
