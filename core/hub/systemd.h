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

}  // namespace maillon::hub
