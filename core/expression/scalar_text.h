#pragma once

#include "core/expression/value.h"

#include <string>

namespace maillon::expression {

/// Appends what `string(value)` gives. False, and nothing appended, for null, lists, maps, types, optionals
/// and bytes that are not UTF-8.
bool append_scalar(std::string& out, const Value& value);

}  // namespace maillon::expression
