#include "core/match/linkage/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace maillon::match {

bool in_pieces(std::size_t pieces, unsigned threads, const std::function<void(std::size_t)>& work,
               const std::function<bool(std::size_t)>& between) {
    std::atomic<std::size_t> next{0}, done{0};
    std::atomic<bool> goes_on{true};
    const auto run = [&](bool watches) {
        while (goes_on) {
            const auto piece = next++;
            if (piece >= pieces) break;
            work(piece);
            const auto so_far = ++done;
            if (watches && !between(so_far)) goes_on = false;
        }
    };
    std::vector<std::jthread> others;
    for (unsigned thread = 1; thread < std::min<std::size_t>(threads, pieces); ++thread)
        others.emplace_back([&run] { run(false); });
    run(true);
    others.clear();
    return goes_on;
}

void in_pieces(std::size_t pieces, unsigned threads, const std::function<void(std::size_t)>& work) {
    in_pieces(pieces, threads, work, [](std::size_t) { return true; });
}

}  // namespace maillon::match
