#include "core/store/run_watches.h"

#include "core/store/sql.h"

namespace maillon::store {

Result<void> RunWatches::set(db::Unit& unit, RunId run, std::span<const ConversationId> conversations) {
    if (auto done = drop(unit, run); !done) return done;
    for (const auto conversation : conversations) {
        auto done =
            kept(unit.exec("INSERT INTO run_watches (conversation, run) VALUES (:conversation, :run)"
                           " ON CONFLICT DO NOTHING",
                           {conversation, run}));
        if (!done) return done;
    }
    return {};
}

Result<std::vector<RunId>> RunWatches::of(db::Session& session, ConversationId conversation) {
    return session.rows<RunId>("SELECT run FROM run_watches WHERE conversation = :conversation ORDER BY run",
                               {conversation});
}

Result<void> RunWatches::drop(db::Unit& unit, RunId run) {
    return kept(unit.exec("DELETE FROM run_watches WHERE run = :run", {run}));
}

}  // namespace maillon::store
