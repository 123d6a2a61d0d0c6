#pragma once

#include "core/db/session.h"

#include <functional>
#include <string>
#include <vector>

namespace maillon::store {

/// Events of one connector, or a change of them. received = doubles + unmatched + routed + refused (+ still
/// to be routed, see Books::check).
struct EventBook {
    std::int64_t received = 0, doubles = 0, unmatched = 0, routed = 0, refused = 0;
};

/// Runs of one route, or a change of them. started = finished + dropped + dead_lettered + in_doubt + waiting
/// + in_flight.
struct RunBook {
    std::int64_t started = 0, finished = 0, dropped = 0, dead_lettered = 0;
    std::int64_t in_doubt = 0, waiting = 0, in_flight = 0;
};

/// The two books. Each member is counted where it happens, never derived from the others, and in the unit in
/// which it happens; so a book that does not balance shows a mistake.
struct Books {
    struct EventRow {
        std::string connector{};
        EventBook book;
    };
    struct RunRow {
        std::string route{};
        RunBook book;
    };
    static Result<void> add(db::Unit& unit, std::string_view connector, const EventBook& change);
    static Result<void> add(db::Unit& unit, std::string_view route, const RunBook& change);
    static Result<std::vector<EventRow>> events(db::Session& session);
    static Result<std::vector<RunRow>> runs(db::Session& session);

    using Sentences = std::vector<std::string>;
    /// A sentence for each thing that is wrong; empty when all is well. Holds both equations against each
    /// other, and every figure that leaves rows behind against those rows: what became of events in the
    /// journal, every state of runs. Events behind the position Positions::kRouted are received and not yet
    /// routed. What is sealed is not counted again (see Seals), so the work is in proportion to what is
    /// pending.
    static Result<Sentences> check(db::Session& session);

    /// Told of the rows looked at and to look at; false ends the work.
    using Progress = std::function<bool(std::int64_t done, std::int64_t all)>;
    /// The same, and the sealed sums against all rows that are there: in proportion to the history. A Fault
    /// of kind cancelled when `progress` says so.
    static Result<Sentences> verify(db::Session& session, const Progress& progress);

    /// Writes what the rows say into the books, for a person who knows why they were wrong and cannot put
    /// the rows right; seals what is there anew. The sentences and the reason are kept.
    static Result<void> correct(db::Unit& unit, const Sentences& wrong, std::string_view reason,
                                TimePoint now);
    struct Correction {
        TimePoint at{};
        std::string reason{}, wrong{};  ///< the sentences, one a line
    };
    static Result<std::vector<Correction>> corrections(db::Session& session);
};

}  // namespace maillon::store
