#pragma once
#include <string>
#include <string_view>

namespace maillon::language {

struct Detected {
    std::string language = "und";  ///< BCP 47
    double confidence = 0;         ///< 0 … 1; 0 with "und"
};

/// The language that most of `text` (UTF-8) is written in. Thread-safe.
///
/// `confidence` is the share of the text in that language, lowered for texts of a few letters. Where the
/// detector finds a text too short, a script other than Latin still tells enough for an answer of lower
/// confidence; Latin letters do not, and the answer is "und".
Detected detect(std::string_view text);

/// CLD2's names of languages as BCP 47: "iw" is "he"; "und" for what is no language.
std::string bcp47(std::string_view cld2_code);

/// True when `language` is `range` or narrower: "zh" admits "zh-Hant", "no" admits "nb". Case does not
/// matter.
bool admits(std::string_view range, std::string_view language);

}  // namespace maillon::language
