#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace maillon::match {

/// A text for comparing: lower-case Latin letters without accents and digits, words parted by one blank.
///
/// Compatibility forms are resolved (𝓙𝓮𝓪𝓷, Ａ, ﬁ), letters without decomposition spelt out (ß → ss, ł → l, ø
/// → o), Cyrillic and Greek written as people write their names in Latin letters (Наташа → natasha), other
/// scripts by ICU's rules (محمد → mhmd). Apostrophes vanish (O'Brien → obrien), all else that is neither
/// letter nor digit parts words, emoji too. What is not UTF-8 counts as a separator. Idempotent; the same on
/// every machine.
///
/// ASCII takes no table. Latin with accents, Cyrillic and Greek take base/unicode.h once, other scripts
/// base/latin.h; where these shared objects are not to be had, such letters part words (`folding_problem`).
std::string folded(std::string_view text);

/// The words of a folded text; views into it.
std::vector<std::string_view> words(std::string_view folded_text);

/// A folded text without its blanks: "jeanpierre".
std::string compact(std::string_view folded_text);

/// A sentence for people when the tables of Unicode are not to be had; empty when all is well.
const std::string& folding_problem();

}  // namespace maillon::match
