#include "core/store/erasures.h"

#include "core/db/batch.h"
#include "core/store/sql.h"

namespace maillon::store {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, state, person, report, who, reason, created, updated, finished, events_refused,"
    " events_masked, records_refused, last_kept_out FROM erasures ";

}  // namespace

auto columns(ErasureRow& r) {
    return std::tie(r.id, r.state, r.person, r.report, r.who, r.reason, r.created, r.updated, r.finished,
                    r.events_refused, r.events_masked, r.records_refused, r.last_kept_out);
}
auto columns(Tombstone& r) {
    return std::tie(r.digest, r.erasure, r.is_weak);
}

Result<ErasureId> Erasures::insert(db::Unit& unit, const ErasureRow& row) {
    return inserted(unit.row<ErasureId>(
        "INSERT INTO erasures (state, person, report, who, reason, created, updated, events_refused,"
        " events_masked, records_refused) VALUES (:state, :person, :report, :who, :reason, :created,"
        " :updated, 0, 0, 0) RETURNING id",
        {row.state, row.person, row.report, row.who, row.reason, row.created, row.updated}));
}

Result<void> Erasures::update(db::Unit& unit, const ErasureRow& row) {
    return changed_one(
        unit.exec("UPDATE erasures SET state = :state, person = :person, report = :report,"
                  " updated = :updated, finished = :finished WHERE id = :id AND finished IS NULL",
                  {row.state, row.person, row.report, row.updated, row.finished, row.id}),
        "erasure " + std::to_string(row.id.value()) + " is unknown or done");
}

Result<std::optional<ErasureRow>> Erasures::by_id(db::Session& session, ErasureId id) {
    return select_one<ErasureRow>(session, kSelect, "WHERE id = :id", {id});
}

Result<std::vector<ErasureRow>> Erasures::open(db::Session& session) {
    return select<ErasureRow>(session, kSelect, "WHERE finished IS NULL ORDER BY id");
}

Result<std::vector<ErasureRow>> Erasures::list(db::Session& session, std::size_t limit) {
    return select<ErasureRow>(session, kSelect, "ORDER BY id DESC LIMIT :most", {limit});
}

Result<void> Erasures::note_kept_out(db::Unit& unit, ErasureId id, const KeptOut& more, TimePoint now) {
    return kept(
        unit.exec("UPDATE erasures SET events_refused = events_refused + :refused,"
                  " events_masked = events_masked + :masked,"
                  " records_refused = records_refused + :records, last_kept_out = :now"
                  " WHERE id = :id",
                  {more.events_refused, more.events_masked, more.records_refused, now, id}));
}

Result<void> Tombstones::put(db::Unit& unit, std::span<const Tombstone> tombstones) {
    db::Batch batch(unit,
                    "INSERT INTO tombstones (digest, erasure, is_weak) VALUES (:digest, :erasure, :is_weak)"
                    " ON CONFLICT (digest) DO NOTHING");
    for (const auto& one : tombstones) {
        if (auto added = batch.add({one.digest, one.erasure, one.is_weak}); !added) return added;
    }
    return kept(batch.finish());
}

Result<std::vector<Tombstone>> Tombstones::all(db::Session& session) {
    return session.rows<Tombstone>("SELECT digest, erasure, is_weak FROM tombstones ORDER BY digest");
}

Result<std::int64_t> Tombstones::remove(db::Unit& unit, std::string_view digest) {
    return unit.exec("DELETE FROM tombstones WHERE digest = :digest", {digest});
}

}  // namespace maillon::store
