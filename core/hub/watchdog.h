#pragma once

#include "core/base/clock.h"
#include "core/observe/health.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"

#include <functional>
#include <string>
#include <vector>

namespace maillon::hub {

/// Sees what has work and yet does not move: a source whose call does not come back, a sink, the router, the
/// writer. Then /readyz fails with a sentence that names it, maillon_stuck{kind,name} is 1, and the log tells
/// of it (`hub.stuck`, and `hub.moving` when it is over).
///
/// Asks, and is never told: a thread that hangs tells nothing. One thread owns it.
class Watchdog {
public:
    /// How somebody stands at the moment.
    struct Beat {
        bool has_work = false;
        std::uint64_t progress = 0;  ///< any figure that changes with each step
        std::string doing{};         ///< the call that has not come back, where there is one
    };
    /// Must answer at once, whatever hangs.
    using Look = std::function<Beat()>;

    Watchdog(const Clock& clock, Log& log, Health& health, Metrics& metrics);

    /// `patience`: longer than any step may take. `is_vital`: a restart is what helps.
    void watch(const std::string& kind, const std::string& name, std::chrono::milliseconds patience,
               bool is_vital, Look look);

    /// To be called every few seconds. False while something vital is stuck: the service manager is then not
    /// told that all is well, and restarts the hub.
    bool tick();

    /// A sentence about each that is stuck.
    const std::vector<std::string>& stuck() const { return stuck_; }
    /// About the first call into a connector that does not come back, or empty.
    const std::string& hanging() const { return hanging_; }

private:
    struct Watched {
        std::string kind, name;
        std::chrono::milliseconds patience;
        bool is_vital;
        Look look;
        Gauge gauge;
        std::uint64_t progress = 0;
        SteadyPoint since;  ///< it moved last, or had nothing to do
        std::string doing{};
        bool stuck = false;
    };
    bool is_stuck(Watched& one) const;
    std::string sentence(const Watched& one) const;
    void tell(Watched& one, bool stuck);

    const Clock& clock_;
    Log& log_;
    Metrics& metrics_;
    Health::Component component_;
    std::vector<Watched> watched_;
    std::vector<std::string> stuck_;
    std::string hanging_;
};

}  // namespace maillon::hub
