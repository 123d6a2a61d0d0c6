#pragma once

#include "core/db/session.h"

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

    /// A sentence for each thing that is wrong; empty when all is well. Holds both equations against each
    /// other, and in_flight, waiting and in_doubt against the rows in `runs`. Events of a connector that lie
    /// in the journal behind the position Positions::kRouted are received and not yet routed; without that
    /// position there are none.
    static Result<std::vector<std::string>> check(db::Session& session);
};

}  // namespace maillon::store
