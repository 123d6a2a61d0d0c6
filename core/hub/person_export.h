#pragma once

#include "core/hub/person_search.h"

#include <boost/json/object.hpp>

namespace maillon::hub {

/// Everything that the hub holds about a person, as they have a right to it: identities and how they are
/// linked, the copy of their record, events from, to and about them with what was made of each (runs, steps,
/// calls and their outcomes, approvals, dead letters and edits), conversations, questions about who they are,
/// names and addresses that they were seen with, and what connectors remember.
/// Of other people's words only the sentences that mention them.
Result<boost::json::object> export_person(const PersonSearch::Parts& parts, const Person& person,
                                          TimePoint now);

/// What spoke for a link or made a question, as far as it is about their own records: other candidates are
/// other people.
boost::json::value own_evidence(const std::string& verdict, const std::string& directory,
                                const Person& person);
/// Its part of what was noted when they were asked about: `questions`, `seen_as` (names) and `seen_with`
/// (addresses, numbers).
Result<> export_notes(db::Session& session, const Person& person, boost::json::object& out);

/// Identities, names, and what was not followed and why, as people and scripts read it.
boost::json::object view_of(const Person& person);
boost::json::object view_of(const Holdings& holdings);

}  // namespace maillon::hub
