#pragma once

#include "core/base/fault.h"

#include <memory>
#include <string>

namespace maillon::db {

/// Holds PATH.lock for this process, so that two hubs never share a store. The system lets go of it when the
/// process ends in whatever way; the file stays and holds the last holder's process number for the error
/// message.
class FileLock {
public:
    /// Also creates the folder (0700) and the file at `path` (0600) where missing.
    static Result<std::unique_ptr<FileLock>> take(const std::string& path);
    ~FileLock();

    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    explicit FileLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace maillon::db
