#pragma once

#include "core/hub/prepare.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace maillon::hub {

/// What came of logging in.
struct ConnectResult {
    std::string instance, plugin;
    std::optional<Fault> fault;  ///< none: it is connected, and what it can check is in order
    std::chrono::milliseconds took{};
};

/// Creates every instance of a configuration and has it connect and check itself, all at the same time, as
/// the hub would at its start; takes nothing in and sends nothing. `told` is called on this thread, for each
/// as it is done. Whoever does not come back in time is cancelled and counts as failed.
///
/// With a state of their own, which is thrown away; but secrets are the real ones, so a service that hands
/// out a new token for each login has it kept. A Fault when not even that can be begun.
Result<> connect_all(const Prepared& prepared, std::chrono::milliseconds patience,
                     const std::function<void(const ConnectResult&)>& told);

}  // namespace maillon::hub
