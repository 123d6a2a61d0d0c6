#include "core/match/normalise/phonetic.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace maillon::match {
namespace {

using Rule = std::pair<std::string_view, std::string_view>;

/// Letters that sound as one, longest first among those that begin alike.
constexpr auto kRules = std::to_array<Rule>({
    {"eaux", "O"}, {"eau", "O"}, {"aux", "O"}, {"ault", "O"}, {"aud", "O"}, {"au", "O"}, {"schm", "xm"},
    {"sch", "x"},  {"tch", "x"}, {"sh", "x"},  {"ch", "x"},   {"ph", "f"},  {"pf", "f"}, {"ght", "t"},
    {"gh", "g"},   {"gn", "n"},  {"gu", "g"},  {"qu", "k"},   {"ck", "k"},  {"cz", "x"}, {"sz", "x"},
    {"kh", "k"},   {"th", "t"},  {"dt", "t"},  {"rh", "r"},   {"wr", "r"},  {"kn", "n"}, {"bv", "v"},
    {"ue", "u"},   {"oe", "o"},  {"ae", "e"},  {"ou", "u"},   {"oo", "u"},  {"ee", "i"}, {"ce", "se"},
    {"ci", "si"},  {"cy", "si"}, {"ge", "je"}, {"gi", "ji"},  {"gy", "ji"},
});

char sound(char c) {
    switch (c) {
        case 'c':
        case 'q': return 'k';
        case 'y': return 'i';
        case 'w': return 'v';
        case 'z': return 's';
        case 'O': return 'o';
        default: return c;
    }
}

bool is_vowel(char c) {
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

/// Silent at the end in French: Dupont, Legrand, Dubois, Renaux, Marie.
void drop_silent_end(std::string& key) {
    constexpr std::string_view kSilent = "stdxpe";
    int most = 2;
    while (key.size() > 3 && most-- > 0 && kSilent.find(key.back()) != std::string_view::npos) key.pop_back();
}

std::string sounds(std::string_view word) {
    std::string out;
    for (std::size_t at = 0; at < word.size();) {
        const auto rule =
            std::ranges::find_if(kRules, [&](const Rule& r) { return word.substr(at).starts_with(r.first); });
        const std::string_view written = rule != kRules.end() ? rule->first : word.substr(at, 1);
        for (const char c : rule != kRules.end() ? rule->second : written) {
            const char next = sound(c);
            if (out.empty() || out.back() != next) out += next;
        }
        at += written.size();
    }
    return out;
}

}  // namespace

std::string phonetic_key(std::string_view word) {
    std::string letters;
    for (const char c : word) {
        if (c >= 'a' && c <= 'z') letters += c;
    }
    if (letters.size() > 1 && letters.front() == 'h') letters.erase(0, 1);
    std::string all = sounds(letters);
    drop_silent_end(all);
    // Vowels count at the start alone, h nowhere.
    std::string out;
    for (const char c : all) {
        if (c == 'h' || (is_vowel(c) && !out.empty())) continue;
        if (out.empty() || out.back() != c) out += is_vowel(c) ? 'a' : c;
    }
    return out;
}

}  // namespace maillon::match
