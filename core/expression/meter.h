#pragma once

#include <cstdint>

namespace maillon::expression {

/// The budget of one evaluation.
struct Meter {
    std::uint64_t limit = 0;
    std::uint64_t spent = 0;

    /// Takes units off. False when the budget is used up: then do not do the work. Whoever takes memory that
    /// grows with the data charges for it first, so the budget bounds the memory too.
    bool charge(std::uint64_t units) {
        if (spent > limit) return false;
        spent = units > limit - spent ? limit + 1 : spent + units;
        return spent <= limit;
    }
    bool is_exhausted() const { return spent > limit; }
};

}  // namespace maillon::expression
