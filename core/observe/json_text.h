#pragma once

#include <string>
#include <string_view>

namespace maillon {

/// `text` with every byte that is not part of well-formed UTF-8 replaced by U+FFFD.
std::string make_utf8(std::string_view text);

/// The first `longest` bytes of well-formed UTF-8, never half a character, with "…" if something was cut.
std::string cut_utf8(std::string text, std::size_t longest);

/// Appends `text`, which must be UTF-8, as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

/// Appends the shortest text that reads back as `number`; "null" when it is not finite.
void append_json_number(std::string& out, double number);

}  // namespace maillon
