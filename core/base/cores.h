#pragma once

#include <algorithm>
#include <thread>

namespace maillon {

/// As many threads as the machine runs at once; at least 1.
inline unsigned all_cores() {
    return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace maillon
