#include "core/match/linkage/scorer.h"

#include <algorithm>
#include <cmath>

namespace maillon::match {
namespace {

constexpr double kNegligible = 10;  // bits below the limit at which namesakes take off less than a thousandth

bool has_whole_name(const Model& model) {
    const auto has = [&](Kind kind) {
        return std::ranges::find(model.fields, kind, &FieldModel::kind) != model.fields.end();
    };
    return has(Kind::given_name) && has(Kind::family_name);
}

}  // namespace

Scorer::Scorer(const Model& model, const Records& records) : records_(records), namesakes_(model.namesakes) {
    const bool is_of_persons = has_whole_name(model);
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
        const bool is_name = field.kind == Kind::given_name || field.kind == Kind::family_name;
        witnesses_.push_back(!is_of_persons             ? Witness::own
                             : is_name                  ? Witness::name
                             : field.kind == Kind::city ? Witness::place
                                                        : Witness::own);
    }
}

double Scorer::rarity_bits(std::size_t field, std::uint64_t levels, Row left, Row right) const {
    const Level level = Records::level_of(levels, field);
    const double share = rarity_share_[field][level];
    if (share <= 0 || !counts_rarity_[field]) return 0;
    const auto rarity = records_.field(field).rarity(left, right, level);
    return (rarity ? share * *rarity : 0) - records_.together_bits(field, levels, left, right);
}

double Scorer::beyond(double bits) const {
    if (namesakes_ <= 0) return 0;
    const double limit = std::log2(std::max(1.0, static_cast<double>(records_.present())) / namesakes_);
    return bits < limit - kNegligible ? 0 : std::log2(1 + std::exp2(bits - limit));
}

double Scorer::namesake_bits(std::uint64_t levels, Row left, Row right) const {
    double sum = 0;
    for (std::size_t field = 0; field < weights_.size(); ++field) {
        if (witnesses_[field] == Witness::own) continue;
        const Level level = Records::level_of(levels, field);
        const double bits = weights_[field][level] + rarity_bits(field, levels, left, right);
        if (is_family_matter(witnesses_[field], bits)) sum += bits;
    }
    return beyond(sum);
}

void Scorer::bits_all(std::span<const std::uint64_t> levels, std::span<const Row> lefts, Row right,
                      std::span<double> bits) const {
    thread_local std::vector<double> together, names;
    together.resize(lefts.size());
    names.assign(lefts.size(), 0);
    std::ranges::fill(bits, 0);
    for (std::size_t field = 0; field < weights_.size(); ++field) {
        const auto& data = records_.field(field);
        const bool counts = counts_rarity_[field];
        const bool has_together = counts && records_.together_all(field, levels, lefts, right, together);
        for (std::size_t at = 0; at < lefts.size(); ++at) {
            const Level level = Records::level_of(levels[at], field);
            const double share = counts ? rarity_share_[field][level] : 0;
            double rare = 0;
            if (share > 0) {
                const auto rarity = data.rarity(lefts[at], right, level);
                rare = (rarity ? share * *rarity : 0) - (has_together ? together[at] : 0);
            }
            const double own = weights_[field][level] + rare;
            bits[at] += own;
            if (is_family_matter(witnesses_[field], own)) names[at] += own;
        }
    }
    for (std::size_t at = 0; at < lefts.size(); ++at) bits[at] -= beyond(names[at]);
}

double Scorer::bits(std::uint64_t levels, Row left, Row right) const {
    double sum = 0;
    for (std::size_t field = 0; field < weights_.size(); ++field) {
        const Level level = Records::level_of(levels, field);
        sum += weights_[field][level] + rarity_bits(field, levels, left, right);
    }
    return sum - namesake_bits(levels, left, right);
}

}  // namespace maillon::match
