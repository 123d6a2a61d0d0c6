#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace maillon::match {

/// Given and family names go together: who is called Martínez is called Carmen more often than people are on the
/// whole. Counting both names as independent would take such a pair for far rarer than it is, and link namesakes.
///
/// A mixture of communities, each with its own shares of given and of family names, fitted to the pairs of names
/// that the tables hold (EM; no language or country is told to it). The same pairs give the same fit.
class NameCommunities {
public:
    /// A given and a family name by their numbers.
    using Pair = std::pair<std::uint32_t, std::uint32_t>;

    static NameCommunities fit(std::span<const Pair> pairs, std::size_t given_names, std::size_t family_names);

    /// log2 of how much more often the two stand together than if they were independent; never below 0, since a
    /// pair that is rarer than expected may just not have been met. 0 for unknown names.
    double together_bits(std::uint32_t given, std::uint32_t family) const;

    static constexpr std::size_t kCommunities = 12;
    static constexpr std::size_t kMostPairs = 200'000;  ///< every n-th of more

private:
    struct Side {
        std::vector<float> shares;  ///< by name, by community: how much of the community is called so
        std::vector<float> whole;   ///< by name: of everybody
    };
    std::vector<float> sizes_;  ///< of the communities, as shares
    Side given_, family_;
};

}  // namespace maillon::match
