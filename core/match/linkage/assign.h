#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace maillon::match {

/// A pair that may be chosen, and what choosing it is worth.
struct Edge {
    std::uint32_t left = 0, right = 0;
    double worth = 0;  ///< above 0
};

/// Which edges to choose so that no left and no right is in two, and the sum is greatest. Ascending indexes
/// into `edges`.
///
/// Exact (Hungarian method) for each set of records that hang together, up to kLargestExact on the smaller
/// side; beyond, the most valuable first. The same edges in the same order give the same choice.
std::vector<std::size_t> assign(std::span<const Edge> edges);

inline constexpr std::size_t kLargestExact = 256;

}  // namespace maillon::match
