#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace maillon::config {

/// A stretch of a line in one of the files of `Sources`: what a diagnostic underlines.
///
/// Lines and columns count from 1; columns and `length` count characters (code points), as editors do. Places
/// order as a reader meets them: by file (the main file first), line, column.
struct Place {
    static constexpr std::uint32_t kNoFile = 0xFFFF'FFFF;

    std::uint32_t file = kNoFile;  ///< index into Sources; kNoFile: about no file in particular
    std::uint32_t line = 0;        ///< 0: about the file as a whole
    std::uint32_t column = 0;
    std::uint32_t length = 1;

    bool is_known() const { return file != kNoFile && line != 0; }
    friend auto operator<=>(const Place&, const Place&) = default;
};

/// A value with the place where it was written. For a default that nobody wrote, the place is unknown.
template <class T>
struct Located {
    T value{};
    Place place{};
};
using Name = Located<std::string>;

/// One YAML scalar: the text that it means, how it was written, and where.
struct Scalar {
    enum class Style : std::uint8_t { plain, single_quoted, double_quoted, literal, folded };

    /// From byte `offset` of `text` on, the text stands in the file as it is, beginning at (line, column).
    struct Run {
        std::size_t offset = 0;
        std::uint32_t line = 0;
        std::uint32_t column = 0;
    };

    std::string text;
    Style style = Style::plain;
    Place place{};                ///< of the whole scalar, quotes included; `length` ends with its first line
    bool is_substituted = false;  ///< `${env.X}` was put in: the text is typed like plain text
    std::vector<Run> runs;        ///< ascending; empty for a plain scalar on one line

    bool is_plain() const { return style == Style::plain; }
    /// Plain and `null`, `~` or nothing at all.
    bool is_null() const;
};

/// Where byte `offset` of the decoded text stands in the file: exact, also behind escapes and in `|` blocks;
/// for text that YAML folds (`>` and plain or quoted text over several lines) exact within each line. An
/// offset at or beyond the end gives the place just behind the last character.
Place place_in(const Scalar& scalar, std::size_t offset);
/// The same with `length` covering bytes [begin, end), as far as they stand on one line.
Place place_in(const Scalar& scalar, std::size_t begin, std::size_t end);

}  // namespace maillon::config
