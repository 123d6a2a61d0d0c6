#include "length.h"

#include "emoji.h"
#include "unicode_text.h"
#include "urls.h"

#include <unicode/utf16.h>

namespace maillon::twitter {
namespace {

constexpr std::size_t kUrlWeight = 23;
constexpr std::size_t kEmojiWeight = 2;

std::size_t weight_of(UChar32 c) {
    const bool light =
        c <= 4351 || (c >= 8192 && c <= 8205) || (c >= 8208 && c <= 8223) || (c >= 8242 && c <= 8247);
    return light ? 1 : 2;
}

std::size_t weight_of(std::u16string_view text) {
    std::size_t weight = 0;
    for (std::size_t at = 0; at < text.size();) {
        if (const auto emoji = emoji_at(text, at)) {
            weight += kEmojiWeight;
            at += emoji;
            continue;
        }
        UChar32 c = 0;
        U16_NEXT(text.data(), at, text.size(), c);
        weight += weight_of(c);
    }
    return weight;
}

}  // namespace

std::size_t weighted_length(std::string_view utf8) {
    const auto text = to_composed(utf8);
    const std::u16string_view all = text;
    std::size_t weight = 0, from = 0;
    for (const auto& url : find_urls(all)) {
        weight += weight_of(all.substr(from, url.begin - from)) + kUrlWeight;
        from = url.end;
    }
    return weight + weight_of(all.substr(from));
}

}  // namespace maillon::twitter
