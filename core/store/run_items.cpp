#include "core/store/run_items.h"

#include "core/db/batch.h"
#include "core/store/sql.h"

namespace maillon::store {

auto columns(RunItem& r) {
    return std::tie(r.key, r.item);
}

Result<void> RunItems::put(db::Unit& unit, RunId run, std::string_view loop, std::span<const RunItem> items) {
    if (auto done = drop(unit, run, loop); !done) return done;
    db::Batch batch(unit,
                    "INSERT INTO run_items (run, loop, position, key, item)"
                    " VALUES (:run, :loop, :position, :key, :item)");
    for (std::size_t i = 0; i < items.size(); ++i) {
        auto done = batch.add({run, loop, i, items[i].key, items[i].item});
        if (!done) return done;
    }
    return kept(batch.finish());
}

Result<std::optional<RunItem>> RunItems::at(db::Session& session, RunId run, std::string_view loop,
                                            std::size_t position) {
    return session.row<RunItem>(
        "SELECT key, item FROM run_items WHERE run = :run AND loop = :loop AND position = :position",
        {run, loop, position});
}

Result<void> RunItems::drop(db::Unit& unit, RunId run, std::string_view loop) {
    return kept(unit.exec("DELETE FROM run_items WHERE run = :run AND loop = :loop", {run, loop}));
}

Result<void> RunItems::drop_all(db::Unit& unit, RunId run) {
    return kept(unit.exec("DELETE FROM run_items WHERE run = :run", {run}));
}

}  // namespace maillon::store
