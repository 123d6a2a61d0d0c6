#include "core/db/migrate.h"

#include <algorithm>
#include <map>

namespace maillon::db {
namespace {

using Versions = std::map<std::string, int, std::less<>>;

constexpr std::string_view kTable =
    "CREATE TABLE IF NOT EXISTS schema_steps (part TEXT NOT NULL, version {int} NOT NULL, applied {int} NOT "
    "NULL,"
    " PRIMARY KEY (part, version))";

Result<Versions> applied_versions(Connection& connection) {
    auto made = connection.command(Step::statement, connection.dialect().schema_sql(kTable));
    if (!made) return made.error();
    Unit unit(connection);
    auto rows =
        unit.rows<std::tuple<std::string, int>>("SELECT part, max(version) FROM schema_steps GROUP BY part");
    if (!rows) return rows.error();
    Versions versions;
    for (auto& [part, version] : *rows) versions[part] = version;
    return versions;
}

Result<void> check_not_newer(const Versions& applied, std::span<const Migration> steps) {
    for (const auto& [part, version] : applied) {
        int known = 0;
        for (const auto& step : steps)
            if (step.part == part) known = std::max(known, step.version);
        if (version > known)
            return config_fault("the store was last used by a newer Maillon (" + part + " has version " +
                                std::to_string(version) + ", this program knows " + std::to_string(known) +
                                "); update the program or restore a backup");
    }
    return {};
}

Result<void> apply(Connection& connection, const Migration& step, TimePoint now) {
    for (const auto& statement : step.statements) {
        auto done = connection.command(Step::statement, connection.dialect().schema_sql(statement));
        if (!done) return done.error();
    }
    Unit unit(connection);
    auto noted =
        unit.exec("INSERT INTO schema_steps (part, version, applied) VALUES (:part, :version, :applied)",
                  {step.part, step.version, now});
    if (!noted) return noted.error();
    return {};
}

Result<void> apply_whole(Connection& connection, const Migration& step, TimePoint now) {
    auto done = connection.command(Step::begin, "BEGIN");
    if (done) done = apply(connection, step, now);
    if (done) done = connection.command(Step::commit, "COMMIT");
    if (done) return {};
    connection.rollback();
    return done.error().in("bringing the schema to " + std::string(step.part) + " " +
                           std::to_string(step.version));
}

}  // namespace

Result<void> migrate(Connection& connection, std::span<const Migration> steps, TimePoint now) {
    auto applied = applied_versions(connection);
    if (!applied) return applied.error();
    auto fits = check_not_newer(*applied, steps);
    if (!fits) return fits.error();
    for (const auto& step : steps) {
        const auto at = applied->find(step.part);
        if (at != applied->end() && step.version <= at->second) continue;
        auto done = apply_whole(connection, step, now);
        if (!done) return done.error();
    }
    return {};
}

}  // namespace maillon::db
