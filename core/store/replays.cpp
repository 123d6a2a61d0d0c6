#include "core/store/replays.h"

#include "core/store/sql.h"

namespace maillon::store {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, kind, state, what, with_outbound, who, note, reached, last, chosen, started, held_back, "
    "refused,"
    " reason, created, updated, finished FROM replays ";

}  // namespace

auto columns(ReplayRow& r) {
    return std::tie(r.id, r.kind, r.state, r.what, r.with_outbound, r.who, r.note, r.reached, r.last,
                    r.chosen, r.started, r.held_back, r.refused, r.reason, r.created, r.updated, r.finished);
}

Result<ReplayId> Replays::insert(db::Unit& unit, const ReplayRow& row) {
    return inserted(unit.row<ReplayId>(
        "INSERT INTO replays (kind, state, what, with_outbound, who, note, reached, last, chosen, started,"
        " held_back, refused, reason, created, updated) VALUES (:kind, :state, :what, :with_outbound, :who, "
        ":note,"
        " :reached, :last, :chosen, :started, :held_back, :refused, :reason, :created, :updated) RETURNING "
        "id",
        {row.kind, row.state, row.what, row.with_outbound, row.who, row.note, row.reached, row.last,
         row.chosen, row.started, row.held_back, row.refused, row.reason, row.created, row.updated}));
}

Result<void> Replays::update(db::Unit& unit, const ReplayRow& row) {
    return changed_one(
        unit.exec(
            "UPDATE replays SET state = :state, reached = :reached, chosen = :chosen, started = :started,"
            " held_back = :held_back, refused = :refused, reason = :reason, updated = :updated,"
            " finished = :finished WHERE id = :id AND state IN ('choosing', 'running')",
            {row.state, row.reached, row.chosen, row.started, row.held_back, row.refused, row.reason,
             row.updated, row.finished, row.id}),
        "replay " + std::to_string(row.id.value()) + " is unknown or over");
}

Result<std::optional<ReplayRow>> Replays::by_id(db::Session& session, ReplayId id) {
    return select_one<ReplayRow>(session, kSelect, "WHERE id = :id", {id});
}

Result<std::vector<ReplayRow>> Replays::open(db::Session& session) {
    return select<ReplayRow>(session, kSelect, "WHERE state IN ('choosing', 'running') ORDER BY id");
}

Result<std::vector<ReplayRow>> Replays::list(db::Session& session, std::size_t limit) {
    return select<ReplayRow>(session, kSelect, "ORDER BY id DESC LIMIT :most", {limit});
}

Result<std::vector<std::tuple<RunState, std::int64_t>>> Replays::runs(db::Session& session, ReplayId id) {
    return session.rows<std::tuple<RunState, std::int64_t>>(
        "SELECT state, count(*) FROM runs WHERE replay <> 0 AND replay = :replay GROUP BY state", {id});
}

Result<std::int64_t> Replays::forget(db::Unit& unit, TimePoint before, std::size_t limit) {
    return unit.exec(
        "DELETE FROM replays WHERE id IN (SELECT id FROM replays WHERE finished IS NOT NULL"
        " AND finished < :before ORDER BY id LIMIT :most)",
        {before, limit});
}

}  // namespace maillon::store
