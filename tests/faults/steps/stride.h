#pragma once

#include <algorithm>
#include <cstdlib>

namespace maillon::faults {

/// Every how many steps one is tried: `usual`, or what MAILLON_FAULT_STRIDE says (1 = each).
inline int stride(int usual) {
    const char* wish = std::getenv("MAILLON_FAULT_STRIDE");
    return wish == nullptr ? usual : std::max(1, std::atoi(wish));
}

}  // namespace maillon::faults
