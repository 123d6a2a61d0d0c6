#include "core/expression/utf8.h"

#include <algorithm>

namespace maillon::expression {

std::size_t count_points(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

std::size_t offset_of(std::string_view text, std::size_t points) {
    std::size_t at = 0;
    while (points-- > 0 && at < text.size()) at += sequence_length(text[at]);
    return std::min(at, text.size());
}

std::uint32_t point_at(std::string_view text, std::size_t at) {
    const std::size_t length = sequence_length(text[at]);
    const auto first = static_cast<unsigned char>(text[at]);
    if (length == 1) return first;
    std::uint32_t point = first & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length && at + i < text.size(); ++i) {
        point = (point << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3Fu);
    }
    return point;
}

void append_point(std::string& out, std::uint32_t point) {
    const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0u | (point >> 6));
        put(0x80u | (point & 0x3Fu));
    } else if (point < 0x10000) {
        put(0xE0u | (point >> 12));
        put(0x80u | ((point >> 6) & 0x3Fu));
        put(0x80u | (point & 0x3Fu));
    } else {
        put(0xF0u | (point >> 18));
        put(0x80u | ((point >> 12) & 0x3Fu));
        put(0x80u | ((point >> 6) & 0x3Fu));
        put(0x80u | (point & 0x3Fu));
    }
}

}  // namespace maillon::expression
