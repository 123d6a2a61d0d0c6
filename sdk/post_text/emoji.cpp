#include "characters.h"

#include <unicode/uchar.h>

namespace maillon::post_text {
namespace {

constexpr UChar32 kJoiner = 0x200D, kEmojiStyle = 0xFE0F, kTextStyle = 0xFE0E, kKeycap = 0x20E3;
constexpr UChar32 kTagFirst = 0xE0020, kTagLast = 0xE007E, kTagEnd = 0xE007F;

bool has(UChar32 c, UProperty property) {
    return c >= 0 && u_hasBinaryProperty(c, property);
}

std::size_t keycap(std::string_view text, std::size_t at) {
    const char c = text[at];
    if (c != '#' && c != '*' && (c < '0' || c > '9')) return 0;
    std::size_t size = 1;
    auto next = character_at(text, at + size);
    if (next.value == kEmojiStyle) {
        size += next.size;
        next = character_at(text, at + size);
    }
    return next.value == kKeycap ? size + next.size : 0;
}

std::size_t flag(std::string_view text, std::size_t at) {
    const auto first = character_at(text, at);
    const auto second = character_at(text, at + first.size);
    const bool both =
        has(first.value, UCHAR_REGIONAL_INDICATOR) && has(second.value, UCHAR_REGIONAL_INDICATOR);
    return both ? first.size + second.size : 0;
}

std::size_t tags(std::string_view text, std::size_t at) {
    std::size_t size = 0;
    for (;;) {
        const auto tag = character_at(text, at + size);
        if (tag.value < kTagFirst || tag.value > kTagLast)
            return size > 0 && tag.value == kTagEnd ? size + tag.size : 0;
        size += tag.size;
    }
}

/// One part of a sequence: the character, and its style, skin or tags.
std::size_t element(std::string_view text, std::size_t at) {
    const auto c = character_at(text, at);
    if (c.value < 0x80 || !has(c.value, UCHAR_EMOJI) || has(c.value, UCHAR_REGIONAL_INDICATOR)) return 0;
    const auto next = character_at(text, at + c.size);
    if (next.value == kTextStyle || (c.value < 0x100 && next.value != kEmojiStyle)) return 0;
    std::size_t size = c.size;
    if (next.value == kEmojiStyle || has(next.value, UCHAR_EMOJI_MODIFIER)) size += next.size;
    return size + tags(text, at + size);
}

}  // namespace

std::size_t emoji_at(std::string_view text, std::size_t at) {
    if (at >= text.size()) return 0;
    if (const auto size = keycap(text, at)) return size;
    if (const auto size = flag(text, at)) return size;
    auto size = element(text, at);
    while (size > 0) {
        const auto joiner = character_at(text, at + size);
        if (joiner.value != kJoiner) break;
        const auto joined = element(text, at + size + joiner.size);
        if (joined == 0) break;
        size += joiner.size + joined;
    }
    return size;
}

}  // namespace maillon::post_text
