#include "core/match/normalise/placeholder.h"

#include "core/match/normalise/fold.h"
#include "core/match/normalise/word_list.h"

#include <algorithm>
#include <array>

namespace maillon::match {

bool is_placeholder(std::string_view text) {
    constexpr WordList kNothings({"1",
                                  "anonyme",
                                  "anonymous",
                                  "aucun",
                                  "aucune",
                                  "default",
                                  "deleted user",
                                  "empty",
                                  "inconnu",
                                  "inconnue",
                                  "keine",
                                  "n a",
                                  "na",
                                  "nan",
                                  "nc",
                                  "ne pas utiliser",
                                  "neant",
                                  "nil",
                                  "no name",
                                  "non communique",
                                  "non renseigne",
                                  "none",
                                  "not available",
                                  "not provided",
                                  "null",
                                  "s o",
                                  "sans nom",
                                  "so",
                                  "tba",
                                  "tbc",
                                  "tbd",
                                  "test",
                                  "undefined",
                                  "unknown",
                                  "user",
                                  "utilisateur",
                                  "vide"});
    const std::string plain = folded(text);
    if (plain.empty()) return true;
    // "000-000", "xxx", "aaaa": one sign again and again.
    const std::string letters = compact(plain);
    const bool one_sign = std::ranges::all_of(letters, [&](char c) { return c == letters.front(); });
    if (one_sign && (letters.size() > 2 || letters.front() == '0' || letters.front() == 'x')) return true;
    if (plain == "1") return text == "-1";
    return kNothings.has(plain);
}

}  // namespace maillon::match
