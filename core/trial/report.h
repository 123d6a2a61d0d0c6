#pragma once

#include "core/trial/trial.h"

#include <boost/json/object.hpp>

namespace maillon::trial {

/// The format that CI servers read: one <testsuite> for each file, <failure> with the text of all that is not
/// so, and an <error> where tests could not run. UTF-8; characters that XML cannot carry are replaced.
std::string to_junit(const Trial& trial);

/// For --json: {ok, passed, failed, took_ms, cases: […], mistakes: […], coverage: {reached, of, percent,
/// missed: […]}}.
boost::json::object to_json(const Trial& trial);

/// "34 of 40" in percent, rounded down, so that only all is 100; 100 where there is nothing to reach.
int percent_reached(const std::vector<CoverageItem>& items);
std::size_t reached(const std::vector<CoverageItem>& items);

}  // namespace maillon::trial
