#include "core/match/linkage/evidence_class.h"

#include <algorithm>

namespace maillon::match {

Classifier::Classifier(const Model& model, const Scorer& scorer) {
    for (const auto& one : model.classes) {
        Rule rule;
        for (const auto& demand : one.all) rule.all.push_back(wanted(model, scorer, demand));
        for (const auto& demand : one.any) rule.any.push_back(wanted(model, scorer, demand));
        for (const auto& demand : one.none) rule.none.push_back(wanted(model, scorer, demand));
        rule.at_least = one.any.empty() ? 0 : one.at_least;
        rules_.push_back(std::move(rule));
    }
}

Classifier::Wanted Classifier::wanted(const Model& model, const Scorer& scorer, const Demand& demand) const {
    const auto found = std::ranges::find(model.fields, demand.field, &FieldModel::name);
    const auto field = static_cast<std::size_t>(found - model.fields.begin());
    const auto levels = levels_of(found->kind);
    Wanted out{field, 0};
    for (std::size_t level = 0; level < levels.size(); ++level) {
        const bool is_named = std::ranges::find(demand.levels, levels[level].name) != demand.levels.end();
        const bool speaks = demand.levels.empty() && level != kMissing &&
                            scorer.field_bits(field, static_cast<Level>(level)) > 0;
        if (is_named || speaks) out.levels |= 1U << level;
    }
    return out;
}

bool Classifier::meets(const Rule& rule, std::uint64_t levels) {
    const auto is_met = [&](const Wanted& wanted) {
        return (wanted.levels >> Records::level_of(levels, wanted.field) & 1U) != 0;
    };
    return std::ranges::all_of(rule.all, is_met) && std::ranges::none_of(rule.none, is_met) &&
           std::ranges::count_if(rule.any, is_met) >= rule.at_least;
}

int Classifier::class_of(std::uint64_t levels) const {
    const auto found = std::ranges::find_if(rules_, [&](const Rule& rule) { return meets(rule, levels); });
    return found == rules_.end() ? -1 : static_cast<int>(found - rules_.begin());
}

}  // namespace maillon::match
