#include "core/match/normalise/shown_name.h"

#include "core/match/normalise/fold.h"
#include "core/match/normalise/handle.h"
#include "core/match/normalise/letters.h"
#include "core/match/normalise/word_list.h"

#include <algorithm>
#include <array>

namespace maillon::match {
namespace {

constexpr std::size_t kLongest = 200;

bool is_title(std::string_view word) {
    constexpr WordList kTitles({"abbe",    "capt",  "captain", "col",  "docteur",    "don",       "dona",
                                "dottssa", "dr",    "dra",     "frau", "gen",        "herr",      "ing",
                                "judge",   "lady",  "lord",    "lt",   "madame",     "maitre",    "me",
                                "mgr",     "miss",  "mlle",    "mme",  "monsieur",   "mr",        "mrs",
                                "ms",      "mx",    "pr",      "prof", "professeur", "professor", "rev",
                                "sen",     "senor", "senora",  "sgt",  "sir",        "sister"});
    return kTitles.has(word);
}

bool is_degree(std::string_view word) {
    constexpr WordList kDegrees({"acca", "ba",  "bsc", "ca",    "cfa", "cissp", "cpa",   "csm",
                                 "dba",  "dds", "dmd", "dphil", "esq", "facs",  "frcp",  "llb",
                                 "llm",  "ma",  "mba", "md",    "mph", "msc",   "mscit", "obe",
                                 "pe",   "phd", "pmp", "rn",    "shrm"});
    return kDegrees.has(word);
}

/// The suffix under its usual name, or empty.
std::string_view suffix_of(std::string_view word) {
    if (word == "jr" || word == "junior" || word == "fils") return "jr";
    if (word == "sr" || word == "senior") return "sr";
    constexpr WordList kNumbers({"ii", "iii", "iv"});
    return kNumbers.has(word) ? word : std::string_view();
}

/// Where the text is cut: at 200 bytes, in front of a code point.
std::string_view bounded(std::string_view text) {
    if (text.size() <= kLongest) return text;
    std::size_t end = kLongest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end);
}

/// Without what stands in brackets; an open bracket takes the rest.
std::string without_brackets(std::string_view text) {
    std::string out;
    int depth = 0;
    for (const char c : text) {
        if (c == '(' || c == '[' || c == '{') {
            ++depth;
            out += ' ';
        } else if (c == ')' || c == ']' || c == '}') {
            depth = std::max(depth - 1, 0);
        } else if (depth == 0) {
            out += c;
        }
    }
    return out;
}

/// The first part of "Anne Dupont | Coach" that holds a letter.
std::string_view first_part(std::string_view text) {
    constexpr auto kMarks = std::to_array<std::string_view>(
        {"|", "•", "·", "»", "→", "★", "✦", " - ", " – ", " — ", " / ", " @", " : ", "~", " chez ", " at "});
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];  // most are letters, with which no mark begins
        if (static_cast<signed char>(c) >= 0 && c != ' ' && c != '|' && c != '~') continue;
        const auto mark =
            std::ranges::find_if(kMarks, [&](std::string_view m) { return text.substr(at).starts_with(m); });
        if (mark == kMarks.end()) continue;
        const auto part = text.substr(begin, at - begin);
        if (!folded(part).empty()) return part;
        at += mark->size() - 1;
        begin = at + 1;
    }
    return text.substr(begin);
}

/// Letters that are written in two sizes: none of them small, two at least.
bool in_capitals(std::string_view word) {
    int capitals = 0;
    for (std::size_t at = 0; at < word.size();) {
        const std::uint32_t point = next_point(word, at);
        if ((point >= 'a' && point <= 'z') || (point >= 0xDF && point <= 0xFF && point != 0xF7) ||
            (point >= 0x3AC && point <= 0x3CE) || (point >= 0x430 && point <= 0x45F)) {
            return false;
        }
        if (point >= 0x100 && point <= 0x17F && point % 2 == 1) return false;  // Latin Extended-A, nearly so
        capitals += (point >= 'A' && point <= 'Z') || point >= 0xC0;
    }
    return capitals >= 2;
}

bool is_number(std::string_view word) {
    return std::ranges::all_of(word, [](char c) { return (c >= '0' && c <= '9') || c == ' '; });
}

/// Hyphens and full stops hold words together; blanks of other alphabets and emoji do not.
void add(std::vector<NameToken>& out, std::string_view plain, std::string_view written) {
    const bool capitals = in_capitals(written);
    if (written.find_first_of("-.") != std::string_view::npos) {
        out.push_back({std::string(plain), capitals, false});
        return;
    }
    for (const auto word : words(plain)) out.push_back({std::string(word), capitals, false});
}

std::vector<NameToken> tokens_of(std::string_view text) {
    std::vector<NameToken> out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = text.find_first_of(" \t\r\n,", at);
        end = std::min(end, text.size());
        const auto word = text.substr(at, end - at);
        if (auto plain = folded(word); !plain.empty() && !is_number(plain)) {
            if (plain.size() > 3 && plain.starts_with("st ")) plain.replace(0, 2, "saint");
            add(out, plain, word);
        }
        if (end < text.size() && text[end] == ',' && !out.empty()) out.back().ends_with_comma = true;
        at = end + 1;
    }
    return out;
}

/// A letter with its full stop, or several ("J.P.", "Ph.D."), as one word.
std::string letters_joined(std::string_view text) {
    const auto parts = words(text);
    const bool single = parts.size() > 1 && std::ranges::all_of(parts, [](auto w) { return w.size() <= 2; });
    return single ? compact(text) : std::string(text);
}

void take_off(ShownName& name) {
    auto& tokens = name.tokens;
    while (tokens.size() > 1 && is_title(letters_joined(tokens.front().text))) tokens.erase(tokens.begin());
    // "M." alone is a title only where two words follow: else it is an initial.
    if (tokens.size() > 2 && tokens.front().text == "m") tokens.erase(tokens.begin());
    bool after_comma = false;
    while (tokens.size() > 1) {
        const std::string last = letters_joined(tokens.back().text);
        const bool behind_comma = tokens[tokens.size() - 2].ends_with_comma;
        if (!suffix_of(last).empty()) {
            name.suffix = suffix_of(last);
        } else if (!is_degree(last) || (tokens.size() == 2 && !behind_comma && !tokens.back().is_capitals)) {
            break;
        }
        after_comma = behind_comma;
        tokens.pop_back();
        if (after_comma) tokens.back().ends_with_comma = false;
    }
    if (!tokens.empty()) tokens.back().ends_with_comma = false;
}

}  // namespace

ShownName shown_name(std::string_view text) {
    const std::string plain = without_brackets(bounded(text));
    ShownName out;
    out.tokens = tokens_of(first_part(plain));
    // "jean.dupont_75": an @name in place of a name.
    if (out.tokens.size() == 1 && plain.find_first_of("._") != std::string::npos) {
        std::vector<NameToken> parts;
        for (auto& word : handle_words(first_part(plain))) parts.push_back({std::move(word)});
        if (parts.size() > 1) out.tokens = std::move(parts);
    }
    take_off(out);
    return out;
}

}  // namespace maillon::match
