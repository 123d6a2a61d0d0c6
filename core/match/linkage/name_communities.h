#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace maillon::match {

/// Given and family names go together: who is called Martínez is called Carmen more often than people are on
/// the whole. Counting both names as independent would take such a pair for far rarer than it is, and link
/// namesakes.
///
/// A mixture of communities, each with its own shares of given and of family names, fitted to the pairs of
/// names that the tables hold (EM; no language or country is told to it). The same pairs give the same fit.
class NameCommunities {
public:
    /// A given and a family name by their numbers.
    using Pair = std::pair<std::uint32_t, std::uint32_t>;

    static NameCommunities fit(std::span<const Pair> pairs, std::size_t given_names,
                               std::size_t family_names);

    /// log2 of how much more often the two stand together than if they were independent; never below 0, since
    /// a pair that is rarer than expected may just not have been met. 0 for unknown names.
    double together_bits(std::uint32_t given, std::uint32_t family) const;

    static constexpr std::size_t kCommunities = 12;
    static constexpr std::size_t kMostPairs = 200'000;  ///< every n-th of more

private:
    using Sizes = std::array<double, kCommunities>;

    void put(const std::vector<double>& given, const std::vector<double>& family, const Sizes& sizes);
    /// How often two names stand together in a community, over how often they would by chance, as a share.
    double together(const Pair& pair, std::size_t community) const;

    std::vector<float> sizes_;           ///< of the communities, as shares
    std::vector<float> given_, family_;  ///< by name, by community: how many who are called so belong to it
};

}  // namespace maillon::match
