#include "core/store/holds.h"

#include "core/store/sql.h"

namespace maillon::store {

auto columns(HoldRow& r) {
    return std::tie(r.name, r.since, r.reason, r.held_by);
}

Result<void> Holds::put(db::Unit& unit, const HoldRow& row) {
    return kept(
        unit.exec("INSERT INTO holds (name, since, reason, held_by) VALUES (:name, :since, :reason, :by)"
                  " ON CONFLICT (name) DO UPDATE SET reason = excluded.reason, held_by = excluded.held_by",
                  {row.name, row.since, row.reason, row.held_by}));
}

Result<bool> Holds::remove(db::Unit& unit, std::string_view name) {
    return changed_any(unit.exec("DELETE FROM holds WHERE name = :name", {name}));
}

Result<std::vector<HoldRow>> Holds::list(db::Session& session) {
    return session.rows<HoldRow>("SELECT name, since, reason, held_by FROM holds ORDER BY name");
}

}  // namespace maillon::store
