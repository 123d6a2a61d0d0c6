#include "tests/faults/steps/disk.h"

#include "core/base/assert.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace maillon::faults {
namespace {

constexpr sqlite3_int64 kSector = 512;
enum class Kind { read, write, truncate, sync };

bool fits(Mishap how, Kind kind) {
    switch (how) {
        case Mishap::read_fails: return kind == Kind::read;
        case Mishap::write_fails: return kind == Kind::write || kind == Kind::truncate;
        case Mishap::is_full: return kind == Kind::write;
        case Mishap::sync_fails: return kind == Kind::sync;
        case Mishap::power_cut: return kind != Kind::read;
    }
    return false;
}

/// What a file held before a write that is not synced yet.
struct Undo {
    sqlite3_int64 offset = 0;
    std::string before;  ///< shorter than `length` where the file ended
    sqlite3_int64 length = 0;
    sqlite3_int64 size = 0;  ///< of the whole file before
};

}  // namespace

struct Disk::State {
    sqlite3_vfs* real = nullptr;
    sqlite3_vfs shim{};

    std::mutex mutex;
    int steps = 0;
    std::optional<int> at;
    Mishap how{};
    std::mt19937_64 die;
    bool failed = false, dead = false;
    std::map<std::string, std::vector<Undo>> unsynced;  ///< by path, oldest first

    /// The step's fate: nothing, or what goes wrong.
    std::optional<Mishap> step(Kind kind) {
        const int now = steps++;
        if (dead) return kind == Kind::read ? std::nullopt : std::optional(Mishap::power_cut);
        if (!at || now < *at || !fits(how, kind)) return std::nullopt;
        at.reset();
        failed = true;
        dead = how == Mishap::power_cut;
        return how;
    }
};

