#pragma once

#include "core/base/fault.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::match {

/// A CSV file in memory: every cell as text, in one piece of memory.
///
/// Reads RFC 4180: cells in double quotes may hold commas, line ends and doubled quotes; lines end in LF or
/// CRLF; a byte order mark is passed over. The first line names the columns and shows what parts them:
/// commas, semicolons, tabs or bars. Cells lose white space around them, since it never tells persons apart.
class Table {
public:
    /// Views stay good as long as the table lives.
    std::string_view cell(std::size_t row, std::size_t column) const;
    /// The line of the file on which a row begins, for messages; counts from 1.
    std::size_t line(std::size_t row) const { return lines_[row]; }

    const std::string& name() const { return name_; }
    const std::vector<std::string>& columns() const { return columns_; }
    std::optional<std::size_t> column(std::string_view name) const;
    std::size_t rows() const { return lines_.size(); }

    /// `name` is how messages call it. A Fault says file, line and what to do about it.
    static Result<Table> parse(std::string name, std::string_view text);
    static Result<Table> read(const std::filesystem::path& file);

    static constexpr std::size_t kMostColumns = 512;
    static constexpr std::size_t kLargest = 4'000'000'000;  ///< bytes: cells are found by 32 bits

private:
    friend class TableParser;
    std::string name_;
    std::vector<std::string> columns_;
    std::string text_;                  ///< all cells, one after the other
    std::vector<std::uint32_t> begin_;  ///< of each cell in text_, and one beyond the last
    std::vector<std::uint32_t> lines_;
};

}  // namespace maillon::match
