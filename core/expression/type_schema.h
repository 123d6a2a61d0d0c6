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

/// The same for JSON at hand: an object is closed, a list has what all its items are.
Type type_of_json(const boost::json::value& value);

/// What a value of this type is once it was written as JSON (`append_json`) and read again: a timestamp is a
/// text, an optional is its value or null.
Type type_as_json(const Type& type);

/// What holds for a value that may come from either: an object has the fields of both, a field of one may be
/// missing; where the two have nothing in common, dyn.
Type type_of_either(const Type& a, const Type& b);

}  // namespace maillon::expression
