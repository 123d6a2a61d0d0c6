#pragma once

#include "core/db/database.h"
#include "tests/unit/db/temporary_folder.h"

#include <set>

namespace maillon::test {

/// A schema for tests of the database itself: a unit writes the same number into two tables, so that half a
/// unit shows.
struct Pairs {
    static std::vector<db::Migration> schema() {
        return {{"pairs",
                 1,
                 {"CREATE TABLE lefts (n {int} PRIMARY KEY, note TEXT NOT NULL)",
                  "CREATE TABLE rights (n {int} PRIMARY KEY, note TEXT NOT NULL)"}}};
    }

    static Result<void> put(db::Unit& unit, std::int64_t n, std::string_view note = "") {
        auto left = unit.exec("INSERT INTO lefts (n, note) VALUES (:n, :note)", {n, note});
        if (!left) return left.error();
        auto right = unit.exec("INSERT INTO rights (n, note) VALUES (:n, :note)", {n, note});
        if (!right) return right.error();
        return {};
    }

    static std::set<std::int64_t> numbers(db::Database& database, const std::string& table) {
        auto rows = database.read([&](db::Reader& reader) {
            return reader.rows<std::int64_t>("SELECT n FROM " + table + " ORDER BY n");
        });
        if (!rows) return {-1};
        return {rows->begin(), rows->end()};
    }
    static std::set<std::int64_t> lefts(db::Database& database) { return numbers(database, "lefts"); }
    static std::set<std::int64_t> rights(db::Database& database) { return numbers(database, "rights"); }
};

inline db::Options pair_options(const std::string& url, const Clock& clock) {
    return {.url = url, .clock = &clock, .migrations = Pairs::schema()};
}
inline db::Options pair_options(const TemporaryFolder& folder, const Clock& clock) {
    return pair_options(folder.url(), clock);
}

}  // namespace maillon::test
