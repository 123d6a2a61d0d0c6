#include "core/match/linkage/em.h"

#include <algorithm>
#include <cmath>

namespace maillon::match {
namespace {

double weight(std::uint64_t levels, const LevelTable& m, const LevelTable& u,
              const std::vector<bool>& masked) {
    double log = 0;
    for (std::size_t field = 0; field < m.size(); ++field) {
        const auto level = levels >> (4 * field) & 0xF;
        if (level == kMissing || masked[field]) continue;
        log += std::log(m[field][level] / u[field][level]);
    }
    return log;
}

}  // namespace

double Patterns::pairs() const {
    double sum = 0;
    for (const auto& [levels, count] : counts_) sum += count;
    return sum;
}

std::vector<std::pair<std::uint64_t, double>> Patterns::sorted() const {
    std::vector<std::pair<std::uint64_t, double>> out(counts_.begin(), counts_.end());
    std::ranges::sort(out);
    return out;
}

std::vector<double> with_prior(std::span<const double> counts, std::span<const double> typical,
                               double pairs) {
    std::vector<double> out(counts.size(), 0);
    double sum = 0, shape = 0;
    for (std::size_t level = 1; level < counts.size(); ++level) shape += typical[level];
    for (std::size_t level = 1; level < counts.size(); ++level) {
        out[level] = counts[level] + pairs * typical[level] / shape;
        sum += out[level];
    }
    for (auto& share : out) share /= sum;
    return out;
}

EmResult learn_m(const Patterns& patterns, const LevelTable& start, const LevelTable& u,
                 const EmOptions& options) {
    const auto sorted = patterns.sorted();
    const double pairs = patterns.pairs();
    LevelTable m = start;
    double share = options.start;
    EmResult out;
    for (out.rounds = 1; out.rounds <= options.most_rounds; ++out.rounds) {
        out.counts.assign(m.size(), {});
        for (std::size_t field = 0; field < m.size(); ++field) out.counts[field].assign(m[field].size(), 0);
        out.matches = 0;
        for (const auto& [levels, count] : sorted) {
            const double odds = share / (1 - share) * std::exp(weight(levels, m, u, options.masked));
            const double expected = count * (std::isinf(odds) ? 1 : odds / (1 + odds));
            out.matches += expected;
            for (std::size_t field = 0; field < m.size(); ++field)
                out.counts[field][levels >> (4 * field) & 0xF] += expected;
        }
        for (std::size_t field = 0; field < m.size(); ++field) {
            if (!options.masked[field]) m[field] = with_prior(out.counts[field], start[field], kPriorPairs);
        }
        const double next = std::clamp(pairs > 0 ? out.matches / pairs : 0, 1e-9, 1 - 1e-9);
        const bool is_done = std::abs(next - share) <= options.precision * share;
        share = next;
        if (is_done) break;
    }
    return out;
}

}  // namespace maillon::match
