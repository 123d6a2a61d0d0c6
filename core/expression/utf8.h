#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace maillon::expression {

/// Bytes of the code point that begins with `first`, in well-formed UTF-8.
constexpr std::size_t sequence_length(char first) {
    const auto byte = static_cast<unsigned char>(first);
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/// Number of code points.
std::size_t count_points(std::string_view text);
/// Byte offset of the `points`-th code point; text.size() when there are fewer or just as many.
std::size_t offset_of(std::string_view text, std::size_t points);
/// The code point at byte `at`.
std::uint32_t point_at(std::string_view text, std::size_t at);
void append_point(std::string& out, std::uint32_t point);

}  // namespace maillon::expression
