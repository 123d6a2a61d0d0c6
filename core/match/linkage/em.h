#pragma once

#include "core/match/linkage/levels.h"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace maillon::match {

/// Pairs as far as Fellegi and Sunter look at them: the levels of their fields, four bits each, and how many
/// pairs came out so.
class Patterns {
public:
    void add(std::uint64_t levels, double count = 1) { counts_[levels] += count; }
    void add(const Patterns& others) {
        for (const auto& [levels, count] : others.counts_) add(levels, count);
    }
    std::size_t size() const { return counts_.size(); }
    double pairs() const;
    /// In the order of the levels: sums of floating numbers come out the same in every run.
    std::vector<std::pair<std::uint64_t, double>> sorted() const;

private:
    boost::unordered_flat_map<std::uint64_t, double> counts_;
};

/// By field, by level.
using LevelTable = std::vector<std::vector<double>>;

/// What EM found in one set of pairs.
struct EmResult {
    double matches = 0;   ///< expected number of true pairs
    LevelTable counts{};  ///< of these, by field and level
    int rounds = 0;
};

struct EmOptions {
    std::vector<bool> masked{};  ///< fields that say nothing here, since they made the pairs
    double start = 0.1;          ///< share of true pairs to begin with
    int most_rounds = 200;
    double precision = 1e-6;
};

/// True pairs in one set of pairs, and how their fields come out, by expectation-maximisation; `u` is fixed,
/// `m` is where it begins and the centre of a Dirichlet prior worth kPriorPairs. The level "missing" neither
/// speaks nor counts.
EmResult learn_m(const Patterns& patterns, const LevelTable& m, const LevelTable& u,
                 const EmOptions& options);

/// How many pairs the typical figures of levels.cpp are worth: enough that ten pairs cannot turn them over,
/// little beside a hundred.
inline constexpr double kPriorPairs = 20;

/// Counts with the prior added, as shares of their sum; `typical` gives the shape of the prior.
std::vector<double> with_prior(std::span<const double> counts, std::span<const double> typical, double pairs);

}  // namespace maillon::match
