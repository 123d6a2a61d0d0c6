#include "core/store/store.h"

#include "core/journal/sql_journal.h"

namespace maillon::store {

Result<std::unique_ptr<db::Database>> open(db::Options options) {
    options.migrations = journal_migrations();
    auto ours = migrations();
    options.migrations.insert(options.migrations.end(), ours.begin(), ours.end());
    return db::Database::open(std::move(options));
}

}  // namespace maillon::store
