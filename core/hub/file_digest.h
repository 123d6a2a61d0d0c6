#pragma once

#include "core/base/fault.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace maillon::hub {

/// SHA-256 of a file in hex, read once in pieces. With `copy` what is read is also written there: a new file
/// of the owner alone. `progress` false ends the work with a Fault of kind cancelled.
Result<std::string> sha256_of_file(const std::filesystem::path& file,
                                   const std::function<bool(std::int64_t done, std::int64_t all)>& progress,
                                   const std::filesystem::path& copy = {});

}  // namespace maillon::hub
