#include "core/match/linkage/waterfall.h"

namespace maillon::match {
namespace {

constexpr double kNotable = 0.05;  // bits

}  // namespace

std::vector<Evidence> waterfall(const Model& model, const Records& records, const Scorer& scorer,
                                const ScoredPair& pair) {
    std::vector<Evidence> out;
    for (std::size_t at = 0; at < model.fields.size(); ++at) {
        const Level level = Records::level_of(pair.levels, at);
        Evidence one{.field = model.fields[at].name,
                     .left = records.field(at).shown(Side::left, pair.left),
                     .right = records.field(at).shown(Side::right, pair.right),
                     .level = std::string(levels_of(model.fields[at].kind)[level].name)};
        if (level != kMissing) {
            one.rarity_bits = scorer.rarity_bits(at, pair.levels, pair.left, pair.right);
            one.bits = scorer.field_bits(at, level) + one.rarity_bits;
        }
        out.push_back(std::move(one));
    }
    if (const double off = scorer.namesake_bits(pair.levels, pair.left, pair.right); off >= kNotable)
        out.push_back({.field = "namesakes", .level = "allowed for", .bits = -off});
    return out;
}

}  // namespace maillon::match
