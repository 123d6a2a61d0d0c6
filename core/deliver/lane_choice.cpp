// Which calls go next.
#include "core/deliver/lane.h"

#include <algorithm>
#include <unordered_set>

namespace maillon::deliver {

std::optional<TimePoint> Deliver::Lane::next_due() const {
    if (is_stopped()) return std::nullopt;
    std::optional<TimePoint> soonest;
    for (const auto place : foremost()) {
        const auto due = due_of(queue_[place]);
        soonest = std::min(soonest.value_or(due), due);
    }
    return soonest ? std::optional(std::max(*soonest, circuit_.until())) : std::nullopt;
}

Deliver::Lane::Batch Deliver::Lane::pick(TimePoint now) {
    Batch out;
    auto most = circuit_.most(max_batch_, now);
    std::unordered_set<const Waiting*> chosen;
    for (auto* item : candidates(now)) {
        if (out.size() >= most) break;
        const bool fits = out.empty() || (out.front().in_doubt == item->in_doubt &&
                                          out.front().job.is_process == item->job.is_process);
        if (!fits || !is_affordable(*item, now)) continue;
        if (item->in_doubt) most = std::min(most, asking_.most(max_batch_, now));
        chosen.insert(item);
        out.push_back(std::move(*item));
    }
    std::erase_if(queue_, [&](const Waiting& item) { return chosen.contains(&item); });
    return out;
}

TimePoint Deliver::Lane::due_of(const Waiting& item) const {
    return item.in_doubt ? std::max(item.due, asking_.until()) : item.due;
}

std::vector<std::size_t> Deliver::Lane::foremost() const {
    std::vector<std::size_t> out;
    std::unordered_set<std::string_view> targets, keys;
    for (std::size_t place = 0; place < queue_.size(); ++place) {
        const auto& item = queue_[place];
        if (is_kept(item)) continue;
        const auto& job = item.job;
        const bool target_free = job.row.target_key.empty() || targets.insert(job.row.target_key).second;
        const bool key_free = job.order_key.empty() || keys.insert(job.order_key).second;
        if (target_free && key_free) out.push_back(place);
    }
    return out;
}

std::vector<Deliver::Lane::Waiting*> Deliver::Lane::candidates(TimePoint now) {
    std::vector<Waiting*> out;
    for (const auto place : foremost()) {
        if (due_of(queue_[place]) <= now) out.push_back(&queue_[place]);
    }
    std::ranges::stable_sort(out, {}, [](const Waiting* item) { return item->job.priority; });
    return out;
}

}  // namespace maillon::deliver
