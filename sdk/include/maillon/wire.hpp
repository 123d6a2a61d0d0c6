#pragma once
// Reading what came from outside, writing what goes there. Nothing here throws: a member that is missing,
// null or of the wrong type reads as "not there", because services add, drop and retype members without
// notice.
#include "maillon/sdk/values.hpp"

#include <array>
#include <charconv>
#include <chrono>

namespace maillon {
inline namespace sdk1 {
namespace wire {

/// The member, or null when it is absent or JSON null.
inline const json::value* at(const json::object& from, std::string_view name) {
    const auto* found = from.if_contains({name.data(), name.size()});
    return found && !found->is_null() ? found : nullptr;
}
inline const json::object* object(const json::object& from, std::string_view name) {
    const auto* found = at(from, name);
    return found ? found->if_object() : nullptr;
}
inline const json::array* array(const json::object& from, std::string_view name) {
    const auto* found = at(from, name);
    return found ? found->if_array() : nullptr;
}
/// A string's text; empty for anything else.
inline std::string text(const json::object& from, std::string_view name) {
    const auto* found = at(from, name);
    const auto* value = found ? found->if_string() : nullptr;
    return value ? std::string(value->data(), value->size()) : std::string();
}
/// An identifier, which services write as a string or as an integer. A number that JSON could hold only
/// rounded is no identifier: empty.
inline std::string id(const json::object& from, std::string_view name) {
    const auto* found = at(from, name);
    if (!found) return {};
    if (found->is_int64()) return std::to_string(found->get_int64());
    if (found->is_uint64()) return std::to_string(found->get_uint64());
    return text(from, name);
}
/// An integer, also when it is written as a string of digits or as a whole double.
inline std::optional<std::int64_t> integer(const json::object& from, std::string_view name) {
    const auto* found = at(from, name);
    if (!found) return std::nullopt;
    if (const auto* value = found->if_string()) {
        std::int64_t out = 0;
        const auto* end = value->data() + value->size();
        const auto [stop, error] = std::from_chars(value->data(), end, out);
        return error == std::errc{} && stop == end ? std::optional(out) : std::nullopt;
    }
    json::error_code error;
    const auto out = found->is_number() ? found->to_number<std::int64_t>(error) : 0;
    return found->is_number() && !error ? std::optional(out) : std::nullopt;
}
/// True for true, a number other than 0, "true" and "1".
inline bool flag(const json::object& from, std::string_view name) {
    const auto* found = at(from, name);
    if (found && found->is_bool()) return found->get_bool();
    return text(from, name) == "true" || integer(from, name).value_or(0) != 0;
}

inline bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

namespace detail {
inline std::optional<int> digits(std::string_view text, std::size_t from, std::size_t count) {
    if (from > text.size() || text.size() - from < count || !is_digits(text.substr(from, count)))
        return std::nullopt;
    int value = 0;
    std::from_chars(text.data() + from, text.data() + from + count, value);
    return value;
}
/// "Z", "+02:00" or "+0200" in minutes.
inline std::optional<int> offset_minutes(std::string_view zone) {
    if (zone == "Z" || zone == "z") return 0;
    if (zone.empty() || (zone[0] != '+' && zone[0] != '-')) return std::nullopt;
    const bool colon = zone.size() == 6 && zone[3] == ':';
    if (!colon && zone.size() != 5) return std::nullopt;
    const auto hours = digits(zone, 1, 2);
    const auto minutes = digits(zone, colon ? 4 : 3, 2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    return (zone[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}
}  // namespace detail

/// Unix milliseconds of "2026-09-14T08:12:44.120Z"; the offset may lack its colon, as Meta writes it.
inline std::optional<std::int64_t> rfc3339_ms(std::string_view text) {
    using namespace std::chrono;
    constexpr std::string_view shape = "0000-00-00T00:00:00";
    std::array<int, 6> part{};
    for (std::size_t i = 0, field = 0; i < shape.size(); ++field) {
        const std::size_t width = field == 0 ? 4 : 2;
        const auto value = detail::digits(text, i, width);
        if (!value) return std::nullopt;
        part[field] = *value;
        i += width;
        if (i < shape.size() && (i >= text.size() || text[i] != shape[i])) return std::nullopt;
        ++i;
    }
    text.remove_prefix(shape.size());
    int ms = 0;
    if (!text.empty() && text[0] == '.') {
        const auto end = std::min(text.find_first_not_of("0123456789", 1), text.size());
        if (end == 1) return std::nullopt;
        for (std::size_t i = 1; i < 4; ++i) ms = ms * 10 + (i < end ? text[i] - '0' : 0);
        text.remove_prefix(end);
    }
    const year_month_day day{year{part[0]}, month{static_cast<unsigned>(part[1])},
                             std::chrono::day{static_cast<unsigned>(part[2])}};
    const auto offset = detail::offset_minutes(text);
    if (!day.ok() || !offset || part[3] > 23 || part[4] > 59 || part[5] > 60) return std::nullopt;
    const auto at =
        sys_days{day} + hours{part[3]} + minutes{part[4] - *offset} + seconds{part[5]} + milliseconds{ms};
    return duration_cast<milliseconds>(at.time_since_epoch()).count();
}

/// Percent-encoded for a query or a form (RFC 3986: only unreserved characters stay bare).
inline std::string percent_encoded(std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool bare = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                          c == '-' || c == '.' || c == '_' || c == '~';
        if (bare) {
            out += c;
        } else {
            out += '%';
            out += hex[byte >> 4];
            out += hex[byte & 15];
        }
    }
    return out;
}
/// "a=1&b=x%20y"
inline std::string form(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        if (!out.empty()) out += '&';
        out += percent_encoded(name) + '=' + percent_encoded(value);
    }
    return out;
}

/// At most `bytes` of the text, cut between characters.
inline std::string shortened(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return std::string(text);
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0u) == 0x80u) --bytes;
    return std::string(text.substr(0, bytes)) + "…";
}

}  // namespace wire
}  // namespace sdk1
}  // namespace maillon
