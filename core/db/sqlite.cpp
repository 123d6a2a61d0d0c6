#include "core/db/sqlite.h"

#include "core/db/connection.h"
#include "core/db/file_lock.h"
#include "core/db/sqlite_handle.h"
#include "core/db/store_file.h"

#include <array>
#include <utility>

namespace maillon::db {
namespace {

constexpr const char* kWayOut = "; see: maillon doctor. A backup comes back with: maillon restore FILE";

int note_log(void* pages, sqlite_api::sqlite3*, const char*, int now) {
    *static_cast<int*>(pages) = now;
    return SQLITE_OK;
}

int number(soci::session& session, const char* sql) {
    int value = 0;
    session << sql, soci::into(value);
    return value;
}

/// Of a file that can be read only if nobody is expected to change it.
std::string frozen_uri(const std::string& path) {
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out = "file:";
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '?' || c == '#' || c == '%')
            ((out += '%') += kDigits[byte >> 4]) += kDigits[byte & 15];
        else
            out += c;
    }
    return out + "?immutable=1";
}

/// Refuses a file that another program made. An empty database is taken as a new one: so it looks when the
/// power failed while it was being made.
Result<void> check_owner(soci::session& session, const std::string& path) {
    const int owner = number(session, "PRAGMA application_id");
    const bool fresh = owner == 0 && number(session, "SELECT count(*) FROM sqlite_master") == 0;
    if (fresh || owner == kApplicationId) return {};
    return config_fault("the file " + path + " is a database, but not a store of Maillon");
}

/// SQLite's words, without the place in SOCI that passes them on, and not what(): that quotes the values.
std::string words_of(const soci::soci_error& error) {
    auto words = error.get_error_message();
    const auto end = words.find(": ");
    return words.starts_with("sqlite3_") && end != words.npos ? words.substr(end + 2) : words;
}

Trouble trouble_of(const soci::soci_error& error) {
    const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
    if (sqlite == nullptr) return Trouble::statement;
    switch (sqlite->result() & 0xff) {
        case SQLITE_FULL: return Trouble::disk_full;
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return Trouble::busy;
        case SQLITE_IOERR:
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_NOMEM: return Trouble::io_error;
        default: return Trouble::statement;
    }
}

/// Refuses what is not, and will not become, a store. One that was used and is gone is not begun anew as if
/// nothing had been: events that came before would come again, and be answered again.
Result<void> check_file(const std::string& path, bool was_used) {
    const auto file = StoreFile::look(path);
    using Kind = StoreFile::Kind;
    if (file.is_store()) return {};
    const bool is_nothing = file.kind == Kind::missing || file.kind == Kind::empty;
    if (!is_nothing) return config_fault(file.what + kWayOut);
    if (!was_used) return {};
    return config_fault("the store is gone: " + file.what + ", and a hub has used it before" + kWayOut +
                        "; to begin with an empty one, remove " + FileLock::name_of(path));
}

/// The lock on the file, which no other process can take away.
class FileTenure final : public Tenure {
public:
    explicit FileTenure(const std::string& path) : path_(path) {}

    Result<void> take(Connection& connection) override {
        auto lock = FileLock::take(path_);
        if (!lock) return lock.error();
        if (auto usable = check_file(path_, (*lock)->was_used()); !usable) return usable;
        if (auto made = create_private(path_); !made) return made;
        lock_ = std::move(*lock);
        return connection.open(true);
    }
    Result<void> begin(Connection&) override { return lock_->note_use(); }
    Result<std::uint64_t> resume(Connection&) override { return internal("a file is not lost"); }

private:
    const std::string& path_;
    std::unique_ptr<FileLock> lock_;
};

/// A savepoint for each unit but the first, which mostly is the only one: nothing is before it that an undone
/// transaction would take with it.
class SavepointTransaction final : public Transaction {
public:
    explicit SavepointTransaction(Connection& connection) : connection_(connection) {}

    Result<void> begin(std::uint64_t) override {
        is_next_first_ = true;
        return connection_.command(Step::begin, "BEGIN IMMEDIATE");
    }
    Result<void> begin_unit() override {
        is_first_ = std::exchange(is_next_first_, false);
        return is_first_ ? Result<void>{} : connection_.command(Step::statement, "SAVEPOINT unit");
    }
    Result<void> keep_unit() override {
        return is_first_ ? Result<void>{} : connection_.command(Step::statement, "RELEASE unit");
    }
    Result<void> undo_unit() override {
        auto undone = connection_.command(Step::statement, is_first_ ? "ROLLBACK" : "ROLLBACK TO unit");
        if (!undone) return undone;
        return is_first_ ? begin(0) : keep_unit();
    }
    Result<void> commit() override { return connection_.command(Step::commit, "COMMIT"); }

private:
    Connection& connection_;
    bool is_first_ = false, is_next_first_ = false;  ///< of its transaction: the unit under way, the next one
};

/// Every connection of ours has one thread at a time, and nobody asks SQLite how much memory it takes: its
/// locks around each call and each allocation protect nothing. In vain, and harmless, where somebody in the
/// process has used SQLite before.
void set_up_library() {
    static const bool kDone = [] {
        const int modes = sqlite_api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
        const int uris = sqlite_api::sqlite3_config(SQLITE_CONFIG_URI, 1);
        return sqlite_api::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK && modes == SQLITE_OK &&
               uris == SQLITE_OK;
    }();
    (void)kDone;
}

}  // namespace

