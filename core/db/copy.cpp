#include "core/db/copy.h"

#include "core/db/sqlite_handle.h"
#include "core/db/store_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace maillon::db {
namespace {

/// So many steps of the database's machine lie between two words on the progress.
constexpr int kSteps = 2'000;

struct Watch {
    const CopyProgress& progress;
    const std::string& to;
    std::int64_t all = 0;
    bool ended = false;
};

int look(void* from) {
    auto& watch = *static_cast<Watch*>(from);
    struct stat found {};
    const auto done = ::stat(watch.to.c_str(), &found) == 0 ? found.st_size : 0;
    watch.ended = !watch.progress(std::min<std::int64_t>(done, watch.all), watch.all);
    return watch.ended ? 1 : 0;
}

std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
    return out + '\'';
}

/// The file must be there, empty, with the right mode, before the database writes what others must not read.
Result<void> create(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return rejected("cannot create " + path + ": " + std::generic_category().message(errno));
    ::close(descriptor);
    return {};
}

Result<void> vacuum_into(const std::string& from, Watch& watch) try {
    soci::session session(soci::sqlite3, "db=\"" + from + "\" timeout=5");
    std::int64_t pages = 0;
    std::int64_t free = 0;
    std::int64_t size = 0;
    session << "SELECT page_count, freelist_count, page_size FROM pragma_page_count, pragma_freelist_count,"
               " pragma_page_size",
        soci::into(pages), soci::into(free), soci::into(size);
    watch.all = (pages - free) * size;
    session << "PRAGMA temp_store=MEMORY";
    session << "PRAGMA cache_size=-8192";
    sqlite_api::sqlite3_progress_handler(handle(session), kSteps, look, &watch);
    session << "VACUUM INTO " + quoted(watch.to);
    sqlite_api::sqlite3_progress_handler(handle(session), 0, nullptr, nullptr);
    return {};
} catch (const soci::soci_error& error) {
    if (watch.ended) return Fault{FaultKind::cancelled, "the copy was ended", {}};
    const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
    const bool full = sqlite != nullptr && (sqlite->result() & 0xff) == SQLITE_FULL;
    if (full) return retry("no room for " + watch.to + ": the disk is full");
    return internal("copying " + from + " to " + watch.to + ": " + error.get_error_message());
}

}  // namespace

Result<void> sync_to_disk(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    const auto why = std::generic_category().message(errno);
    if (descriptor >= 0) ::close(descriptor);
    if (!synced) return internal("cannot bring " + path + " to disk: " + why);
    return {};
}

Result<void> copy_store(const std::string& from, const std::string& to, const CopyProgress& progress) {
    // Opening a file that is not there would make it.
    const auto file = StoreFile::look(from);
    if (!file.is_store()) return config_fault(file.what);
    if (auto created = create(to); !created) return created;
    Watch watch{.progress = progress, .to = to};
    auto done = vacuum_into(from, watch);
    if (done) done = sync_to_disk(to);
    if (done) return done;
    ::unlink(to.c_str());
    ::unlink((to + "-journal").c_str());
    return done;
}

}  // namespace maillon::db
