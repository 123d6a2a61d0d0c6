#include "core/hub/watchdog.h"

namespace maillon::hub {

Watchdog::Watchdog(const Clock& clock, Health& health, Metrics& metrics)
    : clock_(clock), metrics_(metrics), component_(health.component("progress")) {
    component_.ok();
}

void Watchdog::watch(const std::string& kind, const std::string& name, std::chrono::milliseconds patience,
                     bool is_vital, Look look) {
    auto gauge = metrics_.gauge("maillon_stuck", "1 while somebody has work and makes no progress.",
                                {{"kind", kind}, {"name", name}});
    gauge.set(0);
    watched_.push_back({kind, name, patience, is_vital, std::move(look), gauge, 0, clock_.steady()});
}

bool Watchdog::is_stuck(Watched& one) const {
    const auto beat = one.look();
    if (beat.has_work && beat.progress == one.progress) return clock_.steady() - one.since > one.patience;
    one.progress = beat.progress;
    one.since = clock_.steady();
    return false;
}

bool Watchdog::tick() {
    stuck_.clear();
    bool is_well = true;
    for (auto& one : watched_) {
        const bool stuck = is_stuck(one);
        one.gauge.set(stuck ? 1 : 0);
        if (!stuck) continue;
        is_well = is_well && !one.is_vital;
        const auto span = std::chrono::duration_cast<std::chrono::seconds>(clock_.steady() - one.since);
        stuck_.push_back("the " + one.kind + (one.name.empty() ? "" : " '" + one.name + "'") +
                         " has work and has made no progress for " + std::to_string(span.count()) + " s");
    }
    if (stuck_.empty())
        component_.ok();
    else
        component_.failing(stuck_.front());
    return is_well;
}

}  // namespace maillon::hub