namespace {

/// A file of the shim; the real one lies behind it in the same memory.
struct File {
    sqlite3_file base;
    Disk::State* disk;
    bool counts;  ///< a database or its log
    const char* path;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File* file(sqlite3_file* from) {
    return reinterpret_cast<File*>(from);
}
const sqlite3_io_methods* methods(sqlite3_file* from) {
    return file(from)->real()->pMethods;
}

/// Notes what is there before `length` bytes at `offset` change. With the disk's lock held.
void note(File* f, sqlite3_int64 offset, sqlite3_int64 length) {
    Undo undo{offset, std::string(static_cast<std::size_t>(length), '\0'), length, 0};
    auto* real = f->real();
    real->pMethods->xFileSize(real, &undo.size);
    const auto there = std::clamp<sqlite3_int64>(undo.size - offset, 0, length);
    undo.before.resize(static_cast<std::size_t>(there));
    if (there > 0) real->pMethods->xRead(real, undo.before.data(), static_cast<int>(there), offset);
    f->disk->unsynced[f->path].push_back(std::move(undo));
}

int read_file(sqlite3_file* from, void* into, int length, sqlite3_int64 offset) {
    auto* f = file(from);
    if (f->counts) {
        const std::scoped_lock lock(f->disk->mutex);
        if (f->disk->step(Kind::read)) return SQLITE_IOERR_READ;
    }
    return methods(from)->xRead(f->real(), into, length, offset);
}

int write_file(sqlite3_file* from, const void* bytes, int length, sqlite3_int64 offset) {
    auto* f = file(from);
    if (!f->counts) return methods(from)->xWrite(f->real(), bytes, length, offset);
    const std::scoped_lock lock(f->disk->mutex);
    const bool was_dead = f->disk->dead;
    const auto wrong = f->disk->step(Kind::write);
    if (was_dead) return SQLITE_IOERR_WRITE;
    note(f, offset, length);
    const int written = wrong ? length / 2 : length;
    const int done = written > 0 ? methods(from)->xWrite(f->real(), bytes, written, offset) : SQLITE_OK;
    if (!wrong) return done;
    return *wrong == Mishap::is_full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

int truncate_file(sqlite3_file* from, sqlite3_int64 size) {
    auto* f = file(from);
    if (!f->counts) return methods(from)->xTruncate(f->real(), size);
    const std::scoped_lock lock(f->disk->mutex);
    if (f->disk->step(Kind::truncate)) return SQLITE_IOERR_TRUNCATE;
    sqlite3_int64 now = 0;
    methods(from)->xFileSize(f->real(), &now);
    if (now > size) note(f, size, now - size);
    return methods(from)->xTruncate(f->real(), size);
}

int sync_file(sqlite3_file* from, int flags) {
    auto* f = file(from);
    if (!f->counts) return methods(from)->xSync(f->real(), flags);
    const std::scoped_lock lock(f->disk->mutex);
    if (f->disk->step(Kind::sync)) return SQLITE_IOERR_FSYNC;
    f->disk->unsynced.erase(f->path);
    return SQLITE_OK;  // the real disk is not what is tried here
}

int close_file(sqlite3_file* from) {
    return methods(from)->xClose(file(from)->real());
}
int file_size(sqlite3_file* from, sqlite3_int64* size) {
    return methods(from)->xFileSize(file(from)->real(), size);
}
int lock_file(sqlite3_file* from, int level) {
    return methods(from)->xLock(file(from)->real(), level);
}
int unlock_file(sqlite3_file* from, int level) {
    return methods(from)->xUnlock(file(from)->real(), level);
}
int check_lock(sqlite3_file* from, int* out) {
    return methods(from)->xCheckReservedLock(file(from)->real(), out);
}
int control(sqlite3_file* from, int op, void* arg) {
    return methods(from)->xFileControl(file(from)->real(), op, arg);
}
int sector_size(sqlite3_file*) {
    return static_cast<int>(kSector);
}
int characteristics(sqlite3_file*) {
    return 0;  // promises nothing: no atomic writes, no safe append
}
int map_shared(sqlite3_file* from, int page, int size, int extend, void volatile** out) {
    return methods(from)->xShmMap(file(from)->real(), page, size, extend, out);
}
int lock_shared(sqlite3_file* from, int offset, int n, int flags) {
    return methods(from)->xShmLock(file(from)->real(), offset, n, flags);
}
void shared_barrier(sqlite3_file* from) {
    methods(from)->xShmBarrier(file(from)->real());
}
int unmap_shared(sqlite3_file* from, int remove) {
    return methods(from)->xShmUnmap(file(from)->real(), remove);
}

const sqlite3_io_methods kMethods{
    2,           close_file,     read_file,    write_file, truncate_file, sync_file,       file_size,
    lock_file,   unlock_file,    check_lock,   control,    sector_size,   characteristics, map_shared,
    lock_shared, shared_barrier, unmap_shared, nullptr,    nullptr};

Disk::State* disk_of(sqlite3_vfs* vfs) {
    return static_cast<Disk::State*>(vfs->pAppData);
}

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* into, int flags, int* out_flags) {
    auto* disk = disk_of(vfs);
    auto* f = new (into) File{{nullptr}, disk, (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0, path};
    const int done = disk->real->xOpen(disk->real, path, f->real(), flags, out_flags);
    if (done == SQLITE_OK) f->base.pMethods = &kMethods;
    return done;
}

int delete_file(sqlite3_vfs* vfs, const char* path, int sync_folder) {
    auto* disk = disk_of(vfs);
    const std::scoped_lock lock(disk->mutex);
    if (disk->dead) return SQLITE_IOERR_DELETE;
    disk->unsynced.erase(path);
    return disk->real->xDelete(disk->real, path, sync_folder);
}

/// Undoes the writes to one file, the latest first, each sector as the die falls.
void undo(const std::string& path, const std::vector<Undo>& writes, std::mt19937_64& die) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    for (auto write = writes.rbegin(); write != writes.rend(); ++write) {
        const auto end = static_cast<sqlite3_int64>(write->before.size());
        for (sqlite3_int64 at = 0; at < end; at += kSector) {
            if (die() % 2 == 0) continue;
            const auto n = static_cast<std::size_t>(std::min(kSector, end - at));
            MAILLON_ASSERT(::pwrite(fd, write->before.data() + at, n, write->offset + at) >= 0, "a disk");
        }
        if (write->size < write->offset + write->length && die() % 2 == 0) {
            MAILLON_ASSERT(::ftruncate(fd, write->size) == 0, "a disk");
        }
    }
    ::close(fd);
}

}  // namespace

Disk::Disk() : state_(std::make_unique<State>()) {
    state_->real = sqlite3_vfs_find(nullptr);
    state_->shim = *state_->real;
    state_->shim.zName = "faulty";
    state_->shim.pAppData = state_.get();
    state_->shim.szOsFile = static_cast<int>(sizeof(File)) + state_->real->szOsFile;
    state_->shim.xOpen = open_file;
    state_->shim.xDelete = delete_file;
    sqlite3_vfs_register(&state_->shim, 1);
}

Disk::~Disk() {
    sqlite3_vfs_unregister(&state_->shim);
    sqlite3_vfs_register(state_->real, 1);
}

void Disk::fail_at(int step, Mishap how, std::uint64_t seed) {
    heal();
    const std::scoped_lock lock(state_->mutex);
    state_->at = step;
    state_->how = how;
    state_->die.seed(seed * 1'000'003 + static_cast<std::uint64_t>(step));
}

void Disk::heal() {
    const std::scoped_lock lock(state_->mutex);
    MAILLON_ASSERT(!state_->dead, "a dead disk wants its power back first");
    state_->at.reset();
    state_->steps = 0;
    state_->failed = false;
}

int Disk::steps() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->steps;
}

bool Disk::has_failed() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->failed;
}

bool Disk::is_dead() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->dead;
}

void Disk::restore_power() {
    const std::scoped_lock lock(state_->mutex);
    for (const auto& [path, writes] : state_->unsynced) {
        undo(path, writes, state_->die);
        ::unlink((path + "-shm").c_str());
    }
    state_->unsynced.clear();
    state_->dead = false;
}

}  // namespace maillon::faults
