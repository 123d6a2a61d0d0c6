#pragma once

#include "core/config/yaml_scalar.h"

#include <string>
#include <string_view>

namespace maillon::config {

/// The bytes of the line that holds `offset`, without its end.
Extent line_around(std::string_view text, std::size_t offset);

/// The line before that one that is neither empty nor a comment; an empty extent at 0 when there is none.
Extent content_line_before(std::string_view text, std::size_t offset);

/// A value as its writer meant it, when it begins at `begin`: to the end of the line, in a flow map or list
/// to what ends it there (brackets and quotes inside are skipped). Blanks at the end are left out.
Extent meant_value(std::string_view text, std::size_t begin, bool is_flow);

/// "write:  KEY: …" with the line as it is and `part` of it replaced, indentation left out.
std::string corrected(std::string_view text, const Extent& part, std::string_view replacement);
/// The same with `part` put in quotes.
std::string corrected_by_quotes(std::string_view text, const Extent& part);

std::string_view slice(std::string_view text, const Extent& extent);

}  // namespace maillon::config
