#include "core/store/runs.h"

#include "core/db/batch.h"
#include "core/store/sql.h"

namespace maillon::store {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, event, route, key, config_hash, state, frame, reason, created, updated, wake_at, replay FROM "
    "runs ";

constexpr std::string_view kInsert =
    "INSERT INTO runs (event, route, key, config_hash, state, unsettled, frame, reason, created, updated,"
    " replay) VALUES (:event, :route, :key, :config_hash, :state, :unsettled, :frame, :reason, :created, "
    ":updated,"
    " :replay)"
    " RETURNING id";

/// What a run becomes that wakes up, and how it comes back.
constexpr std::string_view kWake = "UPDATE runs SET state = 'ready', wake_at = NULL, updated = :now WHERE ";
constexpr std::string_view kAwake =
    " RETURNING id, event, route, key, config_hash, state, frame, reason, created, updated, wake_at, replay";

/// The sealed sums keep how many of what they count are no longer there.
Result<void> note_forgotten(db::Unit& unit, std::string_view route, RunState state) {
    return changed_one(
        unit.exec("UPDATE run_seals SET forgotten_finished = forgotten_finished + :finished,"
                  " forgotten_dropped = forgotten_dropped + :dropped,"
                  " forgotten_dead_lettered = forgotten_dead_lettered + :dead_lettered WHERE route = :route",
                  {state == RunState::finished, state == RunState::dropped, state == RunState::dead_lettered,
                   route}),
        "a sealed run of route " + std::string(route) + " is in no sum");
}

std::string not_open(RunId id) {
    return "run " + std::to_string(id.value()) + " is unknown or settled";
}

}  // namespace

auto columns(RunRow& r) {
    return std::tie(r.id, r.event, r.route, r.key, r.config_hash, r.state, r.frame, r.reason, r.created,
                    r.updated, r.wake_at, r.replay);
}

auto columns(StepRow& r) {
    return std::tie(r.run, r.step, r.status, r.inputs, r.result, r.attempts, r.started, r.ended, r.detail);
}

Result<RunId> Runs::insert(db::Unit& unit, const RunRow& row) {
    return inserted(unit.row<RunId>(
        kInsert, {row.event, row.route, row.key, row.config_hash, row.state, !is_final(row.state), row.frame,
                  row.reason, row.created, row.updated, row.replay}));
}

Result<std::vector<RunId>> Runs::insert(db::Unit& unit, std::span<const RunRow> rows) {
    std::vector<RunId> ids;
    ids.reserve(rows.size());
    db::Batch batch(unit, kInsert, ids);
    for (const auto& row : rows) {
        auto added =
            batch.add({row.event, row.route, row.key, row.config_hash, row.state, !is_final(row.state),
                       row.frame, row.reason, row.created, row.updated, row.replay});
        if (!added) return added.error();
    }
    auto done = batch.finish();
    if (!done) return done.error();
    return ids;
}

Result<void> Runs::update(db::Unit& unit, RunId id, RunState state, std::string_view frame,
                          std::string_view reason, TimePoint now) {
    if (is_final(state))
        return internal("run " + std::to_string(id.value()) + " is to be settled, not moved");
    return changed_one(
        unit.exec("UPDATE runs SET state = :state, frame = :frame, reason = :reason, updated = :now"
                  " WHERE id = :id AND unsettled = 1",
                  {state, frame, reason, now, id}),
        not_open(id));
}

Result<void> Runs::settle(db::Unit& unit, RunId id, RunState state, std::string_view reason, TimePoint now) {
    if (!is_final(state))
        return internal("run " + std::to_string(id.value()) + " cannot be settled as moving");
    return changed_one(
        unit.exec("UPDATE runs SET state = :state, unsettled = 0, reason = :reason, updated = :now"
                  " WHERE id = :id AND unsettled = 1",
                  {state, reason, now, id}),
        not_open(id));
}

Result<void> Runs::park(db::Unit& unit, RunId id, std::string_view frame, std::string_view reason,
                        std::optional<TimePoint> wake_at, TimePoint now) {
    return changed_one(unit.exec("UPDATE runs SET state = 'waiting', frame = :frame, reason = :reason,"
                                 " wake_at = :wake_at, updated = :now WHERE id = :id AND unsettled = 1",
                                 {frame, reason, wake_at, now, id}),
                       not_open(id));
}

