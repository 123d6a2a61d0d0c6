#include "core/expression/arena.h"

#include <algorithm>

namespace maillon::expression {
namespace {
constexpr std::size_t kBlock = 16 * 1024;
constexpr std::size_t kKept = 1024 * 1024;  // blocks above this are given back at reset
}  // namespace

void* Arena::from_another_block(std::size_t bytes) {
    // Blocks come from new[] and are aligned for anything that lives here.
    std::size_t next = block_ == nullptr ? 0 : current_ + 1;
    while (next < blocks_.size() && blocks_[next].size < bytes) ++next;
    if (next == blocks_.size()) {
        const std::size_t size = std::max(kBlock, bytes);
        blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
    }
    current_ = next;
    block_ = blocks_[next].bytes.get();
    room_ = blocks_[next].size;
    used_ = bytes;
    return block_;
}

void Arena::reset() {
    std::erase_if(blocks_, [](const Block& block) { return block.size > kKept; });
    current_ = 0;
    used_ = 0;
    block_ = blocks_.empty() ? nullptr : blocks_.front().bytes.get();
    room_ = blocks_.empty() ? 0 : blocks_.front().size;
}

}  // namespace maillon::expression
