#include "core/db/store_file.h"

#include "core/db/sqlite_handle.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

namespace maillon::db {
namespace {

// https://sqlite.org/fileformat.html, 1.3
constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr std::size_t kPageSize = 16, kChanges = 24, kPages = 28, kApplication = 68, kValidFor = 92;
using Header = std::array<char, 100>;

std::uint32_t number(const Header& header, std::size_t at, std::size_t size) {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < size; ++i) out = out << 8 | static_cast<unsigned char>(header[at + i]);
    return out;
}

std::int64_t bytes_by_header(const Header& header) {
    const auto page = number(header, kPageSize, 2);
    // Programs before 2010 did not keep the number of pages.
    if (number(header, kChanges, 4) != number(header, kValidFor, 4)) return 0;
    return std::int64_t{page == 1 ? 65536U : page} * number(header, kPages, 4);
}

std::int64_t size_of(const std::string& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 ? found.st_size : 0;
}

/// Whether SQLite is to bring back what the file held before. Stores have a log; only while one is made is
/// there a rollback journal, https://sqlite.org/lockingv3.html#hot_journals.
bool has_rollback_journal(const std::string& path) {
    return size_of(path + "-journal") > 0;
}

/// What the file takes by which processes share a log, and some more.
constexpr std::uintmax_t kShared = 64 << 10;

/// Whether SQLite can neither find nor make that file: for lack of a right, or of room.
bool is_unshared(const std::string& path) {
    struct stat found {};
    if (::stat(shared_of(path).c_str(), &found) == 0) return false;
    const auto parent = std::filesystem::path(path).parent_path();
    const std::filesystem::path folder = parent.empty() ? "." : parent;
    std::error_code error;
    const auto space = std::filesystem::space(folder, error);
    return ::access(folder.c_str(), W_OK) != 0 || (!error && space.available < kShared);
}

/// Whether this process has the file open. Closing it a second time would drop the locks of SQLite's own
/// descriptor (POSIX: they go with the first close of any), and another process could then take the log away.
bool is_open_here(const struct stat& file) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", error)) {
        struct stat found {};
        if (::stat(entry.path().c_str(), &found) != 0) continue;
        if (found.st_dev == file.st_dev && found.st_ino == file.st_ino) return true;
    }
    return false;
}

void judge(const std::string& path, const Header& header, StoreFile& out) {
    using Kind = StoreFile::Kind;
    if (std::string_view(header.data(), kMagic.size()) != kMagic) {
        out.kind = Kind::no_database;
        out.what = path + " is not a database";
        return;
    }
    // With a log behind it the header may be about to change; with a journal the whole file is.
    if (out.log_bytes > 0 || has_rollback_journal(path)) return;
    const auto wanted = bytes_by_header(header);
    if (out.bytes < wanted) {
        out.kind = Kind::cut_short;
        out.what = path + " was cut short: " + std::to_string(out.bytes) + " of " + std::to_string(wanted) +
                   " bytes are there";
    } else if (const auto owner = number(header, kApplication, 4); owner != 0 && owner != kApplicationId) {
        // Without any owner it may be a store whose making was cut off; only a look inside tells.
        out.kind = Kind::other_database;
        out.what = "the file " + path + " is a database, but not a store of Maillon";
    }
}

}  // namespace

bool StoreFile::is_frozen(const std::string& path) {
    return size_of(log_of(path)) == 0 && is_unshared(path);
}

StoreFile StoreFile::look(const std::string& path) {
    StoreFile out;
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) {
        out.kind = errno == ENOENT || errno == ENOTDIR ? Kind::missing : Kind::unreadable;
        out.what = out.kind == Kind::missing
                       ? path + " is not there"
                       : path + " cannot be looked at: " + std::generic_category().message(errno);
        return out;
    }
    out.bytes = found.st_size;
    out.log_bytes = size_of(log_of(path));
    if (!S_ISREG(found.st_mode)) {
        out.kind = Kind::no_file;
        out.what = path + (S_ISDIR(found.st_mode) ? " is a folder, not a file" : " is not a regular file");
        return out;
    }
    if (is_open_here(found)) {
        out.kind = Kind::store;
        return out;
    }
    Header header{};
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        out.kind = Kind::unreadable;
        out.what = path + " cannot be read: " + std::generic_category().message(errno);
        return out;
    }
    in.read(header.data(), header.size());
    if (out.log_bytes > 0 && is_unshared(path)) {
        out.kind = Kind::unreadable;
        out.what = path + " has a log, which cannot be read in a folder that cannot be written: copy " +
                   path + " and " + log_of(path) + " to another one and look there";
        return out;
    }
    out.kind = Kind::store;
    if (out.bytes == 0) {
        // A store so young that all of it still lies in its log is one all the same.
        if (out.log_bytes > 0) return out;
        out.kind = Kind::empty;
        out.what = path + " is empty";
        return out;
    }
    judge(path, header, out);
    return out;
}

}  // namespace maillon::db
