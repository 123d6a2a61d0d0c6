#pragma once

#include "core/expression/type.h"

#include <boost/json/value.hpp>

namespace maillon::expression {

/// What a JSON Schema says about a value; dyn where it says nothing that the checker can use.
///
/// object with properties → object (closed when additionalProperties is false), without → map(string, T);
/// array → list; integer → int, number → double; null among the types → wrapper; enum and const by their
/// values; anyOf and oneOf → their common type, else dyn; $ref within the document (`#/…`), dyn where it
/// leads back into itself. maxLength and maxItems of fields are kept for the estimate of the cost.
/// Malformed parts are taken for dyn: judging schemas is not this function's task.
Type type_of_schema(const boost::json::value& schema);

}  // namespace maillon::expression
