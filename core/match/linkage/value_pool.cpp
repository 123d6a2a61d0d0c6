#include "core/match/linkage/value_pool.h"

namespace maillon::match {

ValuePool::Id ValuePool::put(std::string_view text) {
    if (const auto found = ids_.find(text); found != ids_.end()) return found->second;
    const auto id = static_cast<Id>(texts_.size());
    ids_.emplace(texts_.emplace_back(text), id);
    counts_[0].push_back(0);
    counts_[1].push_back(0);
    return id;
}

ValuePool::Id ValuePool::find(std::string_view text) const {
    const auto found = ids_.find(text);
    return found == ids_.end() ? kNone : found->second;
}

void ValuePool::release() {
    while (texts_.size() > mark_) {
        ids_.erase(texts_.back());
        texts_.pop_back();
    }
    for (auto& side : counts_) side.resize(mark_);
}

}  // namespace maillon::match
