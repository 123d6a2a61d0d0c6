#pragma once

#include "core/expression/arena.h"
#include "core/expression/value.h"

#include <boost/json/value.hpp>

namespace maillon::expression {

/// The typed value of the conformance format: an object with one key, the type. Throws std::exception on
/// anything else; the value lies in the arena.
Value typed_value(const boost::json::value& json, Arena& arena);

/// Same kind and value: an int is no double here, NaN equals NaN, 0.0 is not -0.0, maps have no order.
bool same_value(const Value& a, const Value& b);

/// A text of the JSON.
std::string_view text_in(const boost::json::value& value);

}  // namespace maillon::expression
