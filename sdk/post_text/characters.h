#pragma once
#include <unicode/utf8.h>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace maillon::post_text {

/// A code point and how many bytes it takes; value -1 and 0 bytes at the end of the text.
struct Character {
    UChar32 value = -1;
    std::size_t size = 0;
};

inline Character character_at(std::string_view text, std::size_t at) {
    if (at >= text.size()) return {};
    auto next = static_cast<std::int64_t>(at);
    UChar32 value = 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"  // inside ICU's macro
    U8_NEXT_OR_FFFD(text.data(), next, static_cast<std::int64_t>(text.size()), value);
#pragma GCC diagnostic pop
    return {value, static_cast<std::size_t>(next) - at};
}

/// Bytes of the emoji that begins at `at`, with all its modifiers and joined parts; 0 when none does. Whether
/// a character is one comes from ICU's tables; © and ® are only with the emoji variation selector, digits
/// only as keycaps.
std::size_t emoji_at(std::string_view text, std::size_t at);

}  // namespace maillon::post_text
