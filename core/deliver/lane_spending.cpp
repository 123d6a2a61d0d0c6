#include "core/deliver/lane.h"

#include <algorithm>

namespace maillon::deliver {
namespace {

/// Too old to be sent (max_age).
bool has_lapsed(const Job& job, TimePoint now) {
    return job.row.expires && *job.row.expires <= now;
}

}  // namespace

bool Deliver::Lane::is_affordable(Waiting& item, TimePoint now) {
    item.unaffordable.clear();
    const auto& row = item.job.row;
    if (parts_.budgets == nullptr || item.in_doubt || item.job.is_process) return true;
    // It is not made, so it needs nothing.
    if (has_lapsed(item.job, now)) return true;
    const auto* operation = connector_.info().operation(row.operation);
    auto wait =
        parts_.budgets->take(name_, row.operation, operation ? operation->budget : "", item.job.priority);
    if (!wait) {
        item.paid = now;
        return true;
    }
    // It may lapse before there is enough for it.
    item.due = std::min(wait->until, row.expires.value_or(wait->until));
    unaffordable_ = item.unaffordable = std::move(wait->why);
    unaffordable_until_ = wait->until;
    return false;
}

void Deliver::Lane::refund(Waiting& item) {
    const auto paid = std::exchange(item.paid, std::nullopt);
    if (!paid) return;
    const auto* operation = connector_.info().operation(item.job.row.operation);
    parts_.budgets->give_back(name_, item.job.row.operation, operation ? operation->budget : "", *paid);
}

void Deliver::Lane::drop_lapsed(Batch& batch, TimePoint now) {
    std::erase_if(batch, [&](Waiting& item) {
        if (item.in_doubt || !has_lapsed(item.job, now)) return false;
        refund(item);
        settle(std::move(item), {.state = store::CallState::failed,
                                 .fault = FaultKind::rejected,
                                 .detail = "not sent: what it answers is older than max_age"});
        return true;
    });
}

}  // namespace maillon::deliver
