#pragma once

#include "core/expression/lazy/unicode.h"

#include <string>
#include <string_view>
#include <vector>

namespace maillon::expression {

/// A part of a text that is cut as one: a character as people see it, or an address.
struct WeightedPiece {
    std::size_t end = 0;  ///< byte offset behind it
    std::size_t weight = 0;
};

/// Weighs as X does (twitter-text, configuration 3): an address 23; an emoji 2; of the rest the code points
/// up to U+10FF and the dashes, spaces and quotation marks of general punctuation 1, all others 2.
///
/// The text must be in form C. `tables` may be null when it is ASCII alone.
std::vector<WeightedPiece> weigh(std::string_view text, const Unicode* tables);
std::size_t total(const std::vector<WeightedPiece>& pieces);

/// Where the address that begins at byte `at` ends, or `at`: behind http:// or https:// any host, else a bare
/// ASCII host under a known top-level domain. As X links them.
std::size_t address_end(std::string_view text, std::size_t at, const Unicode* tables);

}  // namespace maillon::expression