Result<std::vector<RunRow>> Runs::wake_due(db::Unit& unit, TimePoint now, std::size_t limit) {
    return unit.rows<RunRow>(std::string(kWake)
                                 .append("id IN (SELECT id FROM runs WHERE wake_at IS NOT NULL"
                                         " AND wake_at <= :due ORDER BY wake_at, id LIMIT :most)")
                                 .append(kAwake),
                             {now, now, limit});
}

Result<std::optional<RunRow>> Runs::wake(db::Unit& unit, RunId id, TimePoint now) {
    return unit.row<RunRow>(
        std::string(kWake).append("id = :id AND unsettled = 1 AND state = 'waiting'").append(kAwake),
        {now, id});
}

Result<std::optional<RunRow>> Runs::undoubt(db::Unit& unit, RunId id, TimePoint now) {
    return unit.row<RunRow>(
        std::string(kWake).append("id = :id AND unsettled = 1 AND state = 'in_doubt'").append(kAwake),
        {now, id});
}

Result<std::optional<TimePoint>> Runs::next_wake(db::Session& session) {
    return session.row<TimePoint>(
        "SELECT wake_at FROM runs WHERE wake_at IS NOT NULL ORDER BY wake_at LIMIT 1");
}

Result<std::optional<RunRow>> Runs::by_id(db::Session& session, RunId id) {
    return select_one<RunRow>(session, kSelect, "WHERE id = :id", {id});
}

Result<std::vector<RunRow>> Runs::open(db::Session& session, RunId after, std::size_t limit) {
    return select<RunRow>(session, kSelect, "WHERE unsettled = 1 AND id > :after ORDER BY id LIMIT :most",
                          {after, limit});
}

Result<std::vector<RunRow>> Runs::startable(db::Session& session, RunId after, RunId up_to) {
    return select<RunRow>(session, kSelect,
                          "WHERE unsettled = 1 AND state <> 'waiting' AND id > :after AND id <= :up_to"
                          " AND (state IN ('ready', 'claiming') OR state = 'calling' AND NOT EXISTS"
                          " (SELECT 1 FROM calls c WHERE c.run = runs.id AND c.unsettled = 1)) ORDER BY id",
                          {after, up_to});
}

Result<std::vector<RunRow>> Runs::of_key(db::Session& session, std::string_view route, std::string_view key,
                                         std::size_t limit) {
    return select<RunRow>(session, kSelect,
                          "WHERE unsettled = 1 AND state <> 'waiting' AND route = :route AND key = :key"
                          " AND state <> 'in_doubt' ORDER BY id LIMIT :most",
                          {route, key, limit});
}

Result<std::optional<std::tuple<RunId, EventSeq>>> Runs::going_before(db::Session& session, const Place& of) {
    const bool is_under_way = of.state == RunState::calling || of.state == RunState::claiming;
    const auto* others = is_under_way
                             ? "id < :before AND state IN ('calling', 'claiming')"
                             : "(state IN ('calling', 'claiming') OR state = 'ready' AND id < :before)";
    return session.row<std::tuple<RunId, EventSeq>>(
        std::string("SELECT id, event FROM runs WHERE unsettled = 1 AND state <> 'waiting' AND route = :route"
                    " AND key = :key AND id <> :self AND ") +
            others + " ORDER BY id LIMIT 1",
        {of.route, of.key, of.id, of.id});
}

Result<bool> Runs::is_held_back(db::Session& session, const Place& of) {
    const auto other = going_before(session, of);
    if (!other) return other.error();
    return other->has_value();
}

Result<std::int64_t> Runs::count_in_flight(db::Session& session, std::size_t limit) {
    auto count = session.row<std::int64_t>(
        "SELECT count(*) FROM (SELECT id FROM runs WHERE unsettled = 1 AND state <> 'waiting'"
        " AND state <> 'in_doubt' LIMIT :most) AS page",
        {limit});
    if (!count) return count.error();
    return count->value_or(0);
}

Result<std::optional<RunId>> Runs::moving_up_to(db::Session& session, RunId after, std::size_t count) {
    return session.row<RunId>(
        "SELECT id FROM (SELECT id FROM runs WHERE unsettled = 1 AND state <> 'waiting' AND id > :after"
        " ORDER BY id LIMIT :most) AS page ORDER BY id DESC LIMIT 1",
        {after, count});
}

