#pragma once

#include "core/hub/manifest.h"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace maillon::hub {

/// Told what is being done and how far it is; `all` 0 when nobody knows how far. False ends the work.
using Phase = std::function<bool(std::string_view what, std::int64_t done, std::int64_t all)>;

/// Where a backup goes: `target` itself, or in a folder a name made of the moment.
std::filesystem::path backup_name(const std::filesystem::path& target, TimePoint now);

struct BackupJob {
    std::filesystem::path store;   ///< the SQLite file, of a running hub or of none
    std::filesystem::path target;  ///< must not be there
    std::string config;            ///< hash of the present configuration
    const Clock& clock;
    const Phase& progress;
};

/// Copies the store, looks whether the copy is sound and the books in it balance, and writes a manifest
/// beside it. A hub that runs goes on. What is at `target` afterwards is whole and on disk; after a failure
/// nothing is there.
Result<Manifest> take_backup(const BackupJob& job);

struct RestoreJob {
    std::filesystem::path backup;
    std::filesystem::path store;
    bool force = false;  ///< puts a store that is there aside
    const Clock& clock;
    const Phase& progress;
};

struct Restored {
    Manifest manifest;
    std::filesystem::path put_aside;  ///< where the former store is now; empty when there was none
    std::int64_t calls = 0;           ///< that are in doubt now since they may have been made
};

/// Brings a backup back: checked first (manifest, SHA-256, the database's own check, no newer schema), marked
/// as restored (store::Restores), then put in place in one step. Refuses while a hub holds the store. After a
/// failure everything is as it was.
Result<Restored> restore(const RestoreJob& job);

}  // namespace maillon::hub
