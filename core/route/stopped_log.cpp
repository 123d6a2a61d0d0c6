#include "core/route/stopped_log.h"

#include <algorithm>

namespace maillon::route {
namespace {

constexpr std::chrono::minutes kMinute{1};

std::string command_for(const Stopped& run, std::int64_t count) {
    const std::string list = run.in_doubt ? "maillon in-doubt " : "maillon dead-letters ";
    if (count == 1)
        return list + "show " + std::to_string(run.in_doubt ? run.call.value() : run.letter.value());
    const auto kind = run.in_doubt ? "" : " --kind " + std::string(name_of(run.kind));
    return list + "list --route " + run.route + " --connector " + run.instance + kind;
}

}  // namespace

void StoppedLog::note(const Stopped& run, SteadyPoint now) {
    tell(now);
    const auto [found, is_new] = minutes_.try_emplace({run.in_doubt, run.route, run.instance, run.kind});
    auto& minute = found->second;
    if (is_new) {
        minute.begun = now;
        return write(run, 1);
    }
    ++minute.count;
    minute.last = run;
    const auto end = minute.begun + kMinute;
    due_ = std::min(due_.value_or(end), end);
}

void StoppedLog::tell(SteadyPoint now) {
    due_.reset();
    for (auto one = minutes_.begin(); one != minutes_.end();) {
        auto& minute = one->second;
        const auto end = minute.begun + kMinute;
        if (now < end) {
            if (minute.count > 0) due_ = std::min(due_.value_or(end), end);
            ++one;
        } else if (minute.count > 0) {
            write(minute.last, minute.count);
            minute = {.begun = now};
            ++one;
        } else {
            one = minutes_.erase(one);
        }
    }
}

void StoppedLog::tell_all() {
    for (auto& [kind, minute] : minutes_) {
        if (minute.count > 0) write(minute.last, minute.count);
    }
    minutes_.clear();
    due_.reset();
}

void StoppedLog::write(const Stopped& run, std::int64_t count) {
    const auto command = command_for(run, count);
    if (run.in_doubt)
        return log_.warning("route.in_doubt", {{"route", run.route},
                                               {"step", run.step},
                                               {"connector", run.instance},
                                               {"call", run.call.value()},
                                               {"position", run.event.value()},
                                               {"count", count},
                                               {"see", command}});
    log_.warning("route.dead_letter", {{"route", run.route},
                                       {"step", run.step},
                                       {"connector", run.instance},
                                       {"kind", name_of(run.kind)},
                                       {"letter", run.letter.value()},
                                       {"position", run.event.value()},
                                       {"count", count},
                                       {"see", command}});
}

}  // namespace maillon::route
