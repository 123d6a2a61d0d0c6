#pragma once

#include "core/config/cron.h"

#include <string>

namespace maillon::route {

/// What the clocks of a time zone show: "Europe/Paris" of the system's zone files, "UTC" or "+01:00". Nothing
/// when there is no such zone. Reads a file once; the answer may be called from any thread.
std::optional<config::Cron::OffsetAt> clock_of_zone(const std::string& name);

/// The zone that a person most likely meant, or empty.
std::string near_zone(const std::string& name);

}  // namespace maillon::route
