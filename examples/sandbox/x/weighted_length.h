#pragma once

#include <string_view>

namespace sandbox {

inline constexpr int kLongestPost = 280;

/// The length of a post as X counts it (twitter-text configuration 3): an address 23, an emoji 2, most
/// scripts 1, others 2. Composition is judged by leaving out combining marks after a letter that composes
/// with them.
int weighted_length(std::string_view text);

/// The part of a reply that counts: without the @names at its beginning.
std::string_view without_leading_mentions(std::string_view text);

}  // namespace sandbox
