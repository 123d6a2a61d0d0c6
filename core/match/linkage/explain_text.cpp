#include "core/match/linkage/explain.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace maillon::match {
namespace {

constexpr std::size_t kFieldWidth = 14, kValueWidth = 26, kLevelWidth = 12;
constexpr double kBitsOfSign = 1;  // one sign of a bar is so many bits

/// Cut or filled to a width in characters.
std::string column(std::string_view text, std::size_t width) {
    std::string out;
    std::size_t count = 0;
    for (const char c : text) {
        const bool begins = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
        if (begins && count == width - 1) {
            out += "…";
            ++count;
            break;
        }
        count += begins ? 1 : 0;
        out += c;
    }
    return out.append(width - std::min(width, count), ' ');
}

std::string number(double bits) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%+6.1f", bits);
    return text.data();
}

std::string bar(double bits) {
    const auto signs = static_cast<std::size_t>(std::min(30.0, std::round(std::abs(bits) / kBitsOfSign)));
    return std::string(signs, bits < 0 ? '-' : '+');
}

std::string line(const std::string& field, const Evidence& one) {
    std::string out = "  " + column(field, kFieldWidth) + " " + column(one.left, kValueWidth) + " " +
                      column(one.right, kValueWidth) + " " + column(one.level, kLevelWidth) + " " +
                      number(one.bits) + "  " + bar(one.bits);
    if (std::abs(one.rarity_bits) >= 0.05) out += "  (rarity " + number(one.rarity_bits) + ")";
    return out + "\n";
}

}  // namespace

std::string_view words_of(Verdict::Kind kind) {
    switch (kind) {
        case Verdict::Kind::link: return "linked";
        case Verdict::Kind::review: return "for a person to decide";
        case Verdict::Kind::none: break;
    }
    return "not linked";
}

std::string waterfall_text(const Verdict& verdict, const Candidate& candidate) {
    std::string out = line("before", {"", "nothing looked at yet", "", "", verdict.prior_bits, 0});
    for (const auto& one : candidate.waterfall) {
        if (one.level == "missing" && one.left.empty() && one.right.empty()) continue;
        out += line(one.field, one);
    }
    out += line("all", {"", "", "", "", candidate.bits, 0});
    std::array<char, 160> text{};
    std::snprintf(text.data(), text.size(),
                  "  probability %.4f against the other candidates and nobody; class '%s'\n",
                  candidate.probability, candidate.evidence_class.c_str());
    return out + text.data();
}

}  // namespace maillon::match
