#pragma once

#include "core/match/linkage/scorer.h"

#include <span>
#include <vector>

namespace maillon::match {

/// Compares one record of the right with all its candidates at once: what Records::levels and Scorer::bits
/// say of each pair, to the last bit, in a fraction of the time. Fields in which the right holds nothing are
/// not looked at, memory is asked for early, and names are compared once. Of one thread; kept, it allocates
/// nothing.
class Comparer {
public:
    using Row = Records::Row;

    explicit Comparer(const Records& records) : records_(&records) {}

    void clear() { lefts_.clear(); }
    void add(Row left) { lefts_.push_back(left); }
    std::span<const Row> lefts() const { return lefts_; }

    /// The levels of each candidate, as they were added. Valid until the next call.
    std::span<const std::uint64_t> levels(Row right);
    /// After `levels`: log2(m/u) of each.
    std::span<const double> bits(const Scorer& scorer, Row right);

private:
    const Records* records_;
    std::vector<Row> lefts_;
    std::vector<std::uint64_t> levels_;
    std::vector<double> bits_;
};

}  // namespace maillon::match
