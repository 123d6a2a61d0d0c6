#include "core/match/precision.h"

#include <cmath>

namespace maillon::match {
namespace {

constexpr double kZ = 1.959964;  // two-sided, 95 %
/// A spotless class is above 0.99 from 381 decisions on; fewer cannot tell it from a poor one.
constexpr std::int64_t kEnough = 400;

std::uint64_t fnv(std::uint64_t hash, std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return hash;
}

/// Spreads the bits of FNV, whose upper ones change little over short texts.
double share_of(std::uint64_t hash) {
    hash ^= hash >> 33U;
    hash *= 0xff51afd7ed558ccdULL;
    hash ^= hash >> 33U;
    return static_cast<double>(hash >> 11U) / static_cast<double>(1ULL << 53U);
}

}  // namespace

Interval wilson(std::int64_t right, std::int64_t all) {
    if (all <= 0) return {};
    const auto n = static_cast<double>(all);
    const double p = static_cast<double>(right) / n;
    const double z2 = kZ * kZ;
    const double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    const double half = kZ * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
    return {middle - half, middle + half};
}

bool is_to_be_suspended(const store::ClassRecord& record) {
    const auto all = record.right + record.wrong;
    const auto interval = wilson(record.right, all);
    if (record.wrong >= 2 && interval.upper < kLeastPrecision) return true;
    return all >= kEnough && interval.lower < kLeastPrecision;
}

bool is_in_sample(std::string_view identity, std::string_view record, double share) {
    const auto hash = fnv(fnv(fnv(0xcbf29ce484222325ULL, identity), "\n"), record);
    return share_of(hash) < share;
}

}  // namespace maillon::match
