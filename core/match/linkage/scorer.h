#pragma once

#include "core/match/linkage/em.h"
#include "core/match/linkage/records.h"

#include <vector>

namespace maillon::match {

/// What the levels of a pair and the rarity of its values weigh, in bits. A look at a table for each field,
/// and a logarithm where a value's rarity counts: well below a microsecond. Constant; any number of threads.
class Scorer {
public:
    using Row = Records::Row;

    /// `records` must outlive this. The model is learned.
    Scorer(const Model& model, const Records& records);

    /// log2(m/u) over all fields, rarity included; the prior is not in it.
    double bits(std::uint64_t levels, Row left, Row right) const;
    /// The same of many rows on the left with one on the right: `bits[n]`, `levels[n]` of `lefts[n]`.
    void bits_all(std::span<const std::uint64_t> levels, std::span<const Row> lefts, Row right,
                  std::span<double> bits) const;
    double field_bits(std::size_t field, Level level) const { return weights_[field][level]; }
    /// What the rarity of the values adds to that; less where two names usually go together.
    double rarity_bits(std::size_t field, std::uint64_t levels, Row left, Row right) const;

private:
    const Records& records_;
    LevelTable weights_;
    LevelTable rarity_share_;
    std::vector<bool> counts_rarity_;
};

}  // namespace maillon::match
