#include "core/match/linkage/comparer.h"

namespace maillon::match {

std::span<const std::uint64_t> Comparer::levels(Row right) {
    levels_.assign(lefts_.size(), 0);
    records_->levels_all(lefts_, right, levels_);
    return levels_;
}

std::span<const double> Comparer::bits(const Scorer& scorer, Row right) {
    bits_.assign(lefts_.size(), 0);
    scorer.bits_all(levels_, lefts_, right, bits_);
    return bits_;
}

}  // namespace maillon::match
