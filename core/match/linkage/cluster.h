#pragma once

#include "core/match/linkage/assign.h"

#include <cstdint>
#include <span>
#include <vector>

namespace maillon::match {

/// Groups records of one table that belong together.
///
/// The strongest pairs come first, and two groups are joined when their records are alike on the whole, not
/// when one chain leads from one to the other: the mean of `worth` (bits) over all pairs across them, with
/// kStrangers for those that were never compared, has to be above 0. Only pairs of at least `least` begin a
/// join. Groups of two and more, each ascending, by their first record.
std::vector<std::vector<std::uint32_t>> clusters(std::span<const Edge> pairs, double least);

/// Bits between two records that do not even share a key.
inline constexpr double kStrangers = -8;

}  // namespace maillon::match
