#pragma once

#include <string>
#include <string_view>

namespace maillon::match {

/// How a folded word sounds, roughly, to French and English ears: "lefebvre" and "lefevre", "smith" and
/// "smyth", "mueller" and "muller", "philippe" and "filip" fall together. For finding candidates, never as
/// evidence: the key is short and coarse. Empty for a word without letters.
std::string phonetic_key(std::string_view folded_word);

}  // namespace maillon::match
