#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace maillon::hub {

/// Tells systemd (sd_notify protocol: a datagram to $NOTIFY_SOCKET), for instance "READY=1". Does nothing
/// when not started by it.
void notify_systemd(std::string_view state);

/// How often systemd wants to hear "WATCHDOG=1", if at all: half of $WATCHDOG_USEC.
std::optional<std::chrono::milliseconds> watchdog_interval();

/// While one lives, systemd waits for the next "WATCHDOG=1", and for what it has asked for (a reload, a
/// stop), up to `at_most`: the hub's own thread is at something that takes its time, and is not to be taken
/// for one that hangs. Whatever takes longer still is. Afterwards the watchdog is as it was.
class LongerWatchdog {
public:
    explicit LongerWatchdog(std::chrono::milliseconds at_most);
    ~LongerWatchdog();
    LongerWatchdog(const LongerWatchdog&) = delete;
    LongerWatchdog& operator=(const LongerWatchdog&) = delete;

private:
    std::optional<std::chrono::microseconds> before_;  ///< nothing: there is no watchdog
};

}  // namespace maillon::hub
