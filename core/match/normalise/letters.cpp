#include "core/match/normalise/letters.h"

#include <array>

namespace maillon::match {
namespace {

// а … я, then the further letters ѐ … џ
constexpr std::array<std::string_view, 32> kCyrillic{
    "a", "b", "v", "g", "d", "e",  "zh", "z",  "i",  "i",    "k", "l", "m", "n", "o",  "p",
    "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "",  "y", "",  "e", "yu", "ya"};
constexpr std::array<std::string_view, 16> kMoreCyrillic{"e", "e",  "dj", "g", "ye", "dz", "i", "i",
                                                         "j", "lj", "nj", "c", "k",  "i",  "u", "dz"};
constexpr std::uint32_t kBe = 0x430, kMore = 0x450, kGheUpturned = 0x491;

// α … ω, final ς among them
constexpr std::array<std::string_view, 25> kGreek{"a", "v", "g", "d", "e",  "z",  "i", "th", "i",
                                                  "k", "l", "m", "n", "x",  "o",  "p", "r",  "s",
                                                  "s", "t", "y", "f", "ch", "ps", "o"};
constexpr std::uint32_t kAlpha = 0x3B1;

/// A Greek letter in lower case without accent, for the few that form pairs.
std::uint32_t bare(std::uint32_t point) {
    if (point >= 0x391 && point <= 0x3A9) return point + 0x20;
    switch (point) {
        case 0x3AC:
        case 0x386: return 0x3B1;
        case 0x3AD:
        case 0x388: return 0x3B5;
        case 0x3CC:
        case 0x38C: return 0x3BF;
        case 0x3CD:
        case 0x38E: return 0x3C5;
        default: return point;
    }
}

/// Without voice: θ κ ξ π σ ς τ φ χ ψ.
bool is_hard(std::uint32_t point) {
    constexpr std::u32string_view kHard = U"θκξπσςτφχψ";
    return kHard.find(static_cast<char32_t>(point)) != std::u32string_view::npos;
}

int continuation(std::string_view text, std::size_t at) {
    if (at >= text.size()) return -1;
    const auto byte = static_cast<unsigned char>(text[at]);
    return (byte & 0xC0) == 0x80 ? byte & 0x3F : -1;
}

}  // namespace

std::uint32_t next_point(std::string_view text, std::size_t& at) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    if (lead < 0x80) return lead;
    const int more = lead >= 0xC2 && lead <= 0xDF   ? 1
                     : lead >= 0xE0 && lead <= 0xEF ? 2
                     : lead >= 0xF0 && lead <= 0xF4 ? 3
                                                    : 0;
    if (more == 0) return kNoPoint;
    std::uint32_t out = lead & (0x3Fu >> more);
    for (int i = 0; i < more; ++i) {
        const int bits = continuation(text, at + static_cast<std::size_t>(i));
        if (bits < 0) return kNoPoint;
        out = out << 6 | static_cast<std::uint32_t>(bits);
    }
    constexpr std::array<std::uint32_t, 4> kLeast{0, 0x80, 0x800, 0x10000};
    if (out < kLeast[static_cast<std::size_t>(more)] || out > 0x10FFFF || (out >= 0xD800 && out <= 0xDFFF)) {
        return kNoPoint;
    }
    at += static_cast<std::size_t>(more);
    return out;
}

std::string utf8(std::uint32_t point) {
    const auto tail = [&](int shift) { return static_cast<char>(0x80 | (point >> shift & 0x3F)); };
    if (point < 0x80) return {static_cast<char>(point)};
    if (point < 0x800) return {static_cast<char>(0xC0 | point >> 6), tail(0)};
    if (point < 0x10000) return {static_cast<char>(0xE0 | point >> 12), tail(6), tail(0)};
    return {static_cast<char>(0xF0 | point >> 18), tail(12), tail(6), tail(0)};
}

std::string in_latin_letters(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const std::uint32_t point = next_point(text, at);
        if (point >= kBe && point < kMore) {
            out += kCyrillic[point - kBe];
        } else if (point >= kMore && point < kMore + kMoreCyrillic.size()) {
            out += kMoreCyrillic[point - kMore];
        } else if (point == kGheUpturned) {
            out += 'g';
        } else if (point >= kAlpha && point < kAlpha + kGreek.size()) {
            out += kGreek[point - kAlpha];
        } else {
            out += text.substr(begin, at - begin);
        }
    }
    return out;
}

std::string_view greek_pair(std::uint32_t before, std::uint32_t point, std::uint32_t behind) {
    constexpr std::uint32_t kEpsilon = 0x3B5, kOmicron = 0x3BF, kYpsilon = 0x3C5;
    const std::uint32_t first = bare(before), second = bare(point);
    if (second == kYpsilon && point != 0x3CB) {
        if (first == kOmicron) return "u";
        if (first == kAlpha || first == kEpsilon) return is_hard(bare(behind)) ? "f" : "v";
    }
    return {};
}

bool is_cyrillic(std::uint32_t point) {
    return point >= 0x400 && point < 0x530;
}

}  // namespace maillon::match
