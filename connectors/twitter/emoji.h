#pragma once
#include <cstddef>
#include <string_view>

namespace maillon::twitter {

/// Length in UTF-16 units of the emoji that begins at `at`, with all its modifiers and joined parts; 0 when
/// none does. Whether a character is one comes from ICU's tables; © and ® are only with the emoji variation
/// selector, digits only as keycaps.
std::size_t emoji_at(std::u16string_view text, std::size_t at);

}  // namespace maillon::twitter
