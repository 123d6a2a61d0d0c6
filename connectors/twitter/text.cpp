#include "text.h"

#include "maillon/post_text.h"

#include <array>
#include <utility>

namespace maillon::twitter {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
    {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}}};

bool is_name(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

}  // namespace

std::string decoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        std::size_t taken = 0;
        if (text[i] == '&') {
            for (const auto& [entity, character] : kEntities) {
                if (text.substr(i, entity.size()) != entity) continue;
                out += character;
                taken = entity.size();
                break;
            }
        }
        if (taken == 0) out += text[i++];
        i += taken;
    }
    return out;
}

std::string_view without_leading_mentions(std::string_view text) {
    for (;;) {
        const auto start = text.find_first_not_of(kSpace);
        if (start == std::string_view::npos || text[start] != '@') return text;
        auto end = start + 1;
        while (end < text.size() && is_name(text[end])) ++end;
        const bool is_handle = end > start + 1 && end - start <= 16;
        if (!is_handle || (end < text.size() && kSpace.find(text[end]) == std::string_view::npos))
            return text;
        text.remove_prefix(end);
    }
}

std::string comparable(std::string_view text) {
    constexpr std::size_t kLongest = 100'000;  // bytes; longer than any post
    auto plain = decoded(text.substr(0, kLongest));
    std::erase(plain, '\r');
    const auto composed = post_text::composed(trimmed(without_leading_mentions(plain)));
    std::string out;
    std::size_t from = 0;
    for (const auto& address : post_text::addresses(composed)) {
        out.append(composed, from, address.begin - from);
        out += '\x01';
        from = address.end;
    }
    return out.append(composed, from);
}

}  // namespace maillon::twitter
