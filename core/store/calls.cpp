#include "core/store/calls.h"

#include "core/store/sql.h"

namespace maillon::store {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, run, step, instance, operation, idempotency_key, target_key, args, state, attempts, "
    "outbound, created,"
    " not_before, first_tried, finished, expires, result, remote_id, remote_revision, fault, detail FROM "
    "calls ";

std::string not_in(CallId id, std::string_view wanted) {
    return "call " + std::to_string(id.value()) + " is unknown or not " + std::string(wanted);
}

bool is_open(CallState state) {
    return state != CallState::done && state != CallState::failed;
}

}  // namespace

auto columns(CallRow& r) {
    return std::tie(r.id, r.run, r.step, r.instance, r.operation, r.idempotency_key, r.target_key, r.args,
                    r.state, r.attempts, r.outbound, r.created, r.not_before, r.first_tried, r.finished,
                    r.expires, r.result, r.remote_id, r.remote_revision, r.fault, r.detail);
}

Result<Calls::Inserted> Calls::insert(db::Unit& unit, const CallRow& row) {
    auto id = unit.row<CallId>(
        "INSERT INTO calls (run, step, instance, operation, idempotency_key, target_key, args, state, "
        "unsettled,"
        " attempts, outbound, created, not_before, first_tried, finished, expires, result, remote_id, "
        "remote_revision,"
        " fault, detail) VALUES (:run, :step, :instance, :operation, :idempotency_key, :target_key, :args, "
        ":state,"
        " :unsettled, :attempts, :outbound, :created, :not_before, :first_tried, :finished, :expires, "
        ":result,"
        " :remote_id, :remote_revision, :fault, :detail) ON CONFLICT (idempotency_key) DO NOTHING RETURNING "
        "id",
        {row.run,        row.step,    row.instance,   row.operation,       row.idempotency_key,
         row.target_key, row.args,    row.state,      is_open(row.state),  row.attempts,
         row.outbound,   row.created, row.not_before, row.first_tried,     row.finished,
         row.expires,    row.result,  row.remote_id,  row.remote_revision, row.fault,
         row.detail});
    if (!id) return id.error();
    if (*id) {
        Inserted answer{row, true};
        answer.row.id = **id;
        return answer;
    }
    auto there = by_key(unit, row.idempotency_key);
    if (!there) return there.error();
    if (!*there) return internal("a call is neither new nor in the store");
    return Inserted{std::move(**there), false};
}

Result<void> Calls::mark_trying(db::Unit& unit, std::span<const CallId> ids, TimePoint now) {
    for (const auto id : ids) {
        auto done = changed_one(unit.exec("UPDATE calls SET state = 'trying', attempts = attempts + 1,"
                                          " first_tried = coalesce(first_tried, :now)"
                                          " WHERE id = :id AND state = 'pending'",
                                          {now, id}),
                                not_in(id, "pending"));
        if (!done) return done.error();
    }
    return {};
}

Result<void> Calls::settle(db::Unit& unit, CallId id, const CallOutcome& outcome, TimePoint now) {
    if (outcome.state == CallState::pending || outcome.state == CallState::trying)
        return internal("a call's outcome is done, failed or in doubt");
    return changed_one(
        unit.exec(
            "UPDATE calls SET state = :state, unsettled = :unsettled, finished = :now, result = :result,"
            " remote_id = :remote_id, remote_revision = :remote_revision, fault = :fault, detail = :detail"
            " WHERE id = :id AND unsettled = 1",
            {outcome.state, is_open(outcome.state),
             is_open(outcome.state) ? std::nullopt : std::optional(now), outcome.result, outcome.remote_id,
             outcome.remote_revision, outcome.fault, outcome.detail, id}),
        not_in(id, "open"));
}

Result<void> Calls::reschedule(db::Unit& unit, CallId id, TimePoint not_before, FaultKind fault,
                               std::string_view detail) {
    return changed_one(
        unit.exec("UPDATE calls SET state = 'pending', not_before = :not_before, fault = :fault,"
                  " detail = :detail WHERE id = :id AND unsettled = 1",
                  {not_before, fault, detail, id}),
        not_in(id, "open"));
}

