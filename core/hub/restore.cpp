#include "core/base/time.h"
#include "core/db/copy.h"
#include "core/db/file_lock.h"
#include "core/db/store_file.h"
#include "core/db/viewer.h"
#include "core/hub/backup.h"
#include "core/hub/file_digest.h"
#include "core/store/restores.h"
#include "core/store/store.h"

namespace maillon::hub {
namespace {

namespace fs = std::filesystem;

/// Removes what was staged, however the work ends.
class Staged {
public:
    explicit Staged(fs::path path) : path_(std::move(path)) { remove(); }
    ~Staged() { remove(); }
    Staged(const Staged&) = delete;
    Staged& operator=(const Staged&) = delete;
    const fs::path& path() const { return path_; }

private:
    void remove() const {
        std::error_code error;
        for (const auto& name : {path_.string(), db::log_of(path_.string()), db::shared_of(path_.string()),
                                 db::FileLock::name_of(path_.string())})
            fs::remove(name, error);
    }
    fs::path path_;
};

/// The backup as the manifest tells of it, copied to `staged`.
Result<Manifest> fetch(const RestoreJob& job, const fs::path& staged) {
    const auto file = db::StoreFile::look(job.backup.string());
    if (file.kind == db::StoreFile::Kind::missing) return rejected("the backup " + file.what);
    auto manifest = Manifest::of(job.backup);
    if (!manifest) return manifest;
    if (!file.is_store()) return rejected("the backup " + file.what);
    if (file.bytes != manifest->bytes)
        return rejected("the backup " + job.backup.string() + " has " + std::to_string(file.bytes) +
                        " bytes, and its manifest says " + std::to_string(manifest->bytes));
    auto digest = sha256_of_file(
        job.backup, [&](std::int64_t done, std::int64_t all) { return job.progress("copying", done, all); },
        staged);
    if (!digest) return digest.error();
    if (*digest != manifest->sha256)
        return rejected("the backup " + job.backup.string() +
                        " is not what its manifest says: the SHA-256 differs");
    return manifest;
}

Result<> check(const fs::path& staged, const RestoreJob& job) {
    auto viewer = db::Viewer::open("sqlite:" + staged.string());
    if (!viewer) return viewer.error();
    auto wrong = (*viewer)->check_file(true, [&] { return job.progress("checking", 0, 0); });
    if (!wrong) return wrong.error();
    if (wrong->empty()) return {};
    return rejected("the backup " + job.backup.string() + " is damaged: " + wrong->front());
}

Result<std::int64_t> mark(const fs::path& staged, const RestoreJob& job, TimePoint taken) {
    auto database = store::open({.url = "sqlite:" + staged.string(), .clock = &job.clock});
    if (!database) return database.error().in("the backup " + job.backup.string());
    std::int64_t calls = 0;
    auto marked = (*database)->run([&](db::Unit& unit) -> Result<> {
        auto restore = store::Restores::mark(unit, taken, job.clock.now());
        if (!restore) return restore.error();
        calls = restore->calls;
        return {};
    });
    (*database)->close();
    if (!marked) return marked.error();
    // The file goes on its way without its log, so all of it must have come out of there.
    if (db::StoreFile::look(staged.string()).log_bytes > 0)
        return internal("the store that is restored cannot be written whole into " + staged.string() +
                        ": is the disk full? Nothing was changed; make room and restore again");
    if (auto synced = db::sync_to_disk(staged.string()); !synced) return synced.error();
    return calls;
}

/// The log goes with its file: read with another one it would destroy that. It gets its new name first, and
/// loses the old one last: wherever this is cut off, the file stands beside its latest commits. A file system
/// without second names renames: then the file goes first, so that one which lacks its latest commits never
/// stands there as if nothing were missing.
Result<fs::path> put_aside(const RestoreJob& job) {
    std::error_code error;
    const auto store = job.store.string();
    std::string moment = to_rfc3339(std::chrono::floor<std::chrono::seconds>(job.clock.now()));
    std::erase_if(moment, [](char c) { return c == '-' || c == ':'; });
    const auto aside = store + ".before-restore-" + moment;
    const bool is_there = fs::exists(store, error);
    const bool has_log = fs::exists(db::log_of(store), error);
    bool is_linked = false;
    if (has_log) {
        std::error_code refused;
        fs::create_hard_link(db::log_of(store), db::log_of(aside), refused);
        is_linked = !refused;
    }
    if (is_there) fs::rename(store, aside, error);
    if (!error && is_linked) fs::remove(db::log_of(store), error);
    if (!error && has_log && !is_linked) fs::rename(db::log_of(store), db::log_of(aside), error);
    if (error) {
        std::error_code ignored;
        if (is_linked) fs::remove(db::log_of(aside), ignored);
        return internal("cannot put " + store + " aside: " + error.message());
    }
    fs::remove(db::shared_of(store), error);
    return is_there ? fs::path(aside) : fs::path();
}

Result<> refuse_to_lose(const RestoreJob& job) {
    if (job.force) return {};
    const auto file = db::StoreFile::look(job.store.string());
    using Kind = db::StoreFile::Kind;
    if (file.kind == Kind::missing || file.kind == Kind::empty) return {};
    return rejected("there is a store at " + job.store.string() +
                    "; --force puts it aside, under another name in the same folder");
}

}  // namespace

Result<Restored> restore(const RestoreJob& job) {
    auto lock = db::FileLock::take(job.store.string());
    if (!lock) {
        const auto holder = db::FileLock::holder_of(job.store.string());
        const bool is_held = holder && *holder > 0;
        return rejected(lock.error().what + (is_held ? "; stop it first, and keep it stopped" : ""));
    }
    if (auto free = refuse_to_lose(job); !free) return free.error();
    const Staged staged(job.store.string() + ".restoring");
    auto manifest = fetch(job, staged.path());
    if (!manifest) return manifest.error();
    if (auto sound = check(staged.path(), job); !sound) return sound.error();
    auto calls = mark(staged.path(), job, manifest->taken);
    if (!calls) return calls.error();
    db::give_to_owner_of_folder(staged.path().string());
    auto aside = put_aside(job);
    if (!aside) return aside.error();
    std::error_code error;
    fs::rename(staged.path(), job.store, error);
    if (error) return internal("cannot put the store at " + job.store.string() + ": " + error.message());
    const auto folder = job.store.parent_path().empty() ? fs::path(".") : job.store.parent_path();
    if (auto synced = db::sync_to_disk(folder.string()); !synced) return synced.error();
    if (auto noted = (*lock)->note_use(); !noted) return noted.error();
    return Restored{std::move(*manifest), std::move(*aside), *calls};
}

}  // namespace maillon::hub
