#include "plain_words.h"

#include <algorithm>

namespace maillon::language {
namespace {

constexpr std::string_view kBlank = " \t\r\n\v\f";
constexpr std::string_view kOpening = "(\"'[{.<*_~,;:!?-";

bool begins(std::string_view word, std::string_view lower_prefix) {
    if (word.size() < lower_prefix.size()) return false;
    return std::equal(lower_prefix.begin(), lower_prefix.end(), word.begin(), [](char want, char is) {
        return want == (is >= 'A' && is <= 'Z' ? static_cast<char>(is + 32) : is);
    });
}

bool is_word_of_the_language(std::string_view word) {
    word.remove_prefix(std::min(word.find_first_not_of(kOpening), word.size()));
    if (word.empty()) return true;
    if (word.front() == '@' || word.front() == '#' || begins(word, "\xEF\xBC\x83") ||
        begins(word, "\xEF\xBC\xA0"))
        return false;
    if (begins(word, "www.") || word.find("://") != std::string_view::npos) return false;
    // name@host: an address. Written words hold no @ in their middle.
    return word.find('@') == std::string_view::npos;
}

}  // namespace

std::string plain_words(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
        const auto word = text.substr(0, text.find_first_of(kBlank));
        text.remove_prefix(word.size());
        if (word.empty() || !is_word_of_the_language(word)) continue;
        if (!out.empty()) out += ' ';
        out += word;
    }
    return out;
}

}  // namespace maillon::language