Result<void> Calls::postpone(db::Unit& unit, CallId id, TimePoint not_before) {
    return changed_one(unit.exec("UPDATE calls SET not_before = :not_before WHERE id = :id AND unsettled = 1",
                                 {not_before, id}),
                       not_in(id, "open"));
}

Result<void> Calls::reopen(db::Unit& unit, CallId id, const CallRow& anew, TimePoint now) {
    return changed_one(
        unit.exec("UPDATE calls SET run = :run, state = 'pending', unsettled = 1, instance = :instance,"
                  " operation = :operation, target_key = :target_key, args = :args, outbound = :outbound,"
                  " expires = CASE state WHEN 'failed' THEN :expires ELSE expires END,"
                  " not_before = :now, first_tried = NULL, finished = NULL"
                  " WHERE id = :id AND (state = 'failed' OR (state = 'pending' AND run = :same_run))",
                  {anew.run, anew.instance, anew.operation, anew.target_key, anew.args, anew.outbound,
                   anew.expires, now, id, anew.run}),
        not_in(id, "failed"));
}

Result<void> Calls::ask_about(db::Unit& unit, CallId id, RunId run, TimePoint now) {
    return changed_one(unit.exec("UPDATE calls SET run = :run, state = 'in_doubt', unsettled = 1,"
                                 " not_before = :now, first_tried = NULL, finished = NULL"
                                 " WHERE id = :id AND state IN ('failed', 'in_doubt')",
                                 {run, now, id}),
                       not_in(id, "failed or in doubt"));
}

Result<std::int64_t> Calls::doubt_interrupted(db::Unit& unit, TimePoint now) {
    return unit.exec(
        "UPDATE calls SET state = 'in_doubt', fault = 'in_doubt', not_before = :now,"
        " detail = 'the hub ended while this was being tried'"
        " WHERE unsettled = 1 AND state = 'trying'",
        {now});
}

Result<std::vector<CallRow>> Calls::open(db::Session& session, std::string_view instance, CallId after,
                                         std::size_t limit) {
    return select<CallRow>(session, kSelect,
                           "WHERE unsettled = 1 AND id > :after AND (:any = '' OR instance = :instance)"
                           " ORDER BY id LIMIT :most",
                           {after, instance, instance, limit});
}

Result<std::vector<CallRow>> Calls::due(db::Session& session, std::string_view instance, TimePoint now,
                                        bool outbound, std::size_t limit) {
    const auto in_state = [&](std::string_view state, std::size_t most) {
        return select<CallRow>(
            session, kSelect,
            "WHERE unsettled = 1 AND instance = :instance AND outbound = :outbound AND not_before <= :now AND"
            " state = '" +
                std::string(state) +
                "' AND EXISTS (SELECT 1 FROM runs r WHERE r.id = calls.run AND r.state = 'calling')"
                " ORDER BY not_before, id LIMIT :most",
            {instance, outbound, now, most});
    };
    auto out = in_state("in_doubt", limit);
    if (!out || out->size() == limit) return out;
    auto pending = in_state("pending", limit - out->size());
    if (!pending) return pending;
    out->insert(out->end(), std::make_move_iterator(pending->begin()),
                std::make_move_iterator(pending->end()));
    return out;
}

Result<std::vector<std::string>> Calls::open_instances(db::Session& session) {
    return session.rows<std::string>(
        "SELECT DISTINCT instance FROM calls WHERE unsettled = 1"
        " AND EXISTS (SELECT 1 FROM runs r WHERE r.id = calls.run AND r.unsettled = 1) ORDER BY instance");
}

Result<std::vector<CallRow>> Calls::of_run(db::Session& session, RunId run) {
    return select<CallRow>(session, kSelect, "WHERE run = :run ORDER BY id", {run});
}

Result<std::optional<CallRow>> Calls::by_id(db::Session& session, CallId id) {
    return select_one<CallRow>(session, kSelect, "WHERE id = :id", {id});
}

Result<std::optional<CallRow>> Calls::by_key(db::Session& session, std::string_view idempotency_key) {
    return select_one<CallRow>(session, kSelect, "WHERE idempotency_key = :key", {idempotency_key});
}

}  // namespace maillon::store
