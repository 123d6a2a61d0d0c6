#include "core/match/linkage/truth.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace maillon::match {
namespace {

constexpr std::size_t kMostUnknown = 5;  // in a hundred

/// How many of the names in a column are records of a table.
std::size_t known(const Table& table, std::size_t column, const Ids& ids) {
    std::size_t count = 0;
    for (std::size_t row = 0; row < table.rows(); ++row) count += ids.row(table.cell(row, column)) ? 1 : 0;
    return count;
}

}  // namespace

Result<Ids> Ids::read(const Table& table, std::size_t column) {
    Ids out;
    for (std::size_t row = 0; row < table.rows(); ++row) out.names_.emplace_back(table.cell(row, column));
    out.sorted_.resize(table.rows());
    std::iota(out.sorted_.begin(), out.sorted_.end(), 0U);
    std::ranges::stable_sort(out.sorted_, {},
                             [&](Records::Row row) -> const std::string& { return out.names_[row]; });
    for (std::size_t at = 1; at < out.sorted_.size(); ++at) {
        const auto a = out.sorted_[at - 1], b = out.sorted_[at];
        if (out.names_[a] != out.names_[b]) continue;
        return rejected(table.name() + ":" + std::to_string(table.line(b)) + ": the id '" + out.names_[b] +
                        "' stands already on line " + std::to_string(table.line(a)) + "; the column '" +
                        table.columns()[column] + "' has to name each record once");
    }
    return out;
}

std::optional<Records::Row> Ids::row(std::string_view name) const {
    const auto found = std::ranges::lower_bound(
        sorted_, name, {}, [&](Records::Row row) { return std::string_view(names_[row]); });
    if (found == sorted_.end() || names_[*found] != name) return std::nullopt;
    return *found;
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
    return out;
}

bool Truth::has(Records::Row left, Records::Row right) const {
    const auto key = [](const Pair& pair) { return std::pair(pair.right, pair.left); };
    return std::ranges::binary_search(pairs_, std::pair(right, left), {}, key);
}

}  // namespace maillon::match
