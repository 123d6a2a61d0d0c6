#pragma once

#include <boost/json/object.hpp>

#include <string>

namespace maillon::cli {

// The parts of what `maillon why` prints.

/// A condition: one line for each operand, "→" before those that decided, and what they had read.
std::string condition_text(const boost::json::object& explained, std::size_t indent);
/// The steps of a run: what each did, when, with what it was given and what came of it.
std::string steps_text(const boost::json::object& run, const std::string& day);
/// A moment without the date, if it is that of `day` (both RFC 3339).
std::string moment_text(const std::string& moment, const std::string& day);

}  // namespace maillon::cli
