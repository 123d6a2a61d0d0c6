#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace maillon {

/// True for well-formed UTF-8 (no surrogates, nothing above U+10FFFF, no overlong forms).
bool is_utf8(std::string_view text);

/// ASCII lower case; other bytes stay.
std::string ascii_lower(std::string_view text);

/// Smallest number of insertions, deletions, replacements and swaps of neighbours between two words.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that a person most likely meant by `typed`, or empty when none is near enough to be worth
/// saying.
std::string_view did_you_mean(std::string_view typed, std::span<const std::string> candidates);

/// "a, b and c".
std::string enumerate(std::span<const std::string> words);

}  // namespace maillon
