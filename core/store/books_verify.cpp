#include "core/store/books_count.h"
#include "core/store/seals.h"
#include "core/store/sql.h"
#include "core/store/state.h"

#include <algorithm>

namespace maillon::store {
namespace {

/// So many numbers are looked at between two words on the progress.
constexpr std::int64_t kAtOnce = 20'000;

/// Walks numbers (0, last] in steps.
template <class Step>
Result<void> walk(std::int64_t last, std::int64_t& done, std::int64_t all, const Books::Progress& progress,
                  const Step& step) {
    for (std::int64_t from = 0; from < last; from += kAtOnce) {
        const auto to = std::min(from + kAtOnce, last);
        if (auto stepped = step(from, to); !stepped) return stepped;
        done += to - from;
        if (!progress(done, all)) return Fault{FaultKind::cancelled, "the count was ended", {}};
    }
    return {};
}

/// The sealed part of the past as its rows tell it.
Result<void> count_sealed(db::Session& session, Counted& out, const Books::Progress& progress) {
    auto events = Seals::events_up_to(session);
    if (!events) return events.error();
    auto runs = Positions::get(session, Positions::kSealedRuns);
    if (!runs) return runs.error();
    const auto last_run = runs->value_or(EventSeq{}).value();
    const auto all = events->value() + last_run;
    std::int64_t done = 0;
    auto walked = walk(events->value(), done, all, progress, [&](auto from, auto to) -> Result<void> {
        auto rows = session.rows<std::tuple<std::string, std::int64_t>>(
            "SELECT connector, count(*) FROM events WHERE seq > :from AND seq <= :to GROUP BY connector",
            {from, to});
        if (!rows) return rows.error();
        for (auto& [connector, there] : *rows) out.events[connector].journaled += there;
        return {};
    });
    if (!walked) return walked;
    return walk(last_run, done, all, progress, [&](auto from, auto to) -> Result<void> {
        auto rows = session.rows<RunCount>(
            "SELECT route, state, count(*) FROM runs WHERE id > :from AND id <= :to AND NOT EXISTS"
            " (SELECT 1 FROM run_seal_open o WHERE o.run = runs.id) GROUP BY route, state",
            {from, to});
        if (!rows) return rows.error();
        for (const auto& row : *rows) member(out.runs[row.route], row.state) += row.number;
        return {};
    });
}

Result<void> check_sealed(db::Session& session, Counted& there, Books::Sentences& wrong) {
    auto events = session.rows<std::tuple<std::string, std::int64_t, std::int64_t>>(
        "SELECT connector, journaled, forgotten FROM event_seals ORDER BY connector");
    if (!events) return events.error();
    for (auto& [connector, journaled, forgotten] : *events)
        expect(wrong, "connector " + connector + ", sealed events against those kept and forgotten",
               journaled, there.events[connector].journaled + forgotten);
    auto runs = session.rows<std::tuple<std::string, std::int64_t, std::int64_t, std::int64_t>>(
        "SELECT route, finished - forgotten_finished, dropped - forgotten_dropped,"
        " dead_lettered - forgotten_dead_lettered FROM run_seals ORDER BY route");
    if (!runs) return runs.error();
    for (auto& [route, finished, dropped, dead_lettered] : *runs) {
        const auto name = "route " + route + ", sealed runs not forgotten against those kept, ";
        const auto& kept = there.runs[route];
        expect(wrong, name + "finished", finished, kept.finished);
        expect(wrong, name + "dropped", dropped, kept.dropped);
        expect(wrong, name + "dead-lettered", dead_lettered, kept.dead_lettered);
    }
    return {};
}

/// All that the rows say, put into the books; what was refused or double has left no rows.
Result<void> rewrite(db::Unit& unit, const Counted& counted) {
    for (const auto& [connector, there] : counted.events) {
        const auto past = there.journaled - there.pending;
        if (auto done = Books::add(unit, connector, EventBook{}); !done) return done;
        auto done =
            kept(unit.exec("UPDATE event_books SET received = doubles + refused + :journaled,"
                           " routed = CASE WHEN routed < :past THEN routed ELSE :past_too END,"
                           " unmatched = CASE WHEN routed < :past_again THEN :past_still - routed ELSE 0 END"
                           " WHERE connector = :connector",
                           {there.journaled, past, past, past, past, connector}));
        if (!done) return done;
    }
    for (const auto& [route, book] : counted.runs) {
        if (auto done = Books::add(unit, route, RunBook{}); !done) return done;
        auto done = kept(
            unit.exec("UPDATE run_books SET started = :started, finished = :finished, dropped = :dropped,"
                      " dead_lettered = :dead_lettered, in_doubt = :in_doubt, waiting = :waiting, in_flight "
                      "= :in_flight"
                      " WHERE route = :route",
                      {all_of(book), book.finished, book.dropped, book.dead_lettered, book.in_doubt,
                       book.waiting, book.in_flight, route}));
        if (!done) return done;
    }
    return {};
}

/// Begins the sums anew with what is forgotten, so that everything there is counted from its rows.
Result<void> unseal(db::Unit& unit) {
    for (const auto* sql :
         {"DELETE FROM run_seal_open", "UPDATE event_seals SET journaled = forgotten",
          "UPDATE run_seals SET finished = forgotten_finished, dropped = forgotten_dropped,"
          " dead_lettered = forgotten_dead_lettered",
          "DELETE FROM positions WHERE name IN ('sealed', 'sealed_runs')",
          "INSERT INTO event_seals (connector, journaled, forgotten) SELECT connector, 0, 0 FROM event_books"
          " WHERE connector NOT IN (SELECT connector FROM event_seals)",
          "INSERT INTO run_seals (route, finished, dropped, dead_lettered, forgotten_finished,"
          " forgotten_dropped, forgotten_dead_lettered) SELECT route, 0, 0, 0, 0, 0, 0 FROM run_books"
          " WHERE route NOT IN (SELECT route FROM run_seals)"})
        if (auto done = kept(unit.exec(sql)); !done) return done;
    return {};
}

}  // namespace

Result<Books::Sentences> Books::verify(db::Session& session, const Progress& progress) {
    auto wrong = check(session);
    if (!wrong) return wrong;
    Counted there;
    if (auto done = count_sealed(session, there, progress); !done) return done.error();
    if (auto done = check_sealed(session, there, *wrong); !done) return done.error();
    return wrong;
}

Result<void> Books::correct(db::Unit& unit, const Sentences& wrong, std::string_view reason, TimePoint now) {
    std::string lines;
    for (const auto& sentence : wrong) lines.append(sentence).append("\n");
    auto done =
        kept(unit.exec("INSERT INTO book_corrections (at, reason, wrong) VALUES (:at, :reason, :wrong)",
                       {now, reason, lines}));
    if (done) done = unseal(unit);
    if (!done) return done;
    auto counted = count_all(unit);
    if (!counted) return counted.error();
    return rewrite(unit, *counted);
}

}  // namespace maillon::store
