#pragma once

#include "core/db/dialect.h"
#include "core/db/sqlite_room.h"

namespace maillon::db {

/// SQLite in WAL mode: one file, one process, a sync at every commit, no checkpoint but ours.
class Sqlite final : public Dialect {
public:
    static constexpr std::string_view kScheme = "sqlite:";
    /// Of "sqlite:PATH".
    static Result<std::unique_ptr<const Dialect>> of(std::string_view url, std::int64_t largest_pages,
                                                     FreeBytes free_bytes);

    const std::string& place() const override { return path_; }
    Result<void> open(soci::session& session, bool writes) const override;
    Verdict judge(soci::session& session, const soci::soci_error& error) const override;
    std::string schema_sql(std::string_view text) const override;
    std::string_view begin_read() const override { return "BEGIN"; }
    std::string_view size() const override {
        return "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
    }
    std::string_view without_returning(std::string_view sql) const override;
    std::int64_t last_id(soci::session& session) const override;
    std::unique_ptr<Tenure> tenure() const override;
    std::unique_ptr<Transaction> transaction(Connection& connection) const override;
    std::span<const std::string_view> compaction() const override;
    Result<void> room_to_compact(soci::session& session) const override;
    std::string_view checkpoint() const override { return "PRAGMA wal_checkpoint(PASSIVE)"; }
    std::string_view last_checkpoint() const override { return "PRAGMA wal_checkpoint(TRUNCATE)"; }
    int log_pages() const override { return log_pages_; }

private:
    Sqlite(std::string path, std::int64_t largest_pages, FreeBytes free_bytes)
        : path_(std::move(path)), largest_pages_(largest_pages), free_bytes_(std::move(free_bytes)) {}
    void set_up_writer(soci::session& session) const;

    const std::string path_;
    const std::int64_t largest_pages_;
    const FreeBytes free_bytes_;
    mutable int log_pages_ = 0;  ///< writer's thread only: SQLite sets it after each commit there
};

}  // namespace maillon::db
