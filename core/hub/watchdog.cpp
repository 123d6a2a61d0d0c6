#include "core/hub/watchdog.h"

#include <utility>

namespace maillon::hub {

Watchdog::Watchdog(const Clock& clock, Log& log, Health& health, Metrics& metrics)
    : clock_(clock), log_(log), metrics_(metrics), component_(health.component("progress")) {
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
    auto beat = one.look();
    one.doing = std::move(beat.doing);
    if (beat.has_work && beat.progress == one.progress) return clock_.steady() - one.since > one.patience;
    one.progress = beat.progress;
    one.since = clock_.steady();
    return false;
}

std::string Watchdog::sentence(const Watched& one) const {
    const auto span = std::chrono::duration_cast<std::chrono::seconds>(clock_.steady() - one.since);
    const auto who = "the " + one.kind + (one.name.empty() ? "" : " '" + one.name + "'");
    const auto what =
        one.doing.empty() ? " has work and has made no progress" : " has not come back from " + one.doing;
    return who + what + " for " + std::to_string(span.count()) + " s";
}

void Watchdog::tell(Watched& one, bool stuck) {
    one.gauge.set(stuck ? 1 : 0);
    if (stuck == std::exchange(one.stuck, stuck)) return;
    if (stuck)
        log_.error("hub.stuck", {{"kind", one.kind},
                                 {"name", one.name},
                                 {"reason", sentence(one)},
                                 {"do", one.is_vital ? "the service manager restarts the hub"
                                                     : "if it stays so, restart the hub; all else goes on"}});
    else
        log_.info("hub.moving", {{"kind", one.kind}, {"name", one.name}});
}

bool Watchdog::tick() {
    stuck_.clear();
    hanging_.clear();
    bool is_well = true;
    for (auto& one : watched_) {
        const bool stuck = is_stuck(one);
        tell(one, stuck);
        if (!stuck) continue;
        is_well = is_well && !one.is_vital;
        stuck_.push_back(sentence(one));
        if (!one.doing.empty() && hanging_.empty()) hanging_ = stuck_.back();
    }
    if (stuck_.empty())
        component_.ok();
    else
        component_.failing(stuck_.front());
    return is_well;
}

}  // namespace maillon::hub
