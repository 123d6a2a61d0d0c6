#include "core/store/books_count.h"
#include "core/store/state.h"

namespace maillon::store {
namespace {

std::int64_t open_of(const RunBook& book) {
    return book.in_doubt + book.waiting + book.in_flight;
}

Result<std::int64_t> number(db::Session& session, std::string_view sql, db::Params params = {}) {
    auto row = session.row<std::int64_t>(sql, params);
    if (!row) return row.error();
    return row->value_or(0);
}

Result<void> count_events(db::Session& session, Counted& out) {
    auto sealed =
        session.rows<std::tuple<std::string, std::int64_t>>("SELECT connector, journaled FROM event_seals");
    if (!sealed) return sealed.error();
    for (auto& [connector, journaled] : *sealed) out.events[connector].journaled = journaled;
    auto rows = session.rows<std::tuple<std::string, std::int64_t, std::int64_t>>(
        "SELECT connector, count(*),"
        " sum(CASE WHEN seq > coalesce((SELECT seq FROM positions WHERE name = :routed), 0) THEN 1 ELSE 0 "
        "END)"
        " FROM events WHERE seq > coalesce((SELECT seq FROM positions WHERE name = :sealed), 0)"
        " GROUP BY connector",
        {Positions::kRouted, Positions::kSealed});
    if (!rows) return rows.error();
    for (auto& [connector, there, pending] : *rows) {
        out.events[connector].journaled += there;
        out.events[connector].pending = pending;
    }
    return {};
}

Result<void> count_runs(db::Session& session, Counted& out) {
    auto sealed = session.rows<std::tuple<std::string, std::int64_t, std::int64_t, std::int64_t>>(
        "SELECT route, finished, dropped, dead_lettered FROM run_seals");
    if (!sealed) return sealed.error();
    for (auto& [route, finished, dropped, dead_lettered] : *sealed)
        out.runs[route] = {.finished = finished, .dropped = dropped, .dead_lettered = dead_lettered};
    for (const auto* sql :
         {"SELECT r.route, r.state, count(*) FROM run_seal_open o JOIN runs r ON r.id = o.run GROUP BY "
          "r.route,"
          " r.state",
          "SELECT route, state, count(*) FROM runs WHERE id >"
          " coalesce((SELECT seq FROM positions WHERE name = 'sealed_runs'), 0) GROUP BY route, state"}) {
        auto rows = session.rows<RunCount>(sql);
        if (!rows) return rows.error();
        for (const auto& row : *rows) member(out.runs[row.route], row.state) += row.number;
    }
    auto missing = number(session,
                          "SELECT count(*) FROM run_seal_open o WHERE NOT EXISTS"
                          " (SELECT 1 FROM runs r WHERE r.id = o.run)");
    if (!missing) return missing.error();
    out.missing = *missing;
    auto open = number(session, "SELECT count(*) FROM runs WHERE unsettled = 1");
    if (!open) return open.error();
    for (const auto& [route, book] : out.runs) *open -= open_of(book);
    out.strays = *open;
    return {};
}

void check_events(Books::Sentences& wrong, const std::vector<Books::EventRow>& rows, Counted& counted) {
    for (const auto& [connector, book] : rows) {
        const auto name = "connector " + connector;
        const auto there = counted.events[connector];
        expect(wrong, name + ", received against doubles + unmatched + routed + refused + to be routed",
               book.received, book.doubles + book.unmatched + book.routed + book.refused + there.pending);
        expect(wrong, name + ", received less doubles and refused against events in the journal",
               book.received - book.doubles - book.refused, there.journaled);
        counted.events.erase(connector);
    }
    for (const auto& [connector, there] : counted.events)
        expect(wrong, "connector " + connector + ", received against events in the journal", 0,
               there.journaled);
}

void check_route(Books::Sentences& wrong, const std::string& name, const RunBook& book,
                 const RunBook& there) {
    expect(wrong, name + ", started against all outcomes and open runs", book.started, all_of(book));
    const std::tuple<const char*, std::int64_t, std::int64_t> pairs[] = {
        {"finished", book.finished, there.finished},
        {"dropped", book.dropped, there.dropped},
        {"dead-lettered", book.dead_lettered, there.dead_lettered},
        {"in flight", book.in_flight, there.in_flight},
        {"waiting", book.waiting, there.waiting},
        {"in doubt", book.in_doubt, there.in_doubt}};
    for (const auto& [what, in_book, in_rows] : pairs)
        expect(wrong, name + ", " + what + " in the book against runs", in_book, in_rows);
}

void check_runs(Books::Sentences& wrong, const std::vector<Books::RunRow>& rows, Counted& counted) {
    for (const auto& [route, book] : rows) {
        check_route(wrong, "route " + route, book, counted.runs[route]);
        counted.runs.erase(route);
    }
    for (const auto& [route, there] : counted.runs)
        expect(wrong, "route " + route + ", runs without a book", 0, all_of(there));
    expect(wrong, "runs that were open when they were sealed and are gone", 0, counted.missing);
    expect(wrong, "open runs that should be over", 0, counted.strays);
}

}  // namespace

std::int64_t& member(RunBook& book, RunState state) {
    switch (state) {
        case RunState::waiting: return book.waiting;
        case RunState::in_doubt: return book.in_doubt;
        case RunState::finished: return book.finished;
        case RunState::dropped: return book.dropped;
        case RunState::dead_lettered: return book.dead_lettered;
        default: return book.in_flight;
    }
}

std::int64_t all_of(const RunBook& book) {
    return book.finished + book.dropped + book.dead_lettered + open_of(book);
}

void expect(Books::Sentences& wrong, const std::string& what, std::int64_t left, std::int64_t right) {
    if (left != right)
        wrong.push_back(what + ": " + std::to_string(left) + " against " + std::to_string(right));
}

Result<Counted> count_all(db::Session& session) {
    Counted counted;
    if (auto done = count_events(session, counted); !done) return done.error();
    if (auto done = count_runs(session, counted); !done) return done.error();
    return counted;
}

Result<Books::Sentences> Books::check(db::Session& session) {
    auto event_rows = events(session);
    if (!event_rows) return event_rows.error();
    auto run_rows = runs(session);
    if (!run_rows) return run_rows.error();
    auto counted = count_all(session);
    if (!counted) return counted.error();
    Sentences wrong;
    check_events(wrong, *event_rows, *counted);
    check_runs(wrong, *run_rows, *counted);
    return wrong;
}

}  // namespace maillon::store
