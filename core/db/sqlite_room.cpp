#include "core/db/sqlite_room.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

namespace maillon::db {
namespace {

namespace fs = std::filesystem;

/// Before each page of the log; https://sqlite.org/fileformat2.html#walformat
constexpr std::int64_t kFrameHeader = 24;

bool is_usable(const char* folder) {
    struct stat found {};
    return folder != nullptr && ::stat(folder, &found) == 0 && S_ISDIR(found.st_mode) &&
           ::access(folder, W_OK | X_OK) == 0;
}

bool is_same_device(const std::string& one, const std::string& other) {
    struct stat first {
    }, second{};
    return ::stat(one.c_str(), &first) == 0 && ::stat(other.c_str(), &second) == 0 &&
           first.st_dev == second.st_dev;
}

std::string mebibytes(std::int64_t bytes) {
    return std::to_string((bytes + (1 << 20) - 1) >> 20) + " MiB";
}

Result<void> look(const std::string& folder, std::int64_t needed, const char* what_for,
                  const FreeBytes& free_bytes) {
    std::int64_t there = 0;
    if (free_bytes) {
        there = free_bytes(folder);
    } else {
        std::error_code error;
        const auto space = fs::space(folder, error);
        if (error) return {};
        there = static_cast<std::int64_t>(space.available);
    }
    if (there >= needed) return {};
    return retry("no room to write the store anew: " + std::string(what_for) + " takes " + mebibytes(needed) +
                 " in " + folder + ", where " + mebibytes(there) + " are free; make room there");
}

}  // namespace

// The order in which SQLite itself looks; https://sqlite.org/tempfiles.html#temporary_file_storage_locations
std::string scratch_folder() {
    const std::array<const char*, 5> folders{std::getenv("SQLITE_TMPDIR"), std::getenv("TMPDIR"), "/var/tmp",
                                             "/usr/tmp", "/tmp"};
    for (const auto* folder : folders)
        if (is_usable(folder)) return folder;
    return ".";
}

Result<void> room_for_rewriting(const std::string& store, std::int64_t pages, std::int64_t page_size,
                                const FreeBytes& free_bytes) {
    const auto parent = fs::path(store).parent_path().string();
    const auto folder = parent.empty() ? std::string(".") : parent;
    const auto scratch = scratch_folder();
    const auto copy = pages * page_size, log = pages * (page_size + kFrameHeader);
    if (is_same_device(folder, scratch))
        return look(folder, copy + log, "it, with a scratch copy,", free_bytes);
    auto there = look(scratch, copy, "its scratch copy", free_bytes);
    return there ? look(folder, log, "its log", free_bytes) : there;
}

}  // namespace maillon::db
