#pragma once

#include <cstddef>
#include <string_view>

namespace maillon::match {

/// How alike two folded texts are. Bytes are compared: fold first. Up to 64 bytes by bit-parallel means, some
/// fifty nanoseconds; longer texts are compared by their first 64. Symmetric; nothing is allocated.

/// 0 … 1. Two empty texts are 1 alike, one empty text 0.
double jaro(std::string_view a, std::string_view b);
/// With Winkler's bonus of 0.1 for each of up to four leading bytes in common, from a Jaro of 0.7 on.
double jaro_winkler(std::string_view a, std::string_view b);

/// Insertions, deletions and replacements from one to the other.
std::size_t levenshtein(std::string_view a, std::string_view b);
/// Swaps of neighbours count as one too; no part is edited twice (optimal string alignment).
std::size_t damerau(std::string_view a, std::string_view b);
/// 1 - damerau / longer length.
double damerau_similarity(std::string_view a, std::string_view b);

/// Words in common over words of either (Jaccard), words as sets, parted by single blanks.
double word_jaccard(std::string_view a, std::string_view b);
/// Words in common over words of the one that has fewer: 1 when one contains the other.
double word_containment(std::string_view a, std::string_view b);
/// Each word of the shorter list takes the most similar word of the other that is left (Jaro-Winkler); the
/// mean over the longer list. At most 16 words of each count.
double word_similarity(std::string_view a, std::string_view b);

}  // namespace maillon::match
