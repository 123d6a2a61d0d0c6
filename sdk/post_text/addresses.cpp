#include "characters.h"
#include "maillon/post_text.h"
#include "top_level.h"

#include <unicode/uchar.h>
#include <algorithm>

namespace maillon::post_text {
namespace {

/// Bytes of a host name (RFC 1035 §2.3.4), and room for accents; keeps the search linear.
constexpr std::size_t kLongestHost = 512;

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_high(char c) {
    return static_cast<unsigned char>(c) >= 0x80;
}
bool in(std::string_view set, char c) {
    return set.find(c) != std::string_view::npos;
}
std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return out;
}

/// After a letter, a digit or one of these nothing begins that could be an address.
bool may_begin(std::string_view text, std::size_t at) {
    return at == 0 || (!is_letter_or_digit(text[at - 1]) && !in("@$#", text[at - 1]));
}

std::size_t scheme_at(std::string_view text, std::size_t at) {
    if (text[at] != 'h' && text[at] != 'H') return 0;
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (lower(text.substr(at, scheme.size())) == scheme) return scheme.size();
    }
    return 0;
}

/// Bytes of the letter of Latin with an accent at `at`, or 0.
std::size_t accented(std::string_view text, std::size_t at) {
    const auto letter = character_at(text, at);
    return letter.value >= 0xC0 && letter.value < 0x250 && u_isalpha(letter.value) ? letter.size : 0;
}

/// Bytes of the character at `at` when it can be part of a host, else 0. Behind a scheme a host may be of any
/// script; a bare one is Latin, for in scripts without spaces every end of a sentence would be an address.
std::size_t host_part(std::string_view text, std::size_t at, bool bare) {
    const char c = text[at];
    if (is_letter_or_digit(c) || in("-_.", c)) return 1;
    if (!is_high(c)) return 0;
    if (bare) return accented(text, at);
    const auto letter = character_at(text, at);
    return u_isalpha(letter.value) ? letter.size : 0;
}

/// Whether a label is a top-level domain of the public suffix list; in its ASCII form every one is.
bool is_top_level(std::string_view label) {
    const std::string small = lower(label);
    if (small.starts_with("xn--")) return small.size() > 4;
    return kTopLevels.find("\n" + small + "\n") != std::string_view::npos;
}

/// Whether a label can stand right before the top-level domain.
bool is_name(std::string_view label) {
    return !label.empty() && label.front() != '-' && label.back() != '-' && !in(label, '_');
}

bool may_end_host(std::string_view text, std::size_t end) {
    return end >= text.size() || (!is_letter_or_digit(text[end]) && !in("@+-", text[end]));
}

/// End of the host that begins at `at`: the longest run of labels that ends in a top-level domain; `at` if
/// none.
std::size_t host_end(std::string_view text, std::size_t at, bool bare) {
    std::size_t end = at, label = at, best = at;
    bool behind_name = false;
    while (end <= text.size() && end - at <= kLongestHost) {
        const std::size_t part = end < text.size() ? host_part(text, end, bare) : 0;
        const auto name = text.substr(label, end - label);
        // A letter with an accent goes on with the label, or stands behind it: "example.comé".
        const bool may_end = part != 1 || text[end] == '.';
        if (may_end && behind_name && may_end_host(text, end) && is_top_level(name)) best = end;
        if (part > 0 && text[end] != '.') {
            end += part;
            continue;
        }
        if (part == 0 || name.empty()) break;
        behind_name = is_name(name);
        label = ++end;
    }
    return best;
}

std::size_t port_end(std::string_view text, std::size_t at) {
    if (at >= text.size() || text[at] != ':') return at;
    std::size_t end = at + 1;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    return end > at + 1 ? end : at;
}

/// Bytes of the character at `at` when it can stand in a path: ASCII, and letters of Latin, Greek and
/// Cyrillic.
std::size_t path_part(std::string_view text, std::size_t at) {
    const char c = text[at];
    if (is_letter_or_digit(c) || in("/!*';:=+,.$%#[]-_~@|&()", c)) return 1;
    const auto letter = character_at(text, at);
    return letter.value >= 0xC0 && letter.value < 0x530 && u_isalpha(letter.value) ? letter.size : 0;
}

/// End of the path: whatever may stand in it with its parentheses closed, less the punctuation of the
/// sentence around.
std::size_t path_end(std::string_view text, std::size_t at) {
    if (at >= text.size() || text[at] != '/') return at;
    std::size_t end = at, opened = at;
    int open = 0;
    while (end < text.size()) {
        const char c = text[end];
        const std::size_t part = path_part(text, end);
        if (part == 0 || (c == ')' && (open == 0 || text[end - 1] == '('))) break;
        if (c == '(' && open++ == 0) opened = end;
        if (c == ')') --open;
        end += part;
    }
    if (open > 0) end = opened;
    while (end > at + 1 && in("!*';:,.$%[]~@|&", text[end - 1])) --end;
    return end;
}

/// End of the query: ASCII alone, and nothing in it is balanced.
std::size_t query_end(std::string_view text, std::size_t at) {
    if (at >= text.size() || text[at] != '?') return at;
    std::size_t end = at + 1;
    const auto may_stand = [&](char c) { return is_letter_or_digit(c) || in("!?*'@();:&=+$/%#[]-_.,~|", c); };
    while (end < text.size() && may_stand(text[end])) ++end;
    const auto may_be_last = [&](char c) { return is_letter_or_digit(c) || in("-_&=#/", c); };
    while (end > at + 1 && !may_be_last(text[end - 1])) --end;
    return end > at + 1 ? end : at;
}

/// Where what looks like an address at `at` ends, or `at`.
std::size_t likeness_end(std::string_view text, std::size_t at) {
    const std::size_t scheme = scheme_at(text, at);
    const bool bare = scheme == 0;
    const bool begins = !bare || is_letter_or_digit(text[at]) || (at > 0 && accented(text, at) > 0);
    if (!begins || !may_begin(text, at)) return at;
    const std::size_t host = host_end(text, at + scheme, bare);
    return host == at + scheme ? at : query_end(text, path_end(text, port_end(text, host)));
}

}  // namespace

std::vector<Span> addresses(std::string_view text) {
    std::vector<Span> out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = likeness_end(text, at);
        // A bare host after a joining mark is none, and nothing in it is.
        const bool is_joined = at > 0 && in("-_./", text[at - 1]) && scheme_at(text, at) == 0;
        if (end > at && !is_joined) out.push_back({at, end});
        at = std::max(end, at + 1);
    }
    return out;
}

}  // namespace maillon::post_text
