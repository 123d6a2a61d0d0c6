#pragma once

#include <algorithm>
#include <cstdlib>

namespace maillon::faults {

/// Every how many steps one is tried: `usual`, or what MAILLON_FAULT_STRIDE says (1 = each); where every step
/// costs much, as under a sanitizer, MAILLON_FAULT_SPARSE says how many times as sparse.
inline int stride(int usual) {
    const auto wish = [](const char* name, int otherwise) {
        const char* value = std::getenv(name);
        return value == nullptr ? otherwise : std::max(1, std::atoi(value));
    };
    return wish("MAILLON_FAULT_STRIDE", usual) * wish("MAILLON_FAULT_SPARSE", 1);
}

}  // namespace maillon::faults
