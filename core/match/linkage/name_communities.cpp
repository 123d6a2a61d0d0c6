#include "core/match/linkage/name_communities.h"

#include "core/match/linkage/field_data.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace maillon::match {
namespace {

constexpr std::size_t kCount = NameCommunities::kCommunities;
constexpr int kRounds = 60;
constexpr double kSmoothing = 2;  // persons with everybody's names who are added to each community

using Shares = std::array<double, kCount>;

/// Expected persons by name and community.
struct Expected {
    std::vector<double> given, family;
    Shares sizes{};
};

}  // namespace

NameCommunities NameCommunities::fit(std::span<const Pair> pairs, std::size_t given_names, std::size_t family_names) {
    NameCommunities out;
    const auto step = std::max<std::size_t>(1, (pairs.size() + kMostPairs - 1) / kMostPairs);
    std::map<Pair, double> counts;
    double all = 0;
    for (std::size_t at = 0; at < pairs.size(); at += step) ++counts[pairs[at]], ++all;
    out.given_ = {std::vector<float>(given_names * kCount), std::vector<float>(given_names)};
    out.family_ = {std::vector<float>(family_names * kCount), std::vector<float>(family_names)};
    for (const auto& [pair, count] : counts) {
        out.given_.whole[pair.first] += static_cast<float>(count / all);
        out.family_.whole[pair.second] += static_cast<float>(count / all);
    }
    Expected expected;
    const auto add = [&](const Pair& pair, double count, const Shares& shares) {
        for (std::size_t k = 0; k < kCount; ++k) {
            expected.given[pair.first * kCount + k] += count * shares[k];
            expected.family[pair.second * kCount + k] += count * shares[k];
            expected.sizes[k] += count * shares[k];
        }
    };
    const auto put_side = [&](Side& side, const std::vector<double>& by_name) {
        for (std::size_t name = 0; name < side.whole.size(); ++name) {
            const auto whole = static_cast<double>(side.whole[name]);
            for (std::size_t k = 0; k < kCount; ++k)
                side.shares[name * kCount + k] = static_cast<float>(
                    (by_name[name * kCount + k] + kSmoothing * whole) / (expected.sizes[k] + kSmoothing));
        }
    };
    out.sizes_.assign(kCount, 1.0F / kCount);
    for (int round = 0; round <= kRounds && all > 0; ++round) {
        expected = {std::vector<double>(given_names * kCount), std::vector<double>(family_names * kCount), {}};
        for (const auto& [pair, count] : counts) {
            Shares shares{};
            double sum = 0;
            for (std::size_t k = 0; k < kCount; ++k) {
                // To begin with each family name leans to a community of its own, as chance has it.
                shares[k] = round == 0 ? (mix(pair.second, 7) % kCount == k ? 4.0 : 1.0)
                                       : static_cast<double>(out.sizes_[k]) *
                                             static_cast<double>(out.given_.shares[pair.first * kCount + k]) *
                                             static_cast<double>(out.family_.shares[pair.second * kCount + k]);
                sum += shares[k];
            }
            for (auto& share : shares) share /= sum;
            add(pair, count, shares);
        }
        for (std::size_t k = 0; k < kCount; ++k) out.sizes_[k] = static_cast<float>(expected.sizes[k] / all);
        put_side(out.given_, expected.given);
        put_side(out.family_, expected.family);
    }
    return out;
}

double NameCommunities::together_bits(std::uint32_t given, std::uint32_t family) const {
    if (given >= given_.whole.size() || family >= family_.whole.size()) return 0;
    const double alone = static_cast<double>(given_.whole[given]) * static_cast<double>(family_.whole[family]);
    if (alone <= 0) return 0;
    double together = 0;
    for (std::size_t k = 0; k < kCount; ++k)
        together += static_cast<double>(sizes_[k]) * static_cast<double>(given_.shares[given * kCount + k]) *
                    static_cast<double>(family_.shares[family * kCount + k]);
    return std::max(0.0, std::log2(together / alone));
}

}  // namespace maillon::match
