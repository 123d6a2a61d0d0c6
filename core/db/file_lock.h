#pragma once

#include "core/base/fault.h"

#include <chrono>
#include <memory>
#include <string>

namespace maillon::db {

/// Holds PATH.lock for this process, so that two hubs never share a store. The system lets go of it when the
/// process ends in whatever way; the file stays and holds the last holder's process number for the error
/// message, and whether there was ever a store.
class FileLock {
public:
    /// Waits up to `patience` for who has it: a command that found no hub is done sooner, and a hub that
    /// starts just then does not give up because of it. Also creates the folder (0700) where missing.
    static Result<std::unique_ptr<FileLock>> take(const std::string& path,
                                                  std::chrono::milliseconds patience = std::chrono::seconds{
                                                      2});
    ~FileLock();

    /// Whether note_use() was called, perhaps long ago by another process.
    bool was_used() const { return was_used_; }
    /// From now on there is a store: if it is missing later, that is a loss.
    Result<void> note_use();

    static std::string name_of(const std::string& path) { return path + ".lock"; }
    /// Whether a hub has used the store at `path` before, as far as can be read.
    static bool was_used(const std::string& path);
    /// The process that holds the lock of the store at `path`; 0 when none does.
    static Result<int> holder_of(const std::string& path);

    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    explicit FileLock(int descriptor) : descriptor_(descriptor) {}
    Result<void> write(const std::string& path);

    int descriptor_;
    bool was_used_ = false;
    std::string path_;
};

/// Whatever an administrator does as root, the hub's own user must be able to go on with: gives a file that
/// root made to the user of its folder.
void give_to_owner_of_folder(const std::string& path);

/// Creates a file that only its owner can read (0600), unless it is there. What the super-user creates in
/// another user's folder belongs to that user.
Result<void> create_private(const std::string& path);

}  // namespace maillon::db
