#pragma once

#include "core/config/diagnostic.h"
#include "core/config/value.h"

#include <optional>

namespace maillon::config {

/// Reads one file of `sources` into a tree and reports all that YAML would let pass although it means
/// something else than it seems to: tags, anchors, merge keys, keys written twice, comments that cut a text
/// short, second documents.
///
/// A syntax error whose extent is plain to see is reported, muted and stepped over, so that the rest of the
/// file is checked too. Gives nothing when no tree could be made. An empty file is an empty map.
std::optional<ValueTree> read_yaml(const Sources& sources, std::uint32_t file, Diagnostics& diagnostics);

}  // namespace maillon::config
