#pragma once

#include "core/match/linkage/records.h"

#include <vector>

namespace maillon::match {

/// The levels of a million pairs picked at random, or of all pairs where there are no more: how strangers
/// come out. The same pairs for the same seed, on any number of threads.
std::vector<std::uint64_t> levels_of_random_pairs(const Records& records, std::uint64_t seed,
                                                  unsigned threads);

}  // namespace maillon::match
