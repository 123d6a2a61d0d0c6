#include "core/match/normalise/picture.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace maillon::match {
namespace {

/// Even and nearly even surfaces, stripes: each row, or each column, like the next.
bool is_even(std::uint64_t hash) {
    const std::uint64_t row = hash & 0xFF;
    const bool equal_rows = hash == row * 0x0101010101010101u;
    const int set = std::popcount(hash);
    return equal_rows || set < 4 || set > 60;
}

bool is_default(std::uint64_t hash) {
    constexpr auto kDefaults = std::to_array<std::uint64_t>({
        0xFFFF81818181FFFF,  // a frame: nobody's picture
        0x00183C3C183C7E7E,  // head and shoulders, light on dark
        0xFFE7C3C3E7C38181,  // the same, dark on light
        0x003C7E7E3C7EFFFF,
    });
    return std::ranges::find_if(kDefaults, [&](std::uint64_t known) {
               return picture_distance(known, hash) <= 2;
           }) != kDefaults.end();
}

}  // namespace

std::optional<std::uint64_t> picture(std::string_view hex) {
    if (hex.size() != 16) return std::nullopt;
    std::uint64_t out = 0;
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), out, 16);
    if (error != std::errc() || end != hex.data() + hex.size() || hex.front() == '-') return std::nullopt;
    if (is_even(out) || is_default(out)) return std::nullopt;
    return out;
}

}  // namespace maillon::match
