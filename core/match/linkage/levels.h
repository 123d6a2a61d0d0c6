#pragma once

#include "core/match/linkage/model.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace maillon::match {

/// How far two values of a field agree: an index into levels_of(kind). 0 is "missing": one side has no value,
/// which says nothing.
using Level = std::uint8_t;
inline constexpr Level kMissing = 0;

/// What is known about a level before any data are seen: how many true pairs come out there, in a hundred or
/// so, and whether it speaks of one value that both sides share (then its rarity counts).
struct LevelInfo {
    std::string_view name;
    double typical_m = 0;
    double rarity =
        0;  ///< share of the value's rarity that counts: 1 for equal values, less for similar ones
};

/// The levels of a kind, "missing" first, then from the strongest agreement to none.
std::span<const LevelInfo> levels_of(Kind kind);

}  // namespace maillon::match
