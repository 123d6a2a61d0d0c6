#include "core/store/store.h"

#include "core/journal/sql_journal.h"

#include <algorithm>

namespace maillon::store {

namespace {

std::vector<db::Migration> all_migrations() {
    auto out = journal_migrations();
    auto ours = migrations();
    out.insert(out.end(), ours.begin(), ours.end());
    return out;
}

}  // namespace

std::map<std::string, int, std::less<>> known_schema() {
    std::map<std::string, int, std::less<>> out;
    for (const auto& step : all_migrations()) {
        auto& version = out[std::string(step.part)];
        version = std::max(version, step.version);
    }
    return out;
}

Result<std::unique_ptr<db::Database>> open(db::Options options) {
    options.migrations = all_migrations();
    return db::Database::open(std::move(options));
}

}  // namespace maillon::store
