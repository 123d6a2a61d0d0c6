#pragma once

#include "core/config/yaml_tree.h"

#include <optional>
#include <string>
#include <string_view>

namespace maillon::config {

/// A syntax error in words that help.
struct Mistake {
    Extent extent;  ///< what to underline
    std::string message;
    std::string hint;
    bool is_mendable =
        false;  ///< `extent` is one whole value: with a word in its place the rest of the file can be read
};

/// Finds out what the writer most likely did when yaml-cpp gave up at byte `at` with the words `said`.
/// `so_far` is what it had read until then.
Mistake explain_syntax(std::string_view text, std::size_t at, std::string_view said,
                       const TreeBuilder& so_far);

}  // namespace maillon::config
