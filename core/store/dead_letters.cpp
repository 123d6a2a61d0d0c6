#include "core/store/dead_letters.h"

#include "core/store/sql.h"

namespace maillon::store {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, run, event, route, instance, step, kind, reason, attempts, at, state, note FROM "
    "dead_letters ";

}  // namespace

auto columns(DeadLetterRow& r) {
    return std::tie(r.id, r.run, r.event, r.route, r.instance, r.step, r.kind, r.reason, r.attempts, r.at,
                    r.state, r.note);
}

Result<DeadLetterId> DeadLetters::insert(db::Unit& unit, const DeadLetterRow& row) {
    return inserted(
        unit.row<DeadLetterId>("INSERT INTO dead_letters (run, event, route, instance, step, kind, reason, "
                               "attempts, at, state, note) VALUES"
                               " (:run, :event, :route, :instance, :step, :kind, :reason, :attempts, :at, "
                               ":state, :note) RETURNING id",
                               {row.run, row.event, row.route, row.instance, row.step, row.kind, row.reason,
                                row.attempts, row.at, row.state, row.note}));
}

Result<std::vector<DeadLetterRow>> DeadLetters::list(db::Session& session, const DeadLetterFilter& filter) {
    const auto state = filter.state ? db::kWords<LetterState>[static_cast<std::size_t>(*filter.state)] : "";
    return select<DeadLetterRow>(
        session, kSelect,
        "WHERE id > :after AND at >= :since AND (:any_route = '' OR route = :route)"
        " AND (:any_instance = '' OR instance = :instance) AND (:any_state = '' OR state = :state)"
        " ORDER BY id LIMIT :most",
        {filter.after, filter.since.value_or(TimePoint::min()), filter.route, filter.route, filter.instance,
         filter.instance, state, state, filter.limit});
}

Result<std::optional<DeadLetterRow>> DeadLetters::by_id(db::Session& session, DeadLetterId id) {
    return select_one<DeadLetterRow>(session, kSelect, "WHERE id = :id", {id});
}

Result<std::int64_t> DeadLetters::count_open(db::Session& session) {
    return inserted(session.row<std::int64_t>("SELECT count(*) FROM dead_letters WHERE state = 'open'"));
}

Result<void> DeadLetters::close(db::Unit& unit, DeadLetterId id, LetterState state, std::string_view note) {
    if (state == LetterState::open) return internal("a dead letter is closed as replayed or dropped");
    return changed_one(unit.exec("UPDATE dead_letters SET state = :state, note = :note"
                                 " WHERE id = :id AND state = 'open'",
                                 {state, note, id}),
                       "dead letter " + std::to_string(id.value()) + " is unknown or no longer open");
}

Result<std::int64_t> DeadLetters::forget(db::Unit& unit, TimePoint before, std::size_t limit) {
    return unit.exec(
        "DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters WHERE state <> 'open'"
        " AND at < :before ORDER BY id LIMIT :most)",
        {before, limit});
}

}  // namespace maillon::store