Result<std::unique_ptr<const Dialect>> Sqlite::of(std::string_view url, std::int64_t largest_pages,
                                                  FreeBytes free_bytes) {
    set_up_library();
    const auto path = url.substr(kScheme.size());
    if (path.empty()) return config_fault("the store \"sqlite:\" names no file");
    if (path.find('"') != path.npos || path.starts_with(':') || path.starts_with("file:") ||
        path.find('\0') != path.npos)
        return config_fault("the store's path " + std::string(path) + " cannot be used");
    return std::unique_ptr<const Dialect>(
        new Sqlite(std::string(path), largest_pages, std::move(free_bytes)));
}

Result<void> Sqlite::open(soci::session& session, bool writes) const try {
    const auto place = !writes && StoreFile::is_frozen(path_) ? frozen_uri(path_) : path_;
    session.open(soci::sqlite3, "db=\"" + place + "\" timeout=5");
    if (!writes) {
        session << "PRAGMA query_only=1";
        session << "PRAGMA temp_store=MEMORY";
        return {};
    }
    auto ours = check_owner(session, path_);
    if (ours) set_up_writer(session);
    return ours;
} catch (const soci::soci_error& error) {
    const auto trouble = trouble_of(error);
    const auto* todo = trouble == Trouble::disk_full  ? "; make room there and start again"
                       : trouble == Trouble::io_error ? kWayOut
                                                      : "";
    return config_fault("opening the store " + path_ + ": " + words_of(error) + todo);
}

void Sqlite::set_up_writer(soci::session& session) const {
    std::string mode;
    session << "PRAGMA journal_mode=WAL", soci::into(mode);
    if (mode != "wal") throw soci::soci_error("the file system cannot keep a write-ahead log");
    session << "PRAGMA synchronous=FULL";
    // Savepoints copy the pages that a unit changes again; in memory that costs a microsecond, not a write.
    session << "PRAGMA temp_store=MEMORY";
    session << "PRAGMA cache_size=-65536";
    int pages = 0;
    session << "PRAGMA wal_autocheckpoint=0", soci::into(pages);
    long long limit = 0;
    session << "PRAGMA journal_size_limit=67108864", soci::into(limit);
    if (largest_pages_ > 0)
        session << "PRAGMA max_page_count=" + std::to_string(largest_pages_), soci::into(limit);
    session << "PRAGMA application_id=" + std::to_string(kApplicationId);
    sqlite_api::sqlite3_wal_hook(handle(session), note_log, &log_pages_);
}

Verdict Sqlite::judge(soci::session&, const soci::soci_error& error) const {
    const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
    const auto code = sqlite == nullptr ? SQLITE_OK : sqlite->result() & 0xff;
    const bool damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
    return {trouble_of(error), words_of(error) + (damaged ? kWayOut : "")};
}

std::string Sqlite::schema_sql(std::string_view text) const {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kWords{{
        {"{id}", "INTEGER PRIMARY KEY AUTOINCREMENT"},
        {"{int}", "INTEGER"},
        {"{real}", "REAL"},
        {"{keyed}", "WITHOUT ROWID"},
    }};
    return replace_words(text, kWords);
}

std::string_view Sqlite::without_returning(std::string_view sql) const {
    constexpr std::string_view kReturning = " RETURNING ";
    const auto at = sql.rfind(kReturning);
    if (!sql.starts_with("INSERT INTO ") || at == sql.npos) return {};
    const auto what = sql.substr(at + kReturning.size());
    const auto before = sql.substr(0, at);
    const bool is_one = before.find(" VALUES (") != before.npos && before.find(" DO UPDATE ") == before.npos;
    return is_one && (what == "id" || what == "seq") ? before : std::string_view();
}

std::int64_t Sqlite::last_id(soci::session& session) const {
    return sqlite_api::sqlite3_last_insert_rowid(handle(session));
}

// The whole file is written anew: what was deleted lies on in free pages, and in gaps of pages that were
// rebuilt, also with `secure_delete`. Its scratch copy goes to disk, however little memory there is.
std::span<const std::string_view> Sqlite::compaction() const {
    static constexpr std::array<std::string_view, 3> kCommands{"PRAGMA temp_store=FILE", "VACUUM",
                                                               "PRAGMA temp_store=MEMORY"};
    return kCommands;
}

Result<void> Sqlite::room_to_compact(soci::session& session) const try {
    long long used = 0, page = 0;
    session << "SELECT page_count - freelist_count, page_size"
               " FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
        soci::into(used), soci::into(page);
    return room_for_rewriting(path_, used, page, free_bytes_);
} catch (const soci::soci_error& error) {
    return retry("the size of the store " + path_ + " cannot be told: " + words_of(error));
}

std::unique_ptr<Tenure> Sqlite::tenure() const {
    return std::make_unique<FileTenure>(path_);
}

std::unique_ptr<Transaction> Sqlite::transaction(Connection& connection) const {
    return std::make_unique<SavepointTransaction>(connection);
}

}  // namespace maillon::db
