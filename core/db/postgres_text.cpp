#include "core/db/postgres_text.h"

#include "core/base/assert.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace maillon::db::postgres {
namespace {

constexpr char kMark = '\1';
constexpr std::string_view kDigits = "0123456789abcdef";

bool is_plain_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);  // char has no sign on some machines
        return byte > kMark && byte < 0x80;
    });
}

unsigned digit(char c) {
    return static_cast<unsigned>(kDigits.find(c));
}

void add_quoted(std::string& array, std::string_view text) {
    array += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') array += '\\';
        array += c;
    }
    array += '"';
}

bool is_code(std::string_view text) {
    return text.size() == 5 &&
           std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

}  // namespace

bool encode(std::string_view text, std::string& out) {
    if (is_plain_ascii(text)) return false;
    const bool is_utf = is_utf8(text);
    if (is_utf && text.find('\0') == text.npos && text.find(kMark) == text.npos) return false;
    out.clear();
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 1) {
            out += {kMark, byte == 0 ? '0' : '1'};
        } else if (byte >= 0x80 && !is_utf) {
            out += {kMark, 'x', kDigits[byte >> 4], kDigits[byte & 15]};
        } else {
            out += c;
        }
    }
    return true;
}

bool decode(std::string& text) {
    auto from = text.find(kMark);
    if (from == text.npos) return false;
    auto to = from;
    while (from < text.size()) {
        if (text[from] != kMark || from + 1 >= text.size()) {
            text[to++] = text[from++];
        } else if (text[from + 1] == 'x' && from + 3 < text.size()) {
            text[to++] = static_cast<char>(digit(text[from + 2]) << 4 | digit(text[from + 3]));
            from += 4;
        } else {
            text[to++] = text[from + 1] == '0' ? '\0' : kMark;
            from += 2;
        }
    }
    text.resize(to);
    return true;
}

void add_to_array(std::string& array, const Param& value) {
    array += array.empty() ? '{' : ',';
    std::array<char, 32> number{};
    if (value.is_null) {
        array += "NULL";
    } else if (value.kind == Kind::text) {
        std::string encoded;
        add_quoted(array, encode(value.text, encoded) ? std::string_view(encoded) : value.text);
    } else {
        const auto done = value.kind == Kind::integer
                              ? std::to_chars(number.data(), number.data() + number.size(), value.integer)
                              : std::to_chars(number.data(), number.data() + number.size(), value.real);
        array.append(number.data(), done.ptr);
    }
}

std::string for_arrays(std::string_view sql, std::span<const Kind> kinds) {
    constexpr std::string_view kValues = "VALUES (";
    const auto at = sql.find(kValues);
    MAILLON_ASSERT(at != sql.npos, "a statement for many rows has no VALUES (…)");
    const auto end = sql.find(')', at);
    std::string out(sql.substr(0, at));
    out += "SELECT * FROM unnest(";
    auto name = at + kValues.size();
    for (const auto kind : kinds) {
        const auto until = std::min(sql.find(',', name), end);
        out.append("CAST(").append(sql.substr(name, until - name));
        out += kind == Kind::integer ? " AS bigint[])" : kind == Kind::real ? " AS float8[])" : " AS text[])";
        out += until == end ? ")" : ", ";
        name = until + 1;
    }
    return out.append(sql.substr(end + 1));
}

Message message_of(std::string_view words) {
    words = words.substr(0, words.find('\n'));
    for (auto at = words.find(':'); at != words.npos; at = words.find(':', at + 1)) {
        const auto code = words.find_first_not_of(' ', at + 1);
        if (code == words.npos || !is_code(words.substr(code, 5)) || words.substr(code + 5, 2) != ": ")
            continue;
        return {std::string(words.substr(code, 5)), std::string(words.substr(code + 7))};
    }
    return {{}, std::string(words)};
}

// Classes 08 and 57P: the server ends the session. The rest of 57 is an administrator who cancels a
// statement.
Trouble trouble_of(std::string_view code) {
    if (code.starts_with("08") || code.starts_with("57P")) return Trouble::lost;
    if (code == "53100") return Trouble::disk_full;
    if (code.starts_with("53") || code.starts_with("40") || code == "55P03" || code == "57014")
        return Trouble::busy;
    if (code == "58030" || code.starts_with("XX")) return Trouble::io_error;
    return Trouble::statement;
}

}  // namespace maillon::db::postgres
