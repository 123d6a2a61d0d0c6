#pragma once

#include "core/match/verdict.h"

#include <boost/json/object.hpp>

namespace maillon::match {

/// As it is kept with links and questions, and told to people.
boost::json::object to_json(const Verdict& verdict);
boost::json::object to_json(const Candidate& candidate);

}  // namespace maillon::match
