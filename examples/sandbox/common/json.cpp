#include "json.h"

#include <array>
#include <cstdio>

namespace sandbox {
namespace {

void append_unit(std::string& out, unsigned unit) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "\\u%04x", unit);
    out += text.data();
}

/// Decodes one code point of valid UTF-8 and moves `at` behind it.
unsigned decode(std::string_view text, std::size_t& at) {
    const auto byte = [&] { return static_cast<unsigned>(static_cast<unsigned char>(text[at++])); };
    const unsigned first = byte();
    const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    unsigned point = first & (0x3fU >> static_cast<unsigned>(more));
    for (int i = 0; i < more && at < text.size(); ++i) point = (point << 6U) | (byte() & 0x3fU);
    return point;
}

}  // namespace

std::optional<json::object> parse_object(std::string_view text) {
    boost::system::error_code failure;
    json::value value = json::parse(view(text), failure);
    if (failure || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

std::string text_of(const json::value& value) {
    if (value.is_string()) return std::string(view_of(value.get_string()));
    if (value.is_bool()) return value.get_bool() ? "true" : "false";
    if (value.is_number()) return json::serialize(value);
    return {};
}

std::string text_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(view(key));
    return value == nullptr ? std::string() : text_of(*value);
}

std::int64_t int_of(const json::object& object, std::string_view key, std::int64_t otherwise) {
    const json::value* value = object.if_contains(view(key));
    if (value == nullptr) return otherwise;
    boost::system::error_code failure;
    const auto number = value->to_number<std::int64_t>(failure);
    return failure ? otherwise : number;
}

std::string ascii_json(const json::value& value) {
    const std::string plain = json::serialize(value);
    std::string out;
    out.reserve(plain.size() + plain.size() / 8);
    for (std::size_t at = 0; at < plain.size();) {
        const auto byte = static_cast<unsigned char>(plain[at]);
        if (byte < 0x80) {
            if (byte == '/') out.push_back('\\');
            out.push_back(plain[at++]);
            continue;
        }
        const unsigned point = decode(plain, at);
        if (point < 0x10000) {
            append_unit(out, point);
        } else {
            append_unit(out, 0xd800 + ((point - 0x10000) >> 10U));
            append_unit(out, 0xdc00 + ((point - 0x10000) & 0x3ffU));
        }
    }
    return out;
}

}  // namespace sandbox
