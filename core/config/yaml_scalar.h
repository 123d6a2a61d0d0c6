#pragma once

#include "core/config/diagnostic.h"

#include <string>
#include <string_view>

namespace maillon::config {

/// The bytes of a file that a scalar takes, quotes included.
struct Extent {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool is_closed = true;  ///< false: the closing quote never comes
};

/// Finds out how and where the scalar that yaml-cpp reported at byte `mark` was written: fills style, place
/// and runs of `scalar`, whose text is there already.
Extent locate_scalar(const Sources& sources, std::uint32_t file, std::string_view text, std::size_t mark,
                     Scalar& scalar);

/// `text` as a YAML scalar in quotes that means exactly this: "…" where nothing has to be escaped, else '…'.
std::string quoted(std::string_view text);

}  // namespace maillon::config
