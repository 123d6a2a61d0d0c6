#pragma once

#include "core/match/linkage/levels.h"
#include "core/match/linkage/value_pool.h"

#include <array>

namespace maillon::match {

/// How values of the left came out beside one record of the right. Its candidates were found by what they
/// share, so they hold few distinct values, and comparing texts is what costs most. A value that another has
/// pushed out is compared again.
class LevelMemo {
public:
    LevelMemo() { values_.fill(ValuePool::kNone); }

    template <class Make>
    Level of(ValuePool::Id value, Make&& make) {
        const auto at = value & (kPlaces - 1);
        if (values_[at] == value) return levels_[at];
        values_[at] = value;
        return levels_[at] = make();
    }

private:
    static constexpr std::size_t kPlaces = 128;
    std::array<ValuePool::Id, kPlaces> values_;
    std::array<Level, kPlaces> levels_;
};

}  // namespace maillon::match
