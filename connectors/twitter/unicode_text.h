#pragma once
#include <string>
#include <string_view>

namespace maillon::twitter {

/// UTF-16 in normal form C. Bytes that are not UTF-8 become U+FFFD.
std::u16string to_composed(std::string_view utf8);

std::string to_utf8(std::u16string_view text);

}  // namespace maillon::twitter