Result<std::vector<std::tuple<std::string, std::string>>> Runs::moving_of(db::Session& session,
                                                                          ReplayId replay) {
    return session.rows<std::tuple<std::string, std::string>>(
        "SELECT route, key FROM runs WHERE replay <> 0 AND replay = :replay"
        " AND state IN ('ready', 'calling', 'claiming')",
        {replay});
}

Result<std::vector<RunRow>> Runs::in_state(db::Session& session, RunState state, std::size_t limit) {
    if (is_final(state))
        return select<RunRow>(session, kSelect,
                              "WHERE unsettled = 0 AND state = :state ORDER BY updated DESC LIMIT :most",
                              {state, limit});
    return select<RunRow>(session, kSelect, "WHERE unsettled = 1 AND state = :state ORDER BY id LIMIT :most",
                          {state, limit});
}

Result<std::vector<RunRow>> Runs::of_event(db::Session& session, EventSeq event) {
    return select<RunRow>(session, kSelect, "WHERE event = :event ORDER BY id", {event});
}

Result<std::vector<std::tuple<RunState, std::int64_t>>> Runs::count_open(db::Session& session) {
    return session.rows<std::tuple<RunState, std::int64_t>>(
        "SELECT state, count(*) FROM runs WHERE unsettled = 1 GROUP BY state ORDER BY state");
}

Result<std::optional<EventSeq>> Runs::first_event_needed(db::Session& session) {
    return session.row<EventSeq>("SELECT event FROM runs WHERE unsettled = 1 ORDER BY event LIMIT 1");
}

Result<std::int64_t> Runs::forget(db::Unit& unit, TimePoint before, std::size_t limit) {
    // What is not in the sealed sums yet must still be there to be counted (see Seals). What an open dead
    // letter, or a run that was made of one, may still want to know as done is kept as well: all runs of one
    // letter, of its replays and of the letters that these left have their event, route and key.
    auto old = unit.rows<std::tuple<RunId, std::string, RunState>>(
        "SELECT id, route, state FROM runs WHERE unsettled = 0 AND state IN ('finished', 'dropped',"
        " 'dead_lettered') AND updated < :before"
        " AND id <= (SELECT seq FROM positions WHERE name = 'sealed_runs')"
        " AND NOT EXISTS (SELECT 1 FROM run_seal_open WHERE run = runs.id)"
        " AND NOT EXISTS (SELECT 1 FROM dead_letters AS d WHERE d.state = 'open' AND d.key = runs.key"
        " AND d.route = runs.route AND d.event = runs.event)"
        " AND NOT EXISTS (SELECT 1 FROM runs AS r WHERE r.unsettled = 1 AND r.event = runs.event"
        " AND r.route = runs.route) LIMIT :most",
        {before, limit});
    if (!old) return old.error();
    for (const auto& [id, route, state] : *old) {
        auto noted = note_forgotten(unit, route, state);
        if (!noted) return noted.error();
        for (const auto* sql :
             {"DELETE FROM steps WHERE run = :run", "DELETE FROM calls WHERE run = :run",
              "DELETE FROM approvals WHERE run = :run", "DELETE FROM runs WHERE id = :run"}) {
            auto gone = unit.exec(sql, {id});
            if (!gone) return gone.error();
        }
    }
    return static_cast<std::int64_t>(old->size());
}

Result<void> Steps::append(db::Unit& unit, const StepRow& row) {
    return kept(unit.exec(
        "INSERT INTO steps (run, step, status, inputs, result, attempts, started, ended, detail) VALUES"
        " (:run, :step, :status, :inputs, :result, :attempts, :started, :ended, :detail)",
        {row.run, row.step, row.status, row.inputs, row.result, row.attempts, row.started, row.ended,
         row.detail}));
}

Result<std::vector<StepRow>> Steps::of_run(db::Session& session, RunId run) {
    return session.rows<StepRow>(
        "SELECT run, step, status, inputs, result, attempts, started, ended, detail FROM steps WHERE run = "
        ":run"
        " ORDER BY id",
        {run});
}

Result<std::vector<Steps::OfEvent>> Steps::of_events(db::Session& session, EventSeq first, EventSeq last) {
    return session.rows<OfEvent>(
        "SELECT r.event, r.route, s.step, s.status, s.inputs, s.result FROM runs r JOIN steps s ON s.run = "
        "r.id"
        " WHERE r.event >= :first AND r.event <= :last"
        " AND r.replay NOT IN (SELECT id FROM replays WHERE kind = 'events') ORDER BY s.id",
        {first, last});
}

}  // namespace maillon::store
