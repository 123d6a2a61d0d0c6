#pragma once

#include "core/base/fault.h"

#include <cstdint>
#include <functional>
#include <string>

namespace maillon::db {

/// Told of the bytes written and those expected; false ends the work.
using CopyProgress = std::function<bool(std::int64_t done, std::int64_t all)>;

/// Writes one committed state of the store in the file `from` to the new file `to` (0600), without holding up
/// the host that may be writing to it: its log only cannot shrink meanwhile. After a normal return the copy
/// is on disk, whole, needs no log and is as dense as can be; after a failure `to` is not there. Memory does
/// not grow with the store.
Result<void> copy_store(const std::string& from, const std::string& to, const CopyProgress& progress);

/// Waits until the file (or folder) is on disk.
Result<void> sync_to_disk(const std::string& path);

}  // namespace maillon::db
