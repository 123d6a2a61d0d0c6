#include "core/store/approvals.h"

#include "core/store/sql.h"

namespace maillon::store {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, run, event, route, step, role, instance, operation, args, created, due, state, decided,"
    " decided_by, reason FROM approvals ";

}  // namespace

auto columns(ApprovalRow& r) {
    return std::tie(r.id, r.run, r.event, r.route, r.step, r.role, r.instance, r.operation, r.args, r.created,
                    r.due, r.state, r.decided, r.decided_by, r.reason);
}

Result<ApprovalId> Approvals::insert(db::Unit& unit, const ApprovalRow& row) {
    return inserted(unit.row<ApprovalId>(
        "INSERT INTO approvals (run, event, route, step, role, instance, operation, args, created, due,"
        " state, decided, decided_by, reason) VALUES (:run, :event, :route, :step, :role, :instance,"
        " :operation, :args, :created, :due, :state, :decided, :decided_by, :reason) RETURNING id",
        {row.run, row.event, row.route, row.step, row.role, row.instance, row.operation, row.args,
         row.created, row.due, row.state, row.decided, row.decided_by, row.reason}));
}

Result<std::optional<ApprovalRow>> Approvals::by_id(db::Session& session, ApprovalId id) {
    return select_one<ApprovalRow>(session, kSelect, "WHERE id = :id", {id});
}

Result<std::optional<ApprovalRow>> Approvals::of_step(db::Session& session, RunId run,
                                                      std::string_view step) {
    return select_one<ApprovalRow>(session, kSelect, "WHERE run = :run AND step = :step", {run, step});
}

Result<std::vector<ApprovalRow>> Approvals::of_run(db::Session& session, RunId run) {
    return select<ApprovalRow>(session, kSelect, "WHERE run = :run ORDER BY id", {run});
}

Result<std::vector<ApprovalRow>> Approvals::list(db::Session& session, const ApprovalFilter& filter) {
    if (filter.state == ApprovalState::open)  // served by the index of the few open ones
        return select<ApprovalRow>(session, kSelect,
                                   "WHERE state = 'open' AND (:any_role = '' OR role = :role)"
                                   " AND (:any_route = '' OR route = :route) ORDER BY id LIMIT :most",
                                   {filter.role, filter.role, filter.route, filter.route, filter.limit});
    return select<ApprovalRow>(session, kSelect,
                               "WHERE (:any_state = 1 OR state = :state) AND (:any_role = '' OR role = :role)"
                               " AND (:any_route = '' OR route = :route) ORDER BY id LIMIT :most",
                               {!filter.state.has_value(), filter.state.value_or(ApprovalState::open),
                                filter.role, filter.role, filter.route, filter.route, filter.limit});
}

Result<void> Approvals::decide(db::Unit& unit, ApprovalId id, ApprovalState state, std::string_view by,
                               std::string_view reason, TimePoint now) {
    auto changed = changed_any(
        unit.exec("UPDATE approvals SET state = :state, decided = :now, decided_by = :by, reason = :reason"
                  " WHERE id = :id AND state = 'open'",
                  {state, now, by, reason, id}));
    if (!changed) return changed.error();
    if (*changed) return {};
    return Fault{FaultKind::conflict,
                 "approval " + std::to_string(id.value()) + " is unknown or has been decided",
                 {}};
}

Result<std::int64_t> Approvals::count_open(db::Session& session) {
    auto count = session.row<std::int64_t>("SELECT count(*) FROM approvals WHERE state = 'open'");
    if (!count) return count.error();
    return count->value_or(0);
}

}  // namespace maillon::store
