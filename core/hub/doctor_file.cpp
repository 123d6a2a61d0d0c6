#include "core/db/file_lock.h"
#include "core/db/store_file.h"
#include "core/hub/doctor.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>

namespace maillon::hub {
namespace {

namespace fs = std::filesystem;
using Level = Finding::Level;
using Kind = db::StoreFile::Kind;

constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kLongLog = 256 * kMiB;
constexpr std::int64_t kScarce = 1024 * kMiB, kOut = 64 * kMiB;
constexpr long kNfs = 0x6969, kSmb = 0x517B, kCifs = static_cast<long>(0xFF534D42), kFuse = 0x65735546;

std::string mib(std::int64_t bytes) {
    return std::to_string((bytes + kMiB - 1) / kMiB) + " MiB";
}

fs::path folder_of(const Patient& patient) {
    return patient.file.parent_path().empty() ? fs::path(".") : patient.file.parent_path();
}

void file(const Patient& patient, const db::StoreFile& found, Findings& out) {
    const std::string restore = "bring a backup back: maillon restore FILE";
    switch (found.kind) {
        case Kind::store:
            out.push_back({Level::fine, "store.file",
                           patient.file.string() + ", " + mib(found.bytes) +
                               (found.log_bytes > 0 ? " and a log of " + mib(found.log_bytes) : "")});
            return;
        case Kind::missing:
        case Kind::empty:
            out.push_back(
                {Level::broken, "store.file", found.what,
                 "a hub that was used before and starts with an empty store would take in and answer "
                 "everything once more",
                 restore + "; where no hub has run yet, start one: maillon run"});
            return;
        case Kind::unreadable:
            out.push_back({Level::broken, "store.file", found.what, "nothing inside it can be checked",
                           "do this as the hub's own user, or as root"});
            return;
        default:
            out.push_back({Level::broken, "store.file", found.what, "no hub can start with it",
                           "see whether hub.store names the right file; " + restore + " --force"});
    }
}

/// How the files come to have one owner: where a file and the folder agree, it is the store that has another.
std::string same_owner(const fs::path& path, uid_t owner_of_path, const fs::path& store) {
    struct stat folder {};
    const auto parent = store.parent_path().empty() ? fs::path(".") : store.parent_path();
    const bool is_stores_fault = ::stat(parent.c_str(), &folder) == 0 && folder.st_uid == owner_of_path;
    return "chown --reference=" +
           (is_stores_fault ? parent.string() + ' ' + store.string() : store.string() + ' ' + path.string());
}

void rights(const fs::path& path, uid_t owner, const fs::path& store, Findings& out) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) return;
    if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        out.push_back({Level::warning, "store.rights", path.string() + " is open to others than its owner",
                       "it holds what people wrote, and their addresses", "chmod go= " + path.string()});
    if (found.st_uid != owner)
        out.push_back({Level::broken, "store.rights",
                       path.string() + " belongs to user " + std::to_string(found.st_uid) +
                           ", the store to " + std::to_string(owner),
                       "the hub cannot open it and will not start", same_owner(path, found.st_uid, store)});
}

void all_rights(const Patient& patient, Findings& out) {
    const auto store = patient.file.string();
    struct stat found {};
    if (::stat(store.c_str(), &found) != 0) return;
    const auto before = out.size();
    for (const auto& name : {store, db::log_of(store), db::shared_of(store), db::FileLock::name_of(store)})
        rights(name, found.st_uid, store, out);
    if (out.size() == before)
        out.push_back(
            {Level::fine, "store.rights", "for its owner alone (user " + std::to_string(found.st_uid) + ")"});
}

void lock(const Patient& patient, Findings& out) {
    const auto holder = db::FileLock::holder_of(patient.file.string());
    if (!holder)
        out.push_back({Level::notice, "store.lock", holder.error().what, "whether a hub runs cannot be told",
                       "do this as the hub's own user, or as root"});
    else if (*holder > 0)
        out.push_back({Level::fine, "store.lock", "a hub is running: process " + std::to_string(*holder)});
    else
        out.push_back({Level::fine, "store.lock", "no hub is running"});
}

/// A whole disk that cannot be written concerns the hub, whoever looks; a folder perhaps only this user.
void writable(const Patient& patient, Findings& out) {
    const auto folder = folder_of(patient);
    if (::access(folder.c_str(), W_OK) == 0) return;
    if (errno == EROFS)
        out.push_back({Level::broken, "disk.read_only",
                       folder.string() + " is on a disk that is mounted read-only",
                       "no hub can start there; a disk that fails is often made read-only by the kernel",
                       "see dmesg; mount it writable again when the disk is sound"});
    else
        out.push_back({Level::notice, "store.folder", folder.string() + " cannot be written by this user",
                       "a hub of this user cannot start there", "do this as the hub's own user, or as root"});
}

void log_length(const db::StoreFile& found, Findings& out) {
    if (found.log_bytes < kLongLog) return;
    out.push_back({Level::warning, "store.log", "the write-ahead log has grown to " + mib(found.log_bytes),
                   "it grows while somebody reads one state for long (a backup, a full count, another "
                   "program); every start reads all of it",
                   "end whatever reads the store for hours; the hub then shortens the log by itself"});
}

void room(const Patient& patient, Findings& out) {
    const auto folder = folder_of(patient);
    struct statvfs found {};
    if (::statvfs(folder.c_str(), &found) != 0) return;
    const auto free = static_cast<std::int64_t>(found.f_bavail) * static_cast<std::int64_t>(found.f_frsize);
    const auto level = free < kOut ? Level::broken : free < kScarce ? Level::warning : Level::fine;
    out.push_back({level, "disk.space", mib(free) + " free at " + folder.string(),
                   level == Level::fine ? "" : "with a full disk webhooks are refused and nothing moves",
                   level == Level::fine ? "" : "make room, or shorten hub.keep"});
    if (found.f_files > 0 && found.f_favail < 1000)
        out.push_back({Level::warning, "disk.files",
                       std::to_string(found.f_favail) + " more files can be made at " + folder.string(),
                       "the hub makes files at its start", "remove files there"});
}

void kind_of_disk(const Patient& patient, Findings& out) {
    struct statfs found {};
    if (::statfs(patient.file.c_str(), &found) != 0) return;
    const auto type = static_cast<long>(found.f_type);
    if (type != kNfs && type != kSmb && type != kCifs && type != kFuse) return;
    out.push_back({Level::warning, "disk.kind", "the store lies on a network or user-space file system",
                   "locks and syncs there often do not do what they say; a store can be lost by it",
                   "put it on a local disk, or use store: postgresql://…"});
}

}  // namespace

void examine_file(const Patient& patient, Findings& out) {
    const auto found = db::StoreFile::look(patient.file.string());
    file(patient, found, out);
    lock(patient, out);
    room(patient, out);
    writable(patient, out);
    if (out.front().level == Level::broken) return;
    all_rights(patient, out);
    log_length(found, out);
    kind_of_disk(patient, out);
}

}  // namespace maillon::hub
