#include "core/match/linkage/name_communities.h"

#include "core/match/linkage/field_data.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace maillon::match {
namespace {

constexpr std::size_t kCount = NameCommunities::kCommunities;
constexpr int kRounds = 60;
/// How many unknown persons stand behind each name beside those met: what is said of a name that was met once
/// or twice is not taken for the whole truth.
constexpr double kUnknown = 2;

using Shares = std::array<double, kCount>;
using Counts = std::vector<std::pair<NameCommunities::Pair, double>>;

/// Every `step`th pair, each once, in their order.
Counts counted(std::span<const NameCommunities::Pair> pairs, std::size_t step) {
    std::vector<NameCommunities::Pair> some;
    for (std::size_t at = 0; at < pairs.size(); at += step) some.push_back(pairs[at]);
    std::ranges::sort(some);
    Counts out;
    for (const auto& pair : some) {
        if (out.empty() || out.back().first != pair) out.emplace_back(pair, 0);
        ++out.back().second;
    }
    return out;
}

}  // namespace

NameCommunities NameCommunities::fit(std::span<const Pair> pairs, std::size_t given_names,
                                     std::size_t family_names) {
    NameCommunities out;
    const auto step = std::max<std::size_t>(1, (pairs.size() + kMostPairs - 1) / kMostPairs);
    const auto counts = counted(pairs, step);
    out.given_.assign(given_names * kCount, 1.0F / kCount);
    out.family_.assign(family_names * kCount, 1.0F / kCount);
    out.sizes_.assign(kCount, 1.0F / kCount);
    std::vector<double> given(given_names * kCount), family(family_names * kCount);
    for (int round = 0; round <= kRounds && !counts.empty(); ++round) {
        std::ranges::fill(given, 0);
        std::ranges::fill(family, 0);
        Shares sizes{};
        for (const auto& [pair, count] : counts) {
            // To begin with each family name leans to a community of its own, as chance has it.
            const auto own = mix(pair.second, 7) % kCount;
            Shares shares{};
            for (std::size_t k = 0; k < kCount; ++k)
                shares[k] = round == 0 ? (k == own ? 4.0 : 1.0) : out.together(pair, k);
            double sum = 0;
            for (const double share : shares) sum += share;
            for (auto& share : shares) share = count * share / sum;
            double* of_given = &given[pair.first * kCount];
            double* of_family = &family[pair.second * kCount];
            for (std::size_t k = 0; k < kCount; ++k) of_given[k] += shares[k];
            for (std::size_t k = 0; k < kCount; ++k) of_family[k] += shares[k];
            for (std::size_t k = 0; k < kCount; ++k) sizes[k] += shares[k];
        }
        out.put(given, family, sizes);
    }
    return out;
}

void NameCommunities::put(const std::vector<double>& given, const std::vector<double>& family,
                          const Sizes& sizes) {
    double all = 0;
    for (const double size : sizes) all += size;
    for (std::size_t k = 0; k < kCount; ++k) sizes_[k] = static_cast<float>(std::max(sizes[k] / all, 1e-6));
    const auto spread = [&](const std::vector<double>& expected, std::vector<float>& shares) {
        for (std::size_t name = 0; name < shares.size(); name += kCount) {
            double met = 0;
            for (std::size_t k = 0; k < kCount; ++k) met += expected[name + k];
            for (std::size_t k = 0; k < kCount; ++k)
                shares[name + k] = static_cast<float>(
                    (expected[name + k] + kUnknown * static_cast<double>(sizes_[k])) / (met + kUnknown));
        }
    };
    spread(given, given_);
    spread(family, family_);
}

double NameCommunities::together(const Pair& pair, std::size_t community) const {
    return static_cast<double>(given_[pair.first * kCount + community]) *
           static_cast<double>(family_[pair.second * kCount + community]) /
           static_cast<double>(sizes_[community]);
}

double NameCommunities::together_bits(std::uint32_t given, std::uint32_t family) const {
    if ((given + std::size_t{1}) * kCount > given_.size() ||
        (family + std::size_t{1}) * kCount > family_.size())
        return 0;
    double sum = 0;
    for (std::size_t k = 0; k < kCount; ++k) sum += together({given, family}, k);
    return std::max(0.0, std::log2(sum));
}

}  // namespace maillon::match
