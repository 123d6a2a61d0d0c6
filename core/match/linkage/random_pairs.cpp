#include "core/match/linkage/random_pairs.h"

#include "core/match/linkage/parallel.h"

#include <algorithm>

namespace maillon::match {
namespace {

constexpr std::size_t kRandomPairs = 1'000'000;
constexpr std::size_t kPairsOfPiece = 16'384;

/// splitmix64: the same numbers everywhere.
class Chance {
public:
    explicit Chance(std::uint64_t seed) : state_(seed) {}
    std::uint32_t below(std::size_t limit) {
        state_ += 0x9E37'79B9'7F4A'7C15U;
        const auto high = mix(state_, 0) >> 32;
        return static_cast<std::uint32_t>(high * limit >> 32);
    }

private:
    std::uint64_t state_;
};

}  // namespace

std::vector<std::uint64_t> levels_of_random_pairs(const Records& records, std::uint64_t seed,
                                                  unsigned threads) {
    const auto left = records.rows(Side::left), right = records.rows(Side::right);
    std::vector<std::pair<Records::Row, Records::Row>> sample;
    const auto add = [&](Records::Row a, Records::Row b) {
        if (!records.is_one_table() || a != b) sample.emplace_back(a, b);
    };
    if (left * right <= kRandomPairs) {
        for (Records::Row a = 0; a < left; ++a) {
            for (Records::Row b = 0; b < right; ++b) add(a, b);
        }
    } else {
        Chance chance(seed);
        for (std::size_t pair = 0; pair < kRandomPairs; ++pair) {
            const auto a = chance.below(left), b = chance.below(right);
            add(a, b);
        }
    }
    std::vector<std::uint64_t> levels(sample.size());
    in_pieces((sample.size() + kPairsOfPiece - 1) / kPairsOfPiece, threads, [&](std::size_t piece) {
        const auto end = std::min(sample.size(), (piece + 1) * kPairsOfPiece);
        for (auto at = piece * kPairsOfPiece; at < end; ++at)
            levels[at] = records.levels(sample[at].first, sample[at].second);
    });
    return levels;
}

}  // namespace maillon::match
