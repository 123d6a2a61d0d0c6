#include "core/store/books.h"

#include "core/store/sql.h"

namespace maillon::store {

auto columns(Books::EventRow& r) {
    auto& b = r.book;
    return std::tie(r.connector, b.received, b.doubles, b.unmatched, b.routed, b.refused);
}

auto columns(Books::Correction& c) {
    return std::tie(c.at, c.reason, c.wrong);
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

Result<std::vector<Books::Correction>> Books::corrections(db::Session& session) {
    return session.rows<Correction>("SELECT at, reason, wrong FROM book_corrections ORDER BY id");
}

}  // namespace maillon::store
