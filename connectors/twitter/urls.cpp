#include "urls.h"

#include "tlds.h"

#include <unicode/uchar.h>
#include <string>

namespace maillon::twitter {
namespace {

bool is_letter_or_digit(char16_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool in(std::string_view set, char16_t c) {
    return c < 0x80 && set.find(static_cast<char>(c)) != std::string_view::npos;
}
char lower(char16_t c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/// After a letter, a digit or one of these no address begins; a bare host not after a joining mark either.
bool may_begin(std::u16string_view text, std::size_t at, bool bare) {
    if (at == 0) return true;
    const auto before = text[at - 1];
    return !is_letter_or_digit(before) && !in("@$#", before) && !(bare && in("-_./", before));
}

std::size_t scheme_at(std::u16string_view text, std::size_t at) {
    for (const std::string_view scheme : {"https://", "http://"}) {
        std::size_t i = 0;
        while (i < scheme.size() && at + i < text.size() && text[at + i] < 0x80 &&
               lower(text[at + i]) == scheme[i])
            ++i;
        if (i == scheme.size()) return i;
    }
    return 0;
}

/// Behind a scheme a host may be international; a bare one is ASCII, else every sentence end would be an
/// address.
bool is_host_unit(char16_t c, bool bare) {
    return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.' ||
           (!bare && c >= 0xC0 && (u_isalpha(c) || (c >= 0xD800 && c < 0xE000)));
}

bool is_top_label(std::u16string_view label, bool bare) {
    std::string ascii;
    bool international = false;
    for (const auto c : label) {
        international = international || c >= 0x80;
        if (c < 0x80) ascii += lower(c);
    }
    if (international) return !bare;
    const bool letters = ascii.find_first_of("0123456789_") == std::string::npos;
    return bare ? is_top_level(ascii) : ascii.size() >= 2 && (letters || ascii.starts_with("xn--"));
}

bool may_end_host(std::u16string_view text, std::size_t end) {
    return end >= text.size() || (!is_letter_or_digit(text[end]) && !in("@+-", text[end]));
}

/// End of the host that begins at `at`: the longest run of labels that ends in a top-level domain; `at` if
/// none.
std::size_t host_end(std::u16string_view text, std::size_t at, bool bare) {
    std::size_t end = at, label = at, best = at;
    bool dotted = false;
    for (; end <= text.size(); ++end) {
        const bool inside = end < text.size() && is_host_unit(text[end], bare);
        if (inside && text[end] != '.') continue;
        if (end == label) break;
        if (dotted && is_top_label(text.substr(label, end - label), bare) && may_end_host(text, end))
            best = end;
        if (!inside) break;
        dotted = true;
        label = end + 1;
    }
    return best;
}

std::size_t port_end(std::u16string_view text, std::size_t at) {
    auto end = at;
    if (end >= text.size() || text[end] != ':') return at;
    for (++end; end < text.size() && text[end] >= '0' && text[end] <= '9';) ++end;
    return end > at + 1 ? end : at;
}

/// End of path and query: whatever may stand in them, less the punctuation of the sentence around.
std::size_t path_end(std::u16string_view text, std::size_t at) {
    if (at >= text.size() || !in("/?", text[at])) return at;
    auto end = at;
    int open = 0;
    for (; end < text.size(); ++end) {
        const auto c = text[end];
        const bool part = is_letter_or_digit(c) || in("/?!*';:=+,.$%#[]-_~@|&()", c) ||
                          (c >= 0xC0 && c < 0x530 && u_isalpha(c));
        if (!part) break;
        if (c == '(') ++open;
        if (c == ')' && --open < 0) break;
    }
    while (end > at + 1 && (in("!*';:,.$%[]~@|?(", text[end - 1]) || (text[end - 1] == ')' && open != 0)))
        --end;
    return end;
}

std::size_t url_end(std::u16string_view text, std::size_t at, std::size_t scheme) {
    const auto host = host_end(text, at + scheme, scheme == 0);
    if (host == at + scheme) return at;
    return path_end(text, port_end(text, host));
}

}  // namespace

std::vector<Span> find_urls(std::u16string_view text) {
    std::vector<Span> out;
    for (std::size_t at = 0; at < text.size();) {
        const auto scheme = scheme_at(text, at);
        const bool may = (scheme > 0 || is_letter_or_digit(text[at])) && may_begin(text, at, scheme == 0);
        const auto end = may ? url_end(text, at, scheme) : at;
        if (end > at) out.push_back({at, end});
        at = std::max(end, at + 1);
    }
    return out;
}

}  // namespace maillon::twitter
