#include "core/db/dialect.h"

#include "core/db/database.h"
#include "core/db/postgres.h"
#include "core/db/sqlite.h"

namespace maillon::db {

Result<std::unique_ptr<const Dialect>> Dialect::of(const Options& options) {
    const std::string_view url = options.url;
    if (url.starts_with(Sqlite::kScheme)) return Sqlite::of(url, options.largest_pages, options.free_bytes);
    if (Postgres::is_url(url)) return Postgres::of(url);
    // The scheme alone: behind it may stand a password.
    const auto scheme = url.substr(0, url.find(':'));
    return config_fault(
        "the store \"" + std::string(scheme) +
        ":…\" is not known: write sqlite:/path/to/maillon.db or postgresql://user@host/database");
}

std::string replace_words(std::string_view text,
                          std::span<const std::pair<std::string_view, std::string_view>> words) {
    std::string sql(text);
    for (const auto& [word, meaning] : words)
        for (auto at = sql.find(word); at != sql.npos; at = sql.find(word, at + meaning.size()))
            sql.replace(at, word.size(), meaning);
    return sql;
}

}  // namespace maillon::db
