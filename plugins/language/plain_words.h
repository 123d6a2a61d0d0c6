#pragma once
#include <string>
#include <string_view>

namespace maillon::language {

/// The words of a post that are written in its language: without addresses (http://…, www.…, a@b.example),
/// @handles and #hashtags. `text` is UTF-8.
std::string plain_words(std::string_view text);

}  // namespace maillon::language
