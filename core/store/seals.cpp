#include "core/store/seals.h"

#include "core/store/runs.h"
#include "core/store/sql.h"
#include "core/store/state.h"

#include <limits>

namespace maillon::store {
namespace {

struct RunEnd {
    RunId id{};
    std::string route{};
    RunState state = RunState::ready;
};

auto columns(RunEnd& r) {
    return std::tie(r.id, r.route, r.state);
}

void count(std::map<std::string, RunBook>& books, const RunEnd& run) {
    auto& book = books[run.route];
    switch (run.state) {
        case RunState::finished: ++book.finished; break;
        case RunState::dropped: ++book.dropped; break;
        case RunState::dead_lettered: ++book.dead_lettered; break;
        default: break;
    }
}

Result<void> find_events(db::Session& session, std::size_t limit, Seals::Due& due) {
    auto from = Seals::events_up_to(session);
    if (!from) return from.error();
    due.events_from = due.events_to = *from;
    auto last = session.row<std::optional<EventSeq>>(
        "SELECT max(seq) FROM (SELECT seq FROM events WHERE seq > :sealed AND seq <="
        " (SELECT seq FROM positions WHERE name = :routed) ORDER BY seq LIMIT :most) AS next_events",
        {*from, Positions::kRouted, limit});
    if (!last) return last.error();
    if (!*last || !**last) return {};
    due.events_to = ***last;
    auto rows = session.rows<std::tuple<std::string, std::int64_t>>(
        "SELECT connector, count(*) FROM events WHERE seq > :sealed AND seq <= :last GROUP BY connector",
        {due.events_from, due.events_to});
    if (!rows) return rows.error();
    std::int64_t found = 0;
    for (auto& [connector, number] : *rows) {
        due.journaled[connector] = number;
        found += number;
    }
    due.more = due.more || found == static_cast<std::int64_t>(limit);
    return {};
}

Result<void> find_runs(db::Session& session, std::size_t limit, Seals::Due& due) {
    auto from = Positions::get(session, Positions::kSealedRuns);
    if (!from) return from.error();
    due.runs_from = due.runs_to = RunId{from->value_or(EventSeq{}).value()};
    auto rows =
        session.rows<RunEnd>("SELECT id, route, state FROM runs WHERE id > :sealed ORDER BY id LIMIT :most",
                             {due.runs_from, limit});
    if (!rows) return rows.error();
    for (const auto& run : *rows) {
        due.runs_to = run.id;
        if (is_final(run.state))
            count(due.ended, run);
        else
            due.open.push_back(run.id);
    }
    due.more = due.more || rows->size() == limit;
    return {};
}

Result<void> find_closed(db::Session& session, RunId after, std::size_t limit, Seals::Due& due) {
    auto rows = session.rows<RunEnd>(
        "SELECT r.id, r.route, r.state FROM run_seal_open o JOIN runs r ON r.id = o.run"
        " WHERE o.run > :after AND r.unsettled = 0 ORDER BY o.run LIMIT :most",
        {after, limit});
    if (!rows) return rows.error();
    for (const auto& run : *rows) {
        count(due.ended, run);
        due.closed.push_back(run.id);
    }
    const bool is_end = rows->size() < limit;
    due.next_open = is_end ? RunId{std::numeric_limits<std::int64_t>::max()} : rows->back().id;
    due.more = due.more || !is_end;
    return {};
}

Result<void> add_events(db::Unit& unit, std::string_view connector, std::int64_t journaled,
                        std::int64_t forgotten) {
    return kept(unit.exec(
        "INSERT INTO event_seals AS seal (connector, journaled, forgotten) VALUES (:connector, :journaled,"
        " :forgotten) ON CONFLICT (connector) DO UPDATE SET journaled = seal.journaled + excluded.journaled,"
        " forgotten = seal.forgotten + excluded.forgotten",
        {connector, journaled, forgotten}));
}

/// A Fault unless the position is where the reader saw it; then moves it on.
Result<void> move_on(db::Unit& unit, std::string_view name, EventSeq from, EventSeq to) {
    auto now = Positions::get(unit, name);
    if (!now) return now.error();
    if (now->value_or(EventSeq{}) != from)
        return internal("the sums were sealed by somebody else at the same time");
    return from == to ? Result<void>{} : Positions::set(unit, name, to);
}

}  // namespace

Result<EventSeq> Seals::events_up_to(db::Session& session) {
    auto sealed = Positions::get(session, Positions::kSealed);
    if (!sealed) return sealed.error();
    return sealed->value_or(EventSeq{});
}

Result<Seals::Due> Seals::due(db::Session& session, RunId open_after, std::size_t limit) {
    Due due;
    if (auto done = find_events(session, limit, due); !done) return done.error();
    if (auto done = find_runs(session, limit, due); !done) return done.error();
    if (auto done = find_closed(session, open_after, limit, due); !done) return done.error();
    return due;
}

Result<void> Seals::seal(db::Unit& unit, const Due& due) {
    auto done = move_on(unit, Positions::kSealed, due.events_from, due.events_to);
    if (done)
        done = move_on(unit, Positions::kSealedRuns, EventSeq{due.runs_from.value()},
                       EventSeq{due.runs_to.value()});
    if (!done) return done;
    for (const auto& [connector, number] : due.journaled)
        if (done = add_events(unit, connector, number, 0); !done) return done;
    for (const auto& [route, book] : due.ended) {
        done = kept(unit.exec(
            "INSERT INTO run_seals AS seal (route, finished, dropped, dead_lettered, forgotten_finished,"
            " forgotten_dropped, forgotten_dead_lettered) VALUES (:route, :finished, :dropped,"
            " :dead_lettered, 0, 0, 0) ON CONFLICT (route) DO UPDATE SET"
            " finished = seal.finished + excluded.finished, dropped = seal.dropped + excluded.dropped,"
            " dead_lettered = seal.dead_lettered + excluded.dead_lettered",
            {route, book.finished, book.dropped, book.dead_lettered}));
        if (!done) return done;
    }
    for (const auto id : due.open)
        if (done = kept(unit.exec("INSERT INTO run_seal_open (run) VALUES (:run)", {id})); !done) return done;
    for (const auto id : due.closed) {
        done = changed_one(unit.exec("DELETE FROM run_seal_open WHERE run = :run", {id}),
                           "the sums were sealed by somebody else at the same time");
        if (!done) return done;
    }
    return {};
}

Result<void> Seals::note_forgotten(db::Unit& unit, const std::map<std::string, std::int64_t>& events) {
    for (const auto& [connector, number] : events)
        if (auto done = add_events(unit, connector, 0, number); !done) return done;
    return {};
}

}  // namespace maillon::store
