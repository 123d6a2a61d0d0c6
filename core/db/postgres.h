#pragma once

#include "core/db/dialect.h"
#include "core/db/postgres_client.h"
#include "core/db/postgres_url.h"

namespace maillon::db {

/// PostgreSQL from version 13 on, through SOCI: one writing session, which holds an advisory lock on its
/// schema, and reading sessions beside it.
class Postgres final : public Dialect {
public:
    static bool is_url(std::string_view url);
    static Result<std::unique_ptr<const Dialect>> of(std::string_view url);

    const std::string& place() const override { return url_.place; }
    Result<void> open(soci::session& session, bool writes) const override;
    Verdict judge(soci::session& session, const soci::soci_error& error) const override;
    std::string schema_sql(std::string_view text) const override;
    std::string_view begin_read() const override { return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"; }
    /// Of the tables that are ours to look after; the server says so of the others, and goes on.
    std::span<const std::string_view> compaction() const override {
        static constexpr std::string_view kCommands[] = {"VACUUM"};
        return kCommands;
    }
    std::string_view size() const override {
        return "SELECT coalesce(sum(pg_total_relation_size(format('%I.%I', schemaname, tablename))), 0)"
               " FROM pg_tables WHERE schemaname = current_schema()";
    }
    std::unique_ptr<Tenure> tenure() const override;
    std::unique_ptr<Transaction> transaction(Connection& connection) const override;
    bool is_remote() const override { return true; }
    std::string for_arrays(std::string_view sql, std::span<const Kind> kinds) const override;
    void add_to_array(std::string& array, const Param& value) const override;
    bool encode(std::string_view text, std::string& out) const override;
    bool decode(std::string& text) const override;
    void cut(soci::session& session) const override;

private:
    Postgres(PostgresClient client, PostgresUrl url);
    Result<void> check_server(soci::session& session) const;
    Fault cannot_connect(std::string_view why) const;

    const PostgresClient client_;
    const PostgresUrl url_;
    const std::string name_;  ///< of our sessions, as the server lists them
};

}  // namespace maillon::db
