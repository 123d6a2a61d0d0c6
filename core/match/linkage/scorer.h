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

    /// log2(m/u) over all fields, rarity included, less what namesakes take off; the prior is not in it.
    double bits(std::uint64_t levels, Row left, Row right) const;
    /// The same of many rows on the left with one on the right: `bits[n]`, `levels[n]` of `lefts[n]`.
    void bits_all(std::span<const std::uint64_t> levels, std::span<const Row> lefts, Row right,
                  std::span<double> bits) const;
    double field_bits(std::size_t field, Level level) const { return weights_[field][level]; }
    /// What the rarity of the values adds to that; less where two names usually go together.
    double rarity_bits(std::size_t field, std::uint64_t levels, Row left, Row right) const;
    /// What is taken off because name and town are witnesses of a family as well as of a person: a father and
    /// his son, cousins, people named after somebody. However rare a name is, together they speak no louder
    /// than such relatives allow; never below 0.
    double namesake_bits(std::uint64_t levels, Row left, Row right) const;

private:
    /// Fields that relatives and namesakes share as well.
    enum class Witness : std::uint8_t { own, name, place };
    /// By how much `bits` of name and town are more than relatives allow.
    double beyond(double bits) const;
    static bool is_family_matter(Witness witness, double bits) {
        return witness == Witness::name || (witness == Witness::place && bits > 0);
    }

    const Records& records_;
    LevelTable weights_;
    LevelTable rarity_share_;
    std::vector<bool> counts_rarity_;
    std::vector<Witness> witnesses_;  ///< by field; all `own` where a model has not both halves of a name
    double namesakes_;
};

}  // namespace maillon::match
