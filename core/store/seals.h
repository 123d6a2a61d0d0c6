#pragma once

#include "core/db/session.h"
#include "core/store/books.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace maillon::store {

/// Sums of what the rows said about the part of the past that changes no more, so that Books::check need not
/// count it again: its work is in proportion to what is pending and to what came since the last sealing.
///
/// Events are sealed in their order, up to a position that is never beyond Positions::kRouted. Runs end in
/// another order than they began: those up to a number are sealed but for a list of those that were open
/// then; each leaves the list when it is over. So, at every commit and for every route,
///
///   book = sealed sums + runs of the list by their state + later runs by their state
///
/// What is sealed may be forgotten; the sums keep how much of them was, so that Books::verify can still count
/// everything.
struct Seals {
    /// What may be added to the sums; read beforehand, so that the writer need not count.
    struct Due {
        EventSeq events_from{}, events_to{};
        std::map<std::string, std::int64_t> journaled{};
        RunId runs_from{}, runs_to{};
        std::map<std::string, RunBook> ended{};  ///< finished, dropped and dead_lettered are used
        std::vector<RunId> open{};               ///< of (runs_from, runs_to]: to be listed
        std::vector<RunId> closed{};             ///< of the list: to be taken off
        RunId next_open{};                       ///< where the next look at the list begins
        bool more = false;                       ///< another turn would find more

        bool is_empty() const { return events_from == events_to && runs_from == runs_to && closed.empty(); }
    };

    /// Looks at up to `limit` rows of each kind; at the list from `open_after` on.
    static Result<Due> due(db::Session& session, RunId open_after, std::size_t limit);
    /// Seals what a reader found. There must be one sealer at a time; a Fault when another one was faster.
    static Result<void> seal(db::Unit& unit, const Due& due);

    /// Up to here events may be forgotten.
    static Result<EventSeq> events_up_to(db::Session& session);
    /// Keeps how many sealed events were removed, in the unit in which they were.
    static Result<void> note_forgotten(db::Unit& unit, const std::map<std::string, std::int64_t>& events);
};

}  // namespace maillon::store
