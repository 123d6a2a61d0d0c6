#include "core/store/books.h"

#include "core/store/sql.h"
#include "core/store/state.h"

#include <map>

namespace maillon::store {
namespace {

/// What the tables say, counted without the books.
struct Counted {
    std::int64_t in_flight = 0, waiting = 0, in_doubt = 0;
};

using CountedByRoute = std::map<std::string, Counted, std::less<>>;
using PendingByConnector = std::map<std::string, std::int64_t, std::less<>>;
using Sentences = std::vector<std::string>;

Result<CountedByRoute> count_runs(db::Session& session) {
    auto rows = session.rows<std::tuple<std::string, std::int64_t, std::int64_t, std::int64_t>>(
        "SELECT route, sum(CASE WHEN state IN ('ready', 'calling', 'claiming') THEN 1 ELSE 0 END),"
        " sum(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), sum(CASE WHEN state = 'in_doubt' THEN 1 ELSE 0 "
        "END)"
        " FROM runs WHERE unsettled = 1 GROUP BY route");
    if (!rows) return rows.error();
    CountedByRoute counted;
    for (auto& [route, in_flight, waiting, in_doubt] : *rows) counted[route] = {in_flight, waiting, in_doubt};
    return counted;
}

Result<PendingByConnector> count_unrouted(db::Session& session) {
    auto rows = session.rows<std::tuple<std::string, std::int64_t>>(
        "SELECT connector, count(*) FROM events WHERE seq > (SELECT seq FROM positions WHERE name = :name)"
        " GROUP BY connector",
        {Positions::kRouted});
    if (!rows) return rows.error();
    PendingByConnector pending;
    for (auto& [connector, count] : *rows) pending[connector] = count;
    return pending;
}

void expect(Sentences& wrong, const std::string& what, std::int64_t left, std::int64_t right) {
    if (left != right)
        wrong.push_back(what + ": " + std::to_string(left) + " against " + std::to_string(right));
}

void check_events(Sentences& wrong, const std::vector<Books::EventRow>& rows, PendingByConnector pending) {
    for (const auto& [connector, book] : rows) {
        expect(wrong,
               "connector " + connector +
                   ", received against doubles + unmatched + routed + refused + to be routed",
               book.received,
               book.doubles + book.unmatched + book.routed + book.refused + pending[connector]);
        pending.erase(connector);
    }
    for (const auto& [connector, count] : pending)
        expect(wrong, "connector " + connector + ", received against events in the journal", 0, count);
}

void check_runs(Sentences& wrong, const std::vector<Books::RunRow>& rows, CountedByRoute counted) {
    for (const auto& [route, book] : rows) {
        const auto there = counted[route];
        expect(wrong, "route " + route + ", started against all outcomes and open runs", book.started,
               book.finished + book.dropped + book.dead_lettered + book.in_doubt + book.waiting +
                   book.in_flight);
        expect(wrong, "route " + route + ", in flight in the book against runs", book.in_flight,
               there.in_flight);
        expect(wrong, "route " + route + ", waiting in the book against runs", book.waiting, there.waiting);
        expect(wrong, "route " + route + ", in doubt in the book against runs", book.in_doubt,
               there.in_doubt);
        counted.erase(route);
    }
    for (const auto& [route, there] : counted)
        expect(wrong, "route " + route + ", open runs without a book", 0,
               there.in_flight + there.waiting + there.in_doubt);
}

}  // namespace

auto columns(Books::EventRow& r) {
    auto& b = r.book;
    return std::tie(r.connector, b.received, b.doubles, b.unmatched, b.routed, b.refused);
}

auto columns(Books::RunRow& r) {
    auto& b = r.book;
    return std::tie(r.route, b.started, b.finished, b.dropped, b.dead_lettered, b.in_doubt, b.waiting,
                    b.in_flight);
}

Result<void> Books::add(db::Unit& unit, std::string_view connector, const EventBook& change) {
    return kept(unit.exec(
        "INSERT INTO event_books AS book (connector, received, doubles, unmatched, routed, refused) VALUES"
        " (:connector, :received, :doubles, :unmatched, :routed, :refused) ON CONFLICT (connector) DO UPDATE "
        "SET"
        " received = book.received + excluded.received, doubles = book.doubles + excluded.doubles,"
        " unmatched = book.unmatched + excluded.unmatched, routed = book.routed + excluded.routed,"
        " refused = book.refused + excluded.refused",
        {connector, change.received, change.doubles, change.unmatched, change.routed, change.refused}));
}

Result<void> Books::add(db::Unit& unit, std::string_view route, const RunBook& change) {
    return kept(unit.exec(
        "INSERT INTO run_books AS book (route, started, finished, dropped, dead_lettered, in_doubt, waiting, "
        "in_flight)"
        " VALUES (:route, :started, :finished, :dropped, :dead_lettered, :in_doubt, :waiting, :in_flight)"
        " ON CONFLICT (route) DO UPDATE SET started = book.started + excluded.started,"
        " finished = book.finished + excluded.finished, dropped = book.dropped + excluded.dropped,"
        " dead_lettered = book.dead_lettered + excluded.dead_lettered, in_doubt = book.in_doubt + "
        "excluded.in_doubt,"
        " waiting = book.waiting + excluded.waiting, in_flight = book.in_flight + excluded.in_flight",
        {route, change.started, change.finished, change.dropped, change.dead_lettered, change.in_doubt,
         change.waiting, change.in_flight}));
}

Result<std::vector<Books::EventRow>> Books::events(db::Session& session) {
    return session.rows<EventRow>(
        "SELECT connector, received, doubles, unmatched, routed, refused FROM event_books ORDER BY "
        "connector");
}

Result<std::vector<Books::RunRow>> Books::runs(db::Session& session) {
    return session.rows<RunRow>(
        "SELECT route, started, finished, dropped, dead_lettered, in_doubt, waiting, in_flight FROM run_books"
        " ORDER BY route");
}

Result<std::vector<std::string>> Books::check(db::Session& session) {
    auto event_rows = events(session);
    if (!event_rows) return event_rows.error();
    auto run_rows = runs(session);
    if (!run_rows) return run_rows.error();
    auto unrouted = count_unrouted(session);
    if (!unrouted) return unrouted.error();
    auto open_runs = count_runs(session);
    if (!open_runs) return open_runs.error();
    Sentences wrong;
    check_events(wrong, *event_rows, std::move(*unrouted));
    check_runs(wrong, *run_rows, std::move(*open_runs));
    return wrong;
}

}  // namespace maillon::store
