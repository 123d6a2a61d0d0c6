#include "core/db/dialect.h"

#include <soci/sqlite3/soci-sqlite3.h>

#include <array>
#include <utility>

namespace maillon::db::dialect {
namespace {

constexpr std::string_view kScheme = "sqlite:";
constexpr int kApplicationId = 0x4D61696C;  // "Mail", as `file` shows it

sqlite_api::sqlite3* handle(soci::session& session) {
    return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

int note_wal(void* pages, sqlite_api::sqlite3*, const char*, int now) {
    *static_cast<int*>(pages) = now;
    return SQLITE_OK;
}

int number(soci::session& session, const char* sql) {
    int value = 0;
    session << sql, soci::into(value);
    return value;
}

}  // namespace

Result<std::string> path_of(std::string_view url) {
    if (!url.starts_with(kScheme))
        return config_fault("the store \"" + std::string(url) +
                            "\" is not known: write sqlite:/path/to/maillon.db");
    const auto path = url.substr(kScheme.size());
    if (path.empty()) return config_fault("the store \"sqlite:\" names no file");
    if (path.find('"') != path.npos || path.starts_with(':') || path.find('\0') != path.npos)
        return config_fault("the store's path " + std::string(path) + " cannot be used");
    return std::string(path);
}

std::string connect_string(std::string_view path) {
    return "db=\"" + std::string(path) + "\" timeout=5";
}

void set_up_writer(soci::session& session, std::int64_t largest_pages) {
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
    if (largest_pages > 0)
        session << "PRAGMA max_page_count=" + std::to_string(largest_pages), soci::into(limit);
    session << "PRAGMA application_id=" + std::to_string(kApplicationId);
}

void set_up_reader(soci::session& session) {
    session << "PRAGMA query_only=1";
    session << "PRAGMA temp_store=MEMORY";
}

Result<void> check_owner(soci::session& session, std::string_view path) {
    const bool fresh = number(session, "PRAGMA page_count") == 0;
    if (fresh || number(session, "PRAGMA application_id") == kApplicationId) return {};
    return config_fault("the file " + std::string(path) + " is a database, but not a store of Maillon");
}

void watch_wal(soci::session& session, int& pages) {
    sqlite_api::sqlite3_wal_hook(handle(session), note_wal, &pages);
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

std::string schema_sql(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kWords{{
        {"{id}", "INTEGER PRIMARY KEY AUTOINCREMENT"},
        {"{int}", "INTEGER"},
        {"{keyed}", "WITHOUT ROWID"},
    }};
    std::string sql(text);
    for (const auto& [word, meaning] : kWords)
        for (auto at = sql.find(word); at != sql.npos; at = sql.find(word, at + meaning.size()))
            sql.replace(at, word.size(), meaning);
    return sql;
}

}  // namespace maillon::db::dialect
