#include "core/store/doubts.h"

#include "core/store/sql.h"

namespace maillon::store {
namespace {

/// A call is for a person once its run waits for one; until then the connector is still being asked.
constexpr std::string_view kSelect =
    "SELECT c.id, c.run, r.event, r.route, r.key, c.step, c.instance, c.operation, c.idempotency_key, c.args,"
    " c.attempts, c.outbound, c.created, c.first_tried, c.detail"
    " FROM calls c JOIN runs r ON r.id = c.run WHERE c.unsettled = 1 AND c.state = 'in_doubt'"
    " AND r.unsettled = 1 AND r.state = 'in_doubt' ";

std::string told(const Verdict& verdict) {
    constexpr std::string_view kWhat[] = {"it arrived", "to be made again", "it did not arrive"};
    std::string out = verdict.by.empty() ? "a person" : verdict.by;
    out.append(": ").append(kWhat[static_cast<std::size_t>(verdict.kind)]);
    if (!verdict.note.empty()) out.append(" (").append(verdict.note).append(")");
    return out;
}

Result<bool> change(db::Unit& unit, CallId id, const Verdict& verdict, TimePoint now) {
    if (verdict.kind == Verdict::Kind::again)
        // Who wants it made again wants it now: neither its age nor the time lost counts.
        return changed_any(
            unit.exec("UPDATE calls SET state = 'pending', not_before = :now, first_tried = NULL,"
                      " expires = NULL, fault = NULL, detail = :detail"
                      " WHERE id = :id AND unsettled = 1 AND state = 'in_doubt'",
                      {now, told(verdict), id}));
    const bool arrived = verdict.kind == Verdict::Kind::done;
    return changed_any(
        unit.exec("UPDATE calls SET state = :state, unsettled = 0, finished = :now, result = :result,"
                  " remote_id = :remote_id, fault = :fault, detail = :detail"
                  " WHERE id = :id AND unsettled = 1 AND state = 'in_doubt'",
                  {arrived ? CallState::done : CallState::failed, now, verdict.result, verdict.remote_id,
                   arrived ? std::nullopt : std::optional(FaultKind::rejected), told(verdict), id}));
}

}  // namespace

auto columns(DoubtRow& r) {
    return std::tie(r.id, r.run, r.event, r.route, r.key, r.step, r.instance, r.operation, r.idempotency_key,
                    r.args, r.attempts, r.outbound, r.created, r.first_tried, r.detail);
}

Result<std::vector<DoubtRow>> Doubts::list(db::Session& session, const DoubtFilter& filter) {
    return select<DoubtRow>(session, kSelect,
                            "AND (:any_route = '' OR r.route = :route)"
                            " AND (:any_instance = '' OR c.instance = :instance) ORDER BY c.id LIMIT :most",
                            {filter.route, filter.route, filter.instance, filter.instance, filter.limit});
}

Result<std::optional<DoubtRow>> Doubts::by_id(db::Session& session, CallId id) {
    return select_one<DoubtRow>(session, kSelect, "AND c.id = :id", {id});
}

Result<std::int64_t> Doubts::count(db::Session& session) {
    auto count =
        session.row<std::int64_t>("SELECT count(*) FROM runs WHERE unsettled = 1 AND state = 'in_doubt'");
    if (!count) return count.error();
    return count->value_or(0);
}

Result<RunRow> Doubts::decide(db::Unit& unit, CallId id, const Verdict& verdict, TimePoint now) {
    const auto row = by_id(unit, id);
    if (!row) return row.error();
    const auto decided = Fault{FaultKind::conflict,
                               "call " + std::to_string(id.value()) + " is unknown or not in doubt any more",
                               {}};
    if (!*row) return decided;
    const auto changed = change(unit, id, verdict, now);
    if (!changed) return changed.error();
    if (!*changed) return decided;
    auto run = Runs::undoubt(unit, (*row)->run, now);
    if (!run) return run.error();
    if (!*run) return internal("the run of call " + std::to_string(id.value()) + " is not in doubt");
    return std::move(**run);
}

}  // namespace maillon::store
