#pragma once
// JSON of a service that cuts its texts in the middle of a character.
#include "maillon/sdk/values.hpp"

namespace maillon {
inline namespace sdk1 {
namespace wire {

/// The JSON text with each escaped half of a surrogate pair ("\ud83d" alone) replaced by U+FFFD, everything
/// else unchanged.
inline std::string without_half_characters(std::string_view text) {
    // The code unit of the escape at `at`; 0 where there is none.
    const auto unit = [text](std::size_t at) {
        unsigned out = 0;
        if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return 0u;
        for (const char c : text.substr(at + 2, 4)) {
            const unsigned lower = static_cast<unsigned char>(c) | 0x20u;
            const bool is_digit = c >= '0' && c <= '9';
            if (!is_digit && (lower < 'a' || lower > 'f')) return 0u;
            out = out * 16 + (is_digit ? static_cast<unsigned>(c - '0') : lower - 'a' + 10);
        }
        return out;
    };
    const auto is_leading = [](unsigned u) { return u >= 0xd800 && u <= 0xdbff; };
    const auto is_trailing = [](unsigned u) { return u >= 0xdc00 && u <= 0xdfff; };
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto here = unit(at);
        const bool is_pair = is_leading(here) && is_trailing(unit(at + 6));
        const bool is_half = !is_pair && (is_leading(here) || is_trailing(here));
        // An escaped backslash goes over together with what it escapes: in "\\ud83d" no escape begins at "u".
        std::size_t length = is_pair ? 12 : here != 0 ? 6 : text[at] == '\\' ? 2 : 1;
        out += is_half ? std::string_view("\\ufffd") : text.substr(at, length);
        at += std::min(length, text.size() - at);
    }
    return out;
}

/// As `parsed_json`; what is none only because of half characters is read with U+FFFD in their place, so that
/// one broken text does not cost its neighbours.
inline std::optional<json::value> whole_json(std::string_view text) {
    if (auto value = parsed_json(text)) return value;
    if (text.find("\\u") == std::string_view::npos) return std::nullopt;
    return parsed_json(without_half_characters(text));
}

}  // namespace wire
}  // namespace sdk1
}  // namespace maillon
