#pragma once

#include "core/config/diagnostic.h"

namespace maillon::config {

/// Refuses what no text file has: bytes that are not UTF-8, NUL and other control characters; and blanks that
/// only look like blanks in the indentation. True when YAML may be read.
bool check_bytes(const Sources& sources, std::uint32_t file, Diagnostics& diagnostics);

/// Reports comments that swallow the end of a text: `text: a #${x}`, `text: Case #12`, `tag: #vip`.
class TreeBuilder;
void check_comments(const Sources& sources, std::uint32_t file, const TreeBuilder& read,
                    Diagnostics& diagnostics);

}  // namespace maillon::config
