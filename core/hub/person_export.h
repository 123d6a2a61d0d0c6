#pragma once

#include "core/hub/person_search.h"

#include <boost/json/object.hpp>

namespace maillon::hub {

/// Everything that the hub holds about a person, as they have a right to it: identities and how they are
/// linked, the copy of their record, events from, to and about them with what was made of each (runs, steps,
/// calls and their outcomes, approvals, dead letters and edits), conversations, and what connectors remember.
/// Of other people's words only the sentences that mention them.
Result<boost::json::object> export_person(const PersonSearch::Parts& parts, const Person& person,
                                          TimePoint now);

/// Identities, names, and what was not followed and why, as people and scripts read it.
boost::json::object view_of(const Person& person);
boost::json::object view_of(const Holdings& holdings);

}  // namespace maillon::hub
