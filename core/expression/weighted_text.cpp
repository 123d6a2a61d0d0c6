#include "core/expression/weighted_text.h"

#include "core/base/text.h"
#include "core/expression/top_level.h"
#include "core/expression/utf8.h"

#include <algorithm>

namespace maillon::expression {
namespace {

constexpr std::size_t kAddressWeight = 23;
constexpr std::size_t kEmojiWeight = 2;

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_high(char c) {
    return static_cast<unsigned char>(c) >= 0x80;
}
bool in(std::string_view set, char c) {
    return set.find(c) != std::string_view::npos;
}

/// After a letter, a digit or one of these no address begins; a bare host not after a joining mark either.
bool may_begin(std::string_view text, std::size_t at, bool bare) {
    if (at == 0) return true;
    const char before = text[at - 1];
    return !is_letter_or_digit(before) && !in("@$#", before) && !(bare && in("-_./", before));
}

std::size_t scheme_at(std::string_view text, std::size_t at) {
    for (const std::string_view scheme : {"https://", "http://"}) {
        const std::string_view there = text.substr(at, scheme.size());
        if (there.front() != scheme.front() && there.front() != 'H') continue;
        if (ascii_lower(there) == scheme) return scheme.size();
    }
    return 0;
}

/// Bytes of the character at `at` when it can be part of a host, else 0. Behind a scheme a host may be
/// international; a bare one is ASCII, else every end of a sentence would be an address.
std::size_t host_part(std::string_view text, std::size_t at, bool bare, const Unicode* tables) {
    const char c = text[at];
    if (is_letter_or_digit(c) || in("-_.", c)) return 1;
    if (bare || !is_high(c) || tables == nullptr || !tables->is_letter(point_at(text, at))) return 0;
    return sequence_length(c);
}

bool is_top_label(std::string_view label, bool bare) {
    if (std::ranges::any_of(label, is_high)) return !bare;
    const std::string ascii = ascii_lower(label);
    if (bare) return is_top_level(ascii);
    const bool letters = ascii.find_first_of("0123456789_") == std::string::npos;
    return ascii.size() >= 2 && (letters || ascii.starts_with("xn--"));
}

bool may_end_host(std::string_view text, std::size_t end) {
    return end >= text.size() || (!is_letter_or_digit(text[end]) && !in("@+-", text[end]));
}

/// End of the host that begins at `at`: the longest run of labels that ends in a top-level domain.
std::size_t host_end(std::string_view text, std::size_t at, bool bare, const Unicode* tables) {
    std::size_t end = at, label = at, best = at;
    bool dotted = false;
    while (end <= text.size()) {
        const std::size_t part = end < text.size() ? host_part(text, end, bare, tables) : 0;
        if (part > 0 && text[end] != '.') {
            end += part;
            continue;
        }
        if (end == label) break;
        if (dotted && is_top_label(text.substr(label, end - label), bare) && may_end_host(text, end))
            best = end;
        if (part == 0) break;
        dotted = true;
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

/// End of path and query: whatever may stand in them, less the punctuation of the sentence around.
std::size_t path_end(std::string_view text, std::size_t at) {
    if (at >= text.size() || !in("/?", text[at])) return at;
    std::size_t end = at;
    int open = 0;
    for (; end < text.size(); ++end) {
        const char c = text[end];
        if (!is_letter_or_digit(c) && !in("/?!*';:=+,.$%#[]-_~@|&()", c)) break;
        open += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (open < 0) break;
    }
    while (end > at + 1 && (in("!*';:,.$%[]~@|?(", text[end - 1]) || (text[end - 1] == ')' && open != 0)))
        --end;
    return end;
}

std::size_t weight_of(std::uint32_t point) {
    const bool light = point <= 4351 || (point >= 8192 && point <= 8205) ||
                       (point >= 8208 && point <= 8223) || (point >= 8242 && point <= 8247);
    return light ? 1 : 2;
}

std::size_t weight_of(std::string_view cluster, const Unicode* tables) {
    if (cluster.size() > 1 && tables != nullptr && tables->is_emoji(cluster)) return kEmojiWeight;
    std::size_t weight = 0;
    for (std::size_t at = 0; at < cluster.size(); at += sequence_length(cluster[at]))
        weight += weight_of(point_at(cluster, at));
    return weight;
}

}  // namespace

std::size_t address_end(std::string_view text, std::size_t at, const Unicode* tables) {
    const std::size_t scheme = scheme_at(text, at);
    const bool bare = scheme == 0;
    if ((bare && !is_letter_or_digit(text[at])) || !may_begin(text, at, bare)) return at;
    const std::size_t host = host_end(text, at + scheme, bare, tables);
    return host == at + scheme ? at : path_end(text, port_end(text, host));
}

std::vector<WeightedPiece> weigh(std::string_view text, const Unicode* tables) {
    std::vector<std::size_t> ends;
    if (tables != nullptr) ends = tables->clusters(text);
    std::vector<WeightedPiece> out;
    for (std::size_t at = 0, next = 0; at < text.size();) {
        std::size_t end = address_end(text, at, tables);
        const bool is_address = end > at;
        if (!is_address) {
            while (next < ends.size() && ends[next] <= at) ++next;
            end = next < ends.size() ? ends[next] : at + 1;
        }
        out.push_back({end, is_address ? kAddressWeight : weight_of(text.substr(at, end - at), tables)});
        at = end;
    }
    return out;
}

std::size_t total(const std::vector<WeightedPiece>& pieces) {
    std::size_t weight = 0;
    for (const WeightedPiece& piece : pieces) weight += piece.weight;
    return weight;
}

}  // namespace maillon::expression
