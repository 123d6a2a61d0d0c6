#pragma once

#include "core/base/fault.h"

#include <cstdint>
#include <functional>
#include <string>

namespace maillon::db {

/// Bytes that a folder has left. Empty: the file system is asked.
using FreeBytes = std::function<std::int64_t(const std::string& folder)>;

/// Whether a store of `pages` pages in use has room to be written anew: a scratch copy of them where SQLite
/// keeps temporary files, and the log beside the store, through which the copy comes back. A Fault of kind
/// retry says where room is missing; a file system that does not tell is taken to have it.
Result<void> room_for_rewriting(const std::string& store, std::int64_t pages, std::int64_t page_size,
                                const FreeBytes& free_bytes);

/// Where SQLite keeps temporary files: what SQLITE_TMPDIR or TMPDIR says, else a folder of the system.
std::string scratch_folder();

}  // namespace maillon::db
