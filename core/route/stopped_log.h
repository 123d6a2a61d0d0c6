#pragma once

#include "core/base/clock.h"
#include "core/base/fault.h"
#include "core/base/id.h"
#include "core/observe/log.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>

namespace maillon::route {

/// A run that goes no further without a person.
struct Stopped {
    bool in_doubt = false;  ///< else it has become a dead letter
    std::string route;
    std::string step;      ///< as the plan calls it: keys of rounds may name people
    std::string instance;  ///< connector at which it stopped
    FaultKind kind = FaultKind::internal;
    EventSeq event{};
    DeadLetterId letter{};  ///< or the call
    CallId call{};
};

/// Tells the log of runs that stop: the first of a kind (route, connector, class of failure) at once, those
/// that follow within a minute by one line with their count. A line holds no text of a remote, which may be
/// about people: the command in it shows that.
///
/// Not thread-safe: the engine's thread owns it. Holds no timer; `tell` is to be called now and again.
class StoppedLog {
public:
    explicit StoppedLog(Log& log) : log_(log) {}

    void note(const Stopped& run, SteadyPoint now);
    /// Tells what came within minutes that are over.
    void tell(SteadyPoint now);
    /// Tells the rest: before the end.
    void tell_all();
    /// Whether `tell` has something to tell.
    bool is_due(SteadyPoint now) const { return due_ && *due_ <= now; }

private:
    using Kind = std::tuple<bool, std::string, std::string, FaultKind>;
    struct Minute {
        SteadyPoint begun{};
        std::int64_t count = 0;  ///< not told yet
        Stopped last{};
    };
    void write(const Stopped& run, std::int64_t count);

    Log& log_;
    std::map<Kind, Minute> minutes_;
    std::optional<SteadyPoint> due_;  ///< when the first minute is over of which something is not told
};

}  // namespace maillon::route
