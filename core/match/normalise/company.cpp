#include "core/match/normalise/fold.h"
#include "core/match/normalise/place.h"
#include "core/match/normalise/placeholder.h"
#include "core/match/normalise/word_list.h"

#include <algorithm>
#include <array>
#include <vector>

namespace maillon::match {
namespace {

bool is_legal_form(std::string_view word) {
    constexpr WordList kForms(
        {"ab",      "ag",   "aps",         "as",   "asbl",    "bhd",      "bv",     "bvba",         "co",
         "company", "corp", "corporation", "cv",   "doo",     "ei",       "eirl",   "ek",           "eood",
         "eurl",    "ev",   "gbr",         "gie",  "gmbh",    "hf",       "inc",    "incorporated", "kft",
         "kg",      "kgaa", "kk",          "lda",  "limited", "limitada", "llc",    "llp",          "lp",
         "ltd",     "ltda", "mbh",         "nv",   "ohg",     "ood",      "oy",     "oyj",          "plc",
         "pte",     "pty",  "pvt",         "sa",   "sagl",    "sapa",     "sarl",   "sas",          "sasu",
         "sca",     "sci",  "scop",        "scp",  "scrl",    "se",       "selarl", "sl",           "slu",
         "snc",     "spa",  "spol",        "sprl", "spzoo",   "srl",      "srls",   "sro",          "ug"});
    return kForms.has(word);
}

bool is_filler(std::string_view word) {
    return word == "the" || word == "groupe" || word == "group" || word == "gruppe" || word == "holding" ||
           word == "et" || word == "and" || word == "cie" || word == "ste" || word == "ets" ||
           word == "etablissements";
}

/// "S. A. R. L." has come as single letters: back to one word.
std::vector<std::string> whole_words(std::string_view plain) {
    std::vector<std::string> out;
    bool letters = false;
    for (const auto word : words(plain)) {
        if (word.size() == 1 && letters) {
            out.back() += word;
        } else {
            out.emplace_back(word);
        }
        letters = word.size() == 1;
    }
    return out;
}

}  // namespace

std::string company(std::string_view text) {
    if (is_placeholder(text)) return {};
    if (text.size() > 400) text = text.substr(0, 400);
    auto list = whole_words(folded(text));
    const auto goes = [](const std::string& word) { return is_legal_form(word) || is_filler(word); };
    while (list.size() > 1 && goes(list.back())) list.pop_back();
    while (list.size() > 1 && goes(list.front())) list.erase(list.begin());
    std::string out;
    for (const auto& word : list) (out += out.empty() ? "" : " ") += word;
    return out;
}

}  // namespace maillon::match
