#pragma once
#include <cstddef>
#include <string_view>

namespace maillon::twitter {

/// What X allows an ordinary account.
inline constexpr std::size_t kLongestPost = 280;

/// The length of a post as X weighs it (twitter-text configuration 3): composed characters; Latin, Cyrillic,
/// Arabic and the like 1, others 2; an emoji 2 however long its sequence; an address 23.
std::size_t weighted_length(std::string_view utf8);

}  // namespace maillon::twitter
