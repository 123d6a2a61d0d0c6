#include "emoji.h"

#include <unicode/uchar.h>
#include <unicode/utf16.h>

namespace maillon::twitter {
namespace {

constexpr UChar32 kJoiner = 0x200D, kEmojiStyle = 0xFE0F, kTextStyle = 0xFE0E, kKeycap = 0x20E3;
constexpr UChar32 kTagFirst = 0xE0020, kTagLast = 0xE007E, kTagEnd = 0xE007F;

UChar32 code_point(std::u16string_view text, std::size_t at) {
    if (at >= text.size()) return -1;
    UChar32 c = text[at];
    if (U16_IS_LEAD(c) && at + 1 < text.size() && U16_IS_TRAIL(text[at + 1]))
        c = U16_GET_SUPPLEMENTARY(c, text[at + 1]);
    return c;
}

bool has(UChar32 c, UProperty property) {
    return c >= 0 && u_hasBinaryProperty(c, property);
}

std::size_t keycap(std::u16string_view text, std::size_t at) {
    const auto c = code_point(text, at);
    const bool is_digit = c >= '0' && c <= '9';
    if (c != '#' && c != '*' && !is_digit) return 0;
    const std::size_t style = code_point(text, at + 1) == kEmojiStyle ? 1 : 0;
    return code_point(text, at + 1 + style) == kKeycap ? 2 + style : 0;
}

std::size_t flag(std::u16string_view text, std::size_t at) {
    const bool both = has(code_point(text, at), UCHAR_REGIONAL_INDICATOR) &&
                      has(code_point(text, at + 2), UCHAR_REGIONAL_INDICATOR);
    return both ? 4 : 0;
}

/// One part of a sequence: the character, and its style, skin or tags.
std::size_t element(std::u16string_view text, std::size_t at) {
    const auto c = code_point(text, at);
    if (c < 0x80 || !has(c, UCHAR_EMOJI) || has(c, UCHAR_REGIONAL_INDICATOR)) return 0;
    std::size_t end = at + U16_LENGTH(c);
    const auto next = code_point(text, end);
    if (next == kTextStyle) return 0;
    if (c < 0x100 && next != kEmojiStyle) return 0;
    if (next == kEmojiStyle || has(next, UCHAR_EMOJI_MODIFIER)) end += U16_LENGTH(next);
    auto tags = end;
    while (code_point(text, tags) >= kTagFirst && code_point(text, tags) <= kTagLast) tags += 2;
    if (tags > end && code_point(text, tags) == kTagEnd) end = tags + 2;
    return end - at;
}

}  // namespace

std::size_t emoji_at(std::u16string_view text, std::size_t at) {
    if (const auto size = keycap(text, at)) return size;
    if (const auto size = flag(text, at)) return size;
    auto size = element(text, at);
    while (size > 0 && code_point(text, at + size) == kJoiner) {
        const auto joined = element(text, at + size + 1);
        if (joined == 0) break;
        size += 1 + joined;
    }
    return size;
}

}  // namespace maillon::twitter
