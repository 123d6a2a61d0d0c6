#pragma once

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox {

namespace json = boost::json;

/// The object in a body; nothing when it is no JSON object.
std::optional<json::object> parse_object(std::string_view text);

/// A member as text: strings as they are, numbers and booleans spelled out, anything else (or nothing) empty.
std::string text_of(const json::object& object, std::string_view key);
std::string text_of(const json::value& value);

std::int64_t int_of(const json::object& object, std::string_view key, std::int64_t otherwise);

/// JSON with everything beyond ASCII as \uxxxx in lower-case hex and with "\/": what Meta signs and sends.
std::string ascii_json(const json::value& value);

inline json::string_view view(std::string_view text) {
    return {text.data(), text.size()};
}
inline std::string_view view_of(const json::string& text) {
    return {text.data(), text.size()};
}

}  // namespace sandbox
