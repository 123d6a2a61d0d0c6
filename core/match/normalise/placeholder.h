#pragma once

#include <string_view>

namespace maillon::match {

/// Whether a text stands for "nothing to say here": empty, "n/a", "none", "null", "unknown", "inconnu",
/// "xxx", "test", "-", only dashes, zeros or one sign again and again, "-1", "anonymous", "undefined", "tbd".
bool is_placeholder(std::string_view text);

}  // namespace maillon::match
