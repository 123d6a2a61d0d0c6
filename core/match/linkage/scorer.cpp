#include "core/match/linkage/scorer.h"

#include <algorithm>
#include <cmath>

namespace maillon::match {

Scorer::Scorer(const Model& model, const Records& records) : records_(records) {
    for (std::size_t at = 0; at < model.fields.size(); ++at) {
        const auto& field = model.fields[at];
        const auto levels = levels_of(field.kind);
        std::vector<double> weights(levels.size(), 0), shares(levels.size(), 0);
        for (std::size_t level = 1; level < levels.size(); ++level) {
            weights[level] = std::log2(field.weights.m[level] / field.weights.u[level]);
            shares[level] = levels[level].rarity;
        }
        weights_.push_back(std::move(weights));
        rarity_share_.push_back(std::move(shares));
        counts_rarity_.push_back(field.counts_rarity);
    }
}

double Scorer::rarity_bits(std::size_t field, std::uint64_t levels, Row left, Row right) const {
    const Level level = Records::level_of(levels, field);
    const double share = rarity_share_[field][level];
    if (share <= 0 || !counts_rarity_[field]) return 0;
    const auto rarity = records_.field(field).rarity(left, right, level);
    return (rarity ? share * *rarity : 0) - records_.together_bits(field, levels, left, right);
}

double Scorer::bits(std::uint64_t levels, Row left, Row right) const {
    double sum = 0;
    for (std::size_t field = 0; field < weights_.size(); ++field) {
        const Level level = Records::level_of(levels, field);
        sum += weights_[field][level] + rarity_bits(field, levels, left, right);
    }
    return sum;
}

}  // namespace maillon::match
