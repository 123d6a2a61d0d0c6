#include "weighted_length.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace sandbox {
namespace {

constexpr int kAddress = 23;
constexpr char32_t kJoiner = 0x200d;
constexpr char32_t kEmojiStyle = 0xfe0f;
constexpr char32_t kKeycap = 0x20e3;

struct Range {
    char32_t first, last;
};

template <std::size_t N>
bool lies_in(char32_t point, const std::array<Range, N>& ranges) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [&](Range r) { return point >= r.first && point <= r.last; });
}

constexpr std::array<Range, 4> kLight = {{{0, 4351}, {8192, 8205}, {8208, 8223}, {8242, 8247}}};
constexpr std::array<Range, 4> kPictures = {
    {{0x1f000, 0x1faff}, {0x2600, 0x27bf}, {0x2b00, 0x2bff}, {0x2300, 0x23ff}}};
constexpr std::array<std::string_view, 14> kDomains = {".com", ".org", ".net",  ".fr",     ".co",
                                                       ".io",  ".uk",  ".de",   ".be",     ".ch",
                                                       ".eu",  ".ly",  ".info", ".example"};

bool is_picture(char32_t point) {
    return lies_in(point, kPictures);
}
bool is_skin(char32_t point) {
    return point >= 0x1f3fb && point <= 0x1f3ff;
}
bool is_flag_letter(char32_t point) {
    return point >= 0x1f1e6 && point <= 0x1f1ff;
}
bool is_tag(char32_t point) {
    return point >= 0xe0020 && point <= 0xe007f;
}
bool is_combining(char32_t point) {
    return point >= 0x300 && point <= 0x36f;
}
bool is_latin_letter(char32_t point) {
    return (point >= 'A' && point <= 'Z') || (point >= 'a' && point <= 'z');
}

std::vector<char32_t> code_points(std::string_view text) {
    std::vector<char32_t> points;
    for (std::size_t at = 0; at < text.size();) {
        const auto first = static_cast<unsigned char>(text[at++]);
        const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
        char32_t point = more == 0 ? first : first & (0x3fU >> static_cast<unsigned>(more));
        for (int i = 0; i < more && at < text.size(); ++i) {
            point = (point << 6U) | (static_cast<unsigned char>(text[at++]) & 0x3fU);
        }
        points.push_back(point);
    }
    return points;
}

/// How many code points the emoji that begins at `at` has; 0 when none does.
std::size_t emoji_length(const std::vector<char32_t>& points, std::size_t at) {
    const auto peek = [&](std::size_t i) { return i < points.size() ? points[i] : char32_t{0}; };
    const char32_t first = points[at];
    const bool is_key = (first >= '0' && first <= '9') || first == '#' || first == '*';
    if (is_key) {
        const std::size_t mark = at + (peek(at + 1) == kEmojiStyle ? 2 : 1);
        return peek(mark) == kKeycap ? mark + 1 - at : 0;
    }
    if (is_flag_letter(first)) return is_flag_letter(peek(at + 1)) ? 2 : 1;
    if (!is_picture(first) && peek(at + 1) != kEmojiStyle) return 0;
    std::size_t end = at + 1;
    for (;;) {
        while (peek(end) == kEmojiStyle || is_skin(peek(end)) || is_tag(peek(end))) ++end;
        if (peek(end) != kJoiner || !is_picture(peek(end + 1))) {
            // Signs such as U+2642 join without being pictures of their own.
            if (peek(end) != kJoiner || peek(end + 2) != kEmojiStyle) return end - at;
        }
        end += 2;
    }
}

bool is_address_end(char c) {
    return static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x80 || c == '"' ||
           c == '<' || c == '>';
}

/// How many bytes the address that begins at `at` has; 0 when none does.
std::size_t address_length(std::string_view text, std::size_t at) {
    if (at > 0 && !is_address_end(text[at - 1]) && text[at - 1] != '(') return 0;
    std::size_t end = at;
    while (end < text.size() && !is_address_end(text[end])) ++end;
    while (end > at && std::string_view(".,;:!?')").find(text[end - 1]) != std::string_view::npos) --end;
    const std::string_view word = text.substr(at, end - at);
    if (word.starts_with("http://") || word.starts_with("https://")) return word.size() > 8 ? word.size() : 0;
    if (word.find('@') != std::string_view::npos) return 0;
    const std::string_view host = word.substr(0, word.find('/'));
    const auto ends = [&](std::string_view domain) {
        return host.size() > domain.size() && host.ends_with(domain);
    };
    return std::any_of(kDomains.begin(), kDomains.end(), ends) ? word.size() : 0;
}

int weigh_plain(const std::vector<char32_t>& points) {
    int weight = 0;
    for (std::size_t at = 0; at < points.size();) {
        if (const std::size_t length = emoji_length(points, at); length > 0) {
            weight += 2;
            at += length;
            continue;
        }
        const bool composes = is_combining(points[at]) && at > 0 && is_latin_letter(points[at - 1]);
        if (!composes) weight += lies_in(points[at], kLight) ? 1 : 2;
        ++at;
    }
    return weight;
}

}  // namespace

int weighted_length(std::string_view text) {
    int weight = 0;
    std::string plain;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = address_length(text, at);
        if (length == 0) {
            plain.push_back(text[at++]);
            continue;
        }
        weight += kAddress;
        at += length;
    }
    return weight + weigh_plain(code_points(plain));
}

std::string_view without_leading_mentions(std::string_view text) {
    while (text.starts_with('@')) {
        const auto space = text.find(' ');
        if (space == std::string_view::npos) return {};
        text.remove_prefix(space + 1);
    }
    return text;
}

}  // namespace sandbox
