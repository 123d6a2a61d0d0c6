#include "core/match/linkage/assign.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

namespace maillon::match {
namespace {

/// Sets of things that hang together.
class Sets {
public:
    explicit Sets(std::size_t count) : parents_(count) { std::iota(parents_.begin(), parents_.end(), 0U); }
    std::uint32_t find(std::uint32_t one) {
        while (parents_[one] != one) one = parents_[one] = parents_[parents_[one]];
        return one;
    }
    void join(std::uint32_t a, std::uint32_t b) {
        parents_[std::max(find(a), find(b))] = std::min(find(a), find(b));
    }

private:
    std::vector<std::uint32_t> parents_;
};

/// Numbers of records as they come, from 0.
class Numbers {
public:
    explicit Numbers(std::span<const std::uint32_t> all) : sorted_(all.begin(), all.end()) {
        std::ranges::sort(sorted_);
        sorted_.erase(std::unique(sorted_.begin(), sorted_.end()), sorted_.end());
    }
    std::size_t of(std::uint32_t one) const {
        return static_cast<std::size_t>(std::ranges::lower_bound(sorted_, one) - sorted_.begin());
    }
    std::size_t size() const { return sorted_.size(); }

private:
    std::vector<std::uint32_t> sorted_;
};

/// The Hungarian method by shortest augmenting paths. Rows may stay free: for each there is a column of worth
/// 0.
class Hungarian {
public:
    Hungarian(std::size_t rows, std::size_t columns)
        : rows_(rows), columns_(columns + rows), costs_(rows * columns_, 0) {}

    void put(std::size_t row, std::size_t column, double worth) {
        auto& cost = costs_[row * columns_ + column];
        cost = std::min(cost, -worth);
    }

    /// The column of each row; those from `columns` on mean none.
    std::vector<std::size_t> solve() {
        row_of_.assign(columns_ + 1, rows_);
        row_price_.assign(rows_ + 1, 0);
        column_price_.assign(columns_ + 1, 0);
        for (std::size_t row = 0; row < rows_; ++row) augment(row);
        std::vector<std::size_t> out(rows_, columns_);
        for (std::size_t column = 0; column < columns_; ++column) {
            if (row_of_[column] < rows_) out[row_of_[column]] = column;
        }
        return out;
    }

private:
    void augment(std::size_t start) {
        constexpr double kFar = std::numeric_limits<double>::infinity();
        std::vector<double> distance(columns_, kFar);
        std::vector<std::size_t> before(columns_, columns_);
        std::vector<bool> is_done(columns_ + 1, false);
        std::size_t column = columns_;  // the imagined one at which the new row stands
        row_of_[column] = start;
        do {
            is_done[column] = true;
            const auto row = row_of_[column];
            double least = kFar;
            std::size_t next = columns_;
            for (std::size_t to = 0; to < columns_; ++to) {
                if (is_done[to]) continue;
                const double reduced = costs_[row * columns_ + to] - row_price_[row] - column_price_[to];
                if (reduced < distance[to]) distance[to] = reduced, before[to] = column;
                if (distance[to] < least) least = distance[to], next = to;
            }
            for (std::size_t to = 0; to <= columns_; ++to) {
                if (is_done[to]) {
                    row_price_[row_of_[to]] += least;
                    column_price_[to] -= least;
                } else if (to < columns_) {
                    distance[to] -= least;
                }
            }
            column = next;
        } while (row_of_[column] != rows_);
        for (; column != columns_; column = before[column]) row_of_[column] = row_of_[before[column]];
        row_of_[columns_] = rows_;
    }

    std::size_t rows_, columns_;
    std::vector<double> costs_;
    std::vector<std::size_t> row_of_;
    std::vector<double> row_price_, column_price_;
};

using Indexes = std::vector<std::size_t>;

void take_dearest_first(std::span<const Edge> edges, const Indexes& among, Indexes& out) {
    Indexes order = among;
    std::ranges::stable_sort(order, [&](auto a, auto b) { return edges[a].worth > edges[b].worth; });
    std::map<std::uint32_t, bool> lefts, rights;
    for (const auto at : order) {
        if (lefts[edges[at].left] || rights[edges[at].right]) continue;
        lefts[edges[at].left] = rights[edges[at].right] = true;
        out.push_back(at);
    }
}

void take_best(std::span<const Edge> edges, const Indexes& among, Indexes& out) {
    if (among.size() == 1) return out.push_back(among.front());
    std::vector<std::uint32_t> lefts, rights;
    for (const auto at : among) {
        lefts.push_back(edges[at].left);
        rights.push_back(edges[at].right);
    }
    const Numbers left(lefts), right(rights);
    if (std::min(left.size(), right.size()) > kLargestExact || left.size() + right.size() > 8 * kLargestExact)
        return take_dearest_first(edges, among, out);
    const bool by_left = left.size() <= right.size();
    const auto row = [&](const Edge& edge) { return by_left ? left.of(edge.left) : right.of(edge.right); };
    const auto column = [&](const Edge& edge) { return by_left ? right.of(edge.right) : left.of(edge.left); };
    Hungarian problem(by_left ? left.size() : right.size(), by_left ? right.size() : left.size());
    for (const auto at : among) problem.put(row(edges[at]), column(edges[at]), edges[at].worth);
    auto chosen = problem.solve();
    for (const auto at : among) {  // of two edges between the same records the first that is worth as much
        auto& taken = chosen[row(edges[at])];
        const bool is_best = std::ranges::none_of(among, [&](auto other) {
            return row(edges[other]) == row(edges[at]) && column(edges[other]) == column(edges[at]) &&
                   edges[other].worth > edges[at].worth;
        });
        if (taken != column(edges[at]) || !is_best) continue;
        out.push_back(at);
        taken = std::numeric_limits<std::size_t>::max();
    }
}

}  // namespace

std::vector<std::size_t> assign(std::span<const Edge> edges) {
    std::vector<std::uint32_t> all_left, all_right;
    for (const auto& edge : edges) {
        all_left.push_back(edge.left);
        all_right.push_back(edge.right);
    }
    const Numbers left(all_left), right(all_right);
    Sets sets(left.size() + right.size());
    for (const auto& edge : edges)
        sets.join(static_cast<std::uint32_t>(left.of(edge.left)),
                  static_cast<std::uint32_t>(left.size() + right.of(edge.right)));
    std::vector<Indexes> groups(left.size());
    for (std::size_t at = 0; at < edges.size(); ++at) {
        if (edges[at].worth > 0)
            groups[sets.find(static_cast<std::uint32_t>(left.of(edges[at].left)))].push_back(at);
    }
    Indexes out;
    for (const auto& group : groups) {
        if (!group.empty()) take_best(edges, group, out);
    }
    std::ranges::sort(out);
    return out;
}

}  // namespace maillon::match
