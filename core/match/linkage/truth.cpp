#include "core/match/linkage/truth.h"

#include <algorithm>
#include <bit>
#include <map>

namespace maillon::match {
namespace {

constexpr std::size_t kMostUnknown = 5;  // in a hundred

/// How many of the names in a column are records of a table.
std::size_t known(const Table& table, std::size_t column, const Ids& ids) {
    std::size_t count = 0;
    for (std::size_t row = 0; row < table.rows(); ++row) count += ids.row(table.cell(row, column)) ? 1 : 0;
    return count;
}

/// Against such a truth every figure would be 1 or 0 and mean nothing.
Fault no_pairs(const Table& table) {
    return rejected(table.name() + ": no pair stands there, so that there is nothing to measure against; " +
                    "it takes a line for each true pair below a line that names the columns");
}

}  // namespace

Result<Ids> Ids::read(const Table& table, std::size_t column) {
    Ids out;
    out.slots_.assign(std::bit_ceil(table.rows() * 2 + 2), 0);
    out.names_.reserve(table.rows());
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const auto name = table.cell(row, column);
        auto& slot = out.slots_[out.place(name)];
        if (slot != 0)
            return rejected(table.name() + ":" + std::to_string(table.line(row)) + ": the id '" +
                            std::string(name) + "' stands already on line " +
                            std::to_string(table.line(slot - 1)) + "; the column '" +
                            table.columns()[column] + "' has to name each record once");
        slot = static_cast<std::uint32_t>(row + 1);
        out.names_.emplace_back(name);
    }
    return out;
}

std::size_t Ids::place(std::string_view name) const {
    const auto mask = slots_.size() - 1;
    auto at = hash_of(name) & mask;
    while (slots_[at] != 0 && names_[slots_[at] - 1] != name) at = (at + 1) & mask;
    return at;
}

std::optional<Records::Row> Ids::row(std::string_view name) const {
    if (slots_.empty()) return std::nullopt;
    const auto slot = slots_[place(name)];
    return slot == 0 ? std::nullopt : std::optional(slot - 1);
}

void Truth::add(Records::Row left, Records::Row right, std::string_view label, bool is_one) {
    if (is_one && left > right) std::swap(left, right);
    auto found = std::ranges::find(labels_, label);
    if (found == labels_.end()) found = labels_.insert(labels_.end(), std::string(label));
    pairs_.push_back({left, right, static_cast<std::uint32_t>(found - labels_.begin())});
}

void Truth::finish() {
    const auto key = [](const Pair& pair) { return std::pair(pair.right, pair.left); };
    std::ranges::stable_sort(pairs_, {}, key);
    const auto again = std::ranges::unique(pairs_, {}, key);
    pairs_.erase(again.begin(), again.end());
}

Result<void> Truth::read_clusters(const Table& table, const Ids& ids) {
    std::map<std::string_view, std::vector<Records::Row>> clusters;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (const auto found = ids.row(table.cell(row, 0)))
            clusters[table.cell(row, 1)].push_back(*found);
        else
            ++unknown_;
    }
    for (const auto& [name, rows] : clusters) {
        if (name.empty()) continue;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (std::size_t j = i + 1; j < rows.size(); ++j) add(rows[i], rows[j], "", true);
        }
    }
    finish();
    return {};
}

Result<Truth> Truth::read(const Table& table, const Ids& left, const Ids* right) {
    Truth out;
    if (table.columns().size() < 2)
        return rejected(table.name() + ":1: it takes two columns, the names of the records of a pair");
    const bool is_one = right == nullptr;
    const Ids& other = is_one ? left : *right;
    const auto straight = std::min(known(table, 0, left), known(table, 1, other));
    const auto turned = std::min(known(table, 1, left), known(table, 0, other));
    if (is_one && straight == 0 && known(table, 0, left) > 0) {
        if (auto read = out.read_clusters(table, left); !read) return read.error();
        if (out.pairs_.empty()) return no_pairs(table);
        return out;
    }
    const std::size_t first = turned > straight ? 1 : 0;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const auto a_name = table.cell(row, first), b_name = table.cell(row, 1 - first);
        if (a_name.empty() || b_name.empty()) continue;
        const auto a = left.row(a_name), b = other.row(b_name);
        const std::string_view label = table.columns().size() > 2 ? table.cell(row, 2) : "";
        if (a && b && !(is_one && *a == *b))
            out.add(*a, *b, label.substr(0, label.find('|')), is_one);
        else
            ++out.unknown_;
    }
    if (out.unknown_ * 100 > kMostUnknown * table.rows())
        return rejected(
            table.name() + ": " + std::to_string(out.unknown_) + " of " + std::to_string(table.rows()) +
            " pairs name records that are not in the tables; are these the right files, and does 'id' "
            "of the model name the right columns?");
    out.finish();
    if (out.pairs_.empty()) return no_pairs(table);
    return out;
}

bool Truth::has(Records::Row left, Records::Row right) const {
    const auto key = [](const Pair& pair) { return std::pair(pair.right, pair.left); };
    return std::ranges::binary_search(pairs_, std::pair(right, left), {}, key);
}

}  // namespace maillon::match
