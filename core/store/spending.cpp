#include "core/store/spending.h"

#include "core/store/sql.h"

namespace maillon::store {

auto columns(SpendingRow& r) {
    return std::tie(r.name, r.used, r.at);
}

Result<void> Spending::put(db::Unit& unit, const SpendingRow& row) {
    return kept(
        unit.exec("INSERT INTO budgets (name, used, at) VALUES (:name, :used, :at)"
                  " ON CONFLICT (name) DO UPDATE SET used = excluded.used, at = excluded.at",
                  {row.name, row.used, row.at}));
}

Result<std::vector<SpendingRow>> Spending::list(db::Session& session) {
    return session.rows<SpendingRow>("SELECT name, used, at FROM budgets ORDER BY name");
}

}  // namespace maillon::store
