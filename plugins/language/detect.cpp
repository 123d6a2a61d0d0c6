#include "detect.h"

#include <algorithm>
#include <array>
#include <cstdio>  // CLD2's header needs it
#include <utility>

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

namespace maillon::language {
namespace {

constexpr std::size_t kLongestText = 64 * 1024;
constexpr double kGuess = 0.6;      ///< weight of an answer that the detector itself finds too short
constexpr double kFullLength = 16;  ///< bytes of letters from which on length no longer lowers confidence
constexpr int kShortestGuess = 10;  ///< bytes of letters

struct Verdict {
    CLD2::Language language = CLD2::UNKNOWN_LANGUAGE;
    bool is_reliable = false;
    int share = 0;    ///< per cent
    int letters = 0;  ///< bytes
};

Verdict ask(std::string_view text, int flags) {
    const CLD2::CLDHints hints{nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
    std::array<CLD2::Language, 3> languages{};
    std::array<int, 3> shares{};
    std::array<double, 3> scores{};
    Verdict out;
    int valid = 0;
    out.language = CLD2::ExtDetectLanguageSummaryCheckUTF8(
        text.data(), static_cast<int>(text.size()), true, &hints, flags, languages.data(), shares.data(),
        scores.data(), nullptr, &out.letters, &out.is_reliable, &valid);
    for (std::size_t i = 0; i < languages.size(); ++i) {
        if (languages[i] == out.language) out.share = std::max(out.share, shares[i]);
    }
    return out;
}

/// Most letters lie beyond Latin, IPA and the combining marks.
bool is_beyond_latin(std::string_view text) {
    std::size_t latin = 0;
    std::size_t other = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= 0xC3 && byte <= 0xC9))
            ++latin;
        if (byte >= 0xCD && byte < 0xF0) ++other;  // lead bytes from U+0340 on, without the emoji planes
    }
    return other > latin;
}

std::string_view first_bytes(std::string_view text, std::size_t most) {
    std::size_t size = std::min(text.size(), most);
    while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0u) == 0x80u)
        --size;
    return text.substr(0, size);
}

bool same_letter(char a, char b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(a) == lower(b);
}

bool same_text(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), same_letter);
}

}  // namespace

std::string bcp47(std::string_view cld2_code) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kOther{{
        {"iw", "he"},
        {"jw", "jv"},
        {"no", "nb"},
        {"tl", "fil"},
        {"mo", "ro"},
        {"bh", "bho"},
        {"un", "und"},
        {"xxx", "und"},
        {"zzp", "und"},
        {"tlh", "und"},
    }};
    for (const auto& [from, to] : kOther) {
        if (from == cld2_code) return std::string(to);
    }
    // "xx-Cyrl": a script without a language.
    return cld2_code.empty() || cld2_code.starts_with("xx-") ? "und" : std::string(cld2_code);
}

bool admits(std::string_view range, std::string_view language) {
    if (same_text(range, "no") && (same_text(language, "nb") || same_text(language, "nn"))) return true;
    if (same_text(range, "zh-Hans") && language == "zh") return true;
    if (language.size() > range.size() && language[range.size()] == '-')
        language = language.substr(0, range.size());
    return same_text(range, language);
}

Detected detect(std::string_view text) {
    text = first_bytes(text, kLongestText);
    auto verdict = ask(text, 0);
    double weight = 1;
    if (verdict.language == CLD2::UNKNOWN_LANGUAGE && is_beyond_latin(text)) {
        verdict = ask(text, CLD2::kCLDFlagBestEffort);
        weight = verdict.letters >= kShortestGuess ? kGuess : 0;
    }
    Detected out{bcp47(CLD2::LanguageCode(verdict.language)), 0};
    if (out.language == "und" || !verdict.is_reliable || weight <= 0) return {};
    out.confidence = weight * verdict.share / 100 * std::min(1.0, verdict.letters / kFullLength);
    return out;
}

}  // namespace maillon::language
