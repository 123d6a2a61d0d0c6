#include "core/match/linkage/table.h"

#include "core/base/text.h"

#include <algorithm>
#include <fstream>
#include <map>

namespace maillon::match {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto begin = text.find_first_not_of(blank);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

}  // namespace

/// One pass over the bytes. Each call of a reader leaves `at_` behind what it read.
class TableParser {
public:
    TableParser(std::string name, std::string_view text) : text_(text) {
        table_.name_ = std::move(name);
        if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
        comma_ = comma_of(text_.substr(at_));
    }

    Result<Table> parse() {
        if (auto wrong = read_header()) return *wrong;
        table_.begin_.push_back(0);
        while (at_ < text_.size()) {
            if (auto wrong = read_row()) return *wrong;
        }
        table_.begin_.shrink_to_fit();
        return std::move(table_);
    }

private:
    using Wrong = std::optional<Fault>;

    /// What parts the names of the columns. Where a comma stands in numbers, programs save semicolons;
    /// databases give tabs or bars.
    static char comma_of(std::string_view text) {
        std::map<char, std::size_t> seen;
        bool is_quoted = false;
        for (const char c : text.substr(0, text.find_first_of("\r\n"))) {
            if (c == '"') is_quoted = !is_quoted;
            if (!is_quoted) ++seen[c];
        }
        return std::ranges::max({',', ';', '\t', '|'}, {}, [&](char sign) { return seen[sign]; });
    }

    Fault wrong(std::size_t line, const std::string& what) const {
        return rejected(table_.name_ + ":" + std::to_string(line) + ": " + what);
    }

    Wrong read_header() {
        std::vector<std::string> cells;
        if (auto fault = read_cells(cells)) return fault;
        if (cells.size() == 1 && cells.front().empty())
            return wrong(1, "the file is empty; its first line has to name the columns");
        if (cells.size() > Table::kMostColumns) return wrong(1, "there are too many columns");
        for (auto& cell : cells) {
            if (std::ranges::find(table_.columns_, cell) != table_.columns_.end())
                return wrong(1, "the column '" + cell + "' stands there twice");
            table_.columns_.push_back(std::move(cell));
        }
        return {};
    }

    Wrong read_row() {
        const auto first_line = line_;
        cells_.clear();
        if (auto fault = read_cells(cells_)) return fault;
        if (cells_.size() == 1 && cells_.front().empty()) return {};  // an empty line says nothing
        if (cells_.size() != table_.columns_.size())
            return wrong(first_line, "this row has " + std::to_string(cells_.size()) +
                                         " cells and the first line names " +
                                         std::to_string(table_.columns_.size()) +
                                         " columns; is a quote or a comma missing?");
        for (const auto& cell : cells_) {
            table_.text_ += cell;
            table_.begin_.push_back(static_cast<std::uint32_t>(table_.text_.size()));
        }
        table_.lines_.push_back(static_cast<std::uint32_t>(first_line));
        return {};
    }

    Wrong read_cells(std::vector<std::string>& cells) {
        for (bool more = true; more;) {
            std::string cell;
            if (auto fault = is_quote() ? read_quoted(cell) : read_plain(cell)) return fault;
            if (!is_utf8(cell))
                return wrong(line_, "column " + std::to_string(cells.size() + 1) +
                                        " is not UTF-8; save the file as UTF-8");
            cells.emplace_back(trimmed(cell));
            more = at_ < text_.size() && text_[at_] == comma_;
            if (more) ++at_;
        }
        end_line();
        return {};
    }

    std::string_view blank() const { return comma_ == '\t' ? " " : " \t"; }

    bool is_quote() const { return at_ < text_.size() && text_[at_] == '"'; }

    /// A quote in the middle of a plain cell is a character like others, as most programs write it.
    Wrong read_plain(std::string& cell) {
        const auto begin = text_.find_first_not_of(blank(), at_);
        if (begin != std::string_view::npos && text_[begin] == '"') {
            at_ = begin;
            return read_quoted(cell);
        }
        const char ends[] = {comma_, '\r', '\n'};
        const auto end = std::min(text_.find_first_of(std::string_view(ends, 3), at_), text_.size());
        cell = text_.substr(at_, end - at_);
        at_ = end;
        return {};
    }

    Wrong read_quoted(std::string& cell) {
        const auto opened = line_;
        for (++at_;;) {
            const auto end = text_.find('"', at_);
            if (end == std::string_view::npos) return wrong(opened, "a quote is opened and never closed");
            const auto piece = text_.substr(at_, end - at_);
            line_ += static_cast<std::size_t>(std::ranges::count(piece, '\n'));
            cell += piece;
            at_ = end + 1;
            if (!is_quote()) break;
            cell += '"';
            ++at_;
        }
        at_ = std::min(text_.find_first_not_of(blank(), at_), text_.size());
        if (at_ < text_.size() && text_[at_] != comma_ && text_[at_] != '\r' && text_[at_] != '\n')
            return wrong(line_, "text stands behind a closed quote; a quote inside of a cell is doubled");
        return {};
    }

    void end_line() {
        if (at_ < text_.size() && text_[at_] == '\r') ++at_;
        if (at_ < text_.size() && text_[at_] == '\n') ++at_;
        ++line_;
    }

    std::string_view text_;
    char comma_ = ',';
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::vector<std::string> cells_;
    Table table_;
};

std::string_view Table::cell(std::size_t row, std::size_t column) const {
    const auto at = row * columns_.size() + column;
    return std::string_view(text_).substr(begin_[at], begin_[at + 1] - begin_[at]);
}

std::optional<std::size_t> Table::column(std::string_view name) const {
    const auto found = std::ranges::find(columns_, name);
    if (found == columns_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - columns_.begin());
}

Result<Table> Table::parse(std::string name, std::string_view text) {
    if (text.size() > kLargest)
        return rejected(name + ": the file is larger than 4 GB; split it into several");
    return TableParser(std::move(name), text).parse();
}

Result<Table> Table::read(const std::filesystem::path& file) {
    std::error_code error;
    if (std::filesystem::is_directory(file, error))
        return rejected(file.string() + " is a folder, not a CSV file");
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    if (!in) return rejected("cannot read " + file.string() + "; is the path right, and may you read it?");
    const auto size = static_cast<std::size_t>(std::max<std::streamoff>(0, in.tellg()));
    if (size > kLargest) return rejected(file.string() + ": the file is larger than 4 GB; split it");
    std::string text(size, '\0');
    in.seekg(0);
    in.read(text.data(), static_cast<std::streamsize>(size));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount())));
    return parse(file.string(), text);
}

}  // namespace maillon::match
