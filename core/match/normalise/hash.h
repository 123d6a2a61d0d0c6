#pragma once

#include <cstdint>
#include <string_view>

namespace maillon::match {

/// Spreads a number over 64 bits.
constexpr std::uint64_t mixed(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

/// 64 bits of a text, the same on every machine and in every release: they stand in snapshots. `kind` tells
/// keys of one sort from those of another. Not for texts that an enemy chooses to collide.
constexpr std::uint64_t text_hash(std::string_view text, std::uint64_t kind = 0) {
    std::uint64_t out = 0xCBF29CE484222325u ^ mixed(kind + 0x9E3779B97F4A7C15u);
    for (const char c : text) out = (out ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    return mixed(out ^ text.size());
}

}  // namespace maillon::match
