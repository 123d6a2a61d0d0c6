#include "core/config/yaml_bytes.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace maillon::config {
namespace {

constexpr std::string_view kNoBreakSpace = "\xC2\xA0";

std::string code_of(char c) {
    std::array<char, 8> out{};
    std::snprintf(out.data(), out.size(), "0x%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    return out.data();
}

bool is_control(std::string_view text, std::size_t i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '\t' || byte == '\n') return false;
    if (byte == '\r') return i + 1 >= text.size() || text[i + 1] != '\n';
    return byte < 0x20 || byte == 0x7F;
}

/// The first byte that does not continue well-formed UTF-8.
std::size_t first_bad_byte(std::string_view text) {
    std::size_t good = 0;
    while (good < text.size()) {
        std::size_t length = 1;
        while (length <= 4 && !is_utf8(text.substr(good, length))) ++length;
        if (length > 4 || good + length > text.size()) break;
        good += length;
    }
    return good;
}

constexpr std::size_t kLongestLine = 16u << 10;

bool check_line(std::string_view line, const Place& place, Diagnostics& diagnostics) {
    if (line.size() > kLongestLine) {
        diagnostics.error(place, "this line is longer than 16 KiB", "break it into several");
        return false;
    }
    const auto first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos || !line.substr(first).starts_with(kNoBreakSpace)) return true;
    Place there = place;
    there.column = static_cast<std::uint32_t>(first + 1);
    diagnostics.error(there, "a no-break space in the indentation",
                      "it looks like a space and is none: type the line's beginning anew");
    return false;
}

}  // namespace

bool check_bytes(const Sources& sources, std::uint32_t file, Diagnostics& diagnostics) {
    const std::string& text = sources.text(file);
    if (!is_utf8(text)) {
        const auto bad = first_bad_byte(text);
        diagnostics.error(sources.place_of(file, bad, bad + 1),
                          "the byte " + code_of(text[bad]) + " is not UTF-8",
                          "save the file as UTF-8 (in an editor: \"Save with encoding\")");
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_control(text, i)) continue;
        diagnostics.error(sources.place_of(file, i, i + 1),
                          "the control character " + code_of(text[i]) + " does not belong here",
                          "take it out; in double quotes \\n is a line break and \\t a tab");
        return false;
    }
    bool is_good = true;
    const auto lines = static_cast<std::uint32_t>(1 + std::ranges::count(text, '\n'));
    for (std::uint32_t number = 1; number <= lines; ++number) {
        is_good = check_line(sources.line(file, number), {file, number, 1, 1}, diagnostics) && is_good;
    }
    return is_good;
}

}  // namespace maillon::config
