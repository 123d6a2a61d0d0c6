#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace maillon::config {

/// Whether an object may hold members that the schema does not name and says nothing about.
enum class Unnamed { allowed, refused };

/// Why a value is not what a JSON Schema asks for, a sentence each, with the member's path in front
/// ("author.name must be a text, not 7"); empty when it is. Knows what check_against_schema knows.
std::vector<std::string> check_json(const boost::json::value& value, const boost::json::object& schema,
                                    Unnamed unnamed);

}  // namespace maillon::config
