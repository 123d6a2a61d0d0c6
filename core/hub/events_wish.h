#pragma once

#include "core/journal/journal.h"

#include <boost/json/object.hpp>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace maillon::hub {

/// What a replay of events is to go through, as it stands in ReplayRow::what.
struct EventsWish {
    std::set<std::string> routes;           ///< empty: all
    std::vector<EventSeq> events;           ///< in order; empty: all of the span
    std::optional<TimePoint> since, until;  ///< received

    /// Of the span; those that were emitted then are left out, unless routes are named: a replay emits anew.
    bool takes(const Event& event) const;
    boost::json::object to_json() const;
    static Result<EventsWish> from_json(const boost::json::object& from);
};

/// The first position whose event was received at `since` or later, by bisection: events lie in the order in
/// which they were received.
Result<EventSeq> first_since(Journal& journal, TimePoint since);

}  // namespace maillon::hub
