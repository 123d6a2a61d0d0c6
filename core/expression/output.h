#pragma once

#include "core/base/fault.h"
#include "core/expression/value.h"

#include <boost/json/value.hpp>

#include <string>

namespace maillon::expression {

/// JSON out: integers beyond ±(2^53−1), NaN and the infinities as string, bytes as base64, timestamps RFC
/// 3339, durations "1.5s", an optional as its value (none is null). Maps with other keys than strings, and
/// types, are refused.
Result<boost::json::value> to_json(const Value& value);

/// Appends the same as compact JSON text; on failure `out` is as before.
Result<> append_json(std::string& out, const Value& value);

/// The value as it stands inside text, as by `string()`. Refuses null, lists, maps, types and optionals, with
/// a hint.
Result<std::string> to_text(const Value& value);

/// For people: any value, shortened JSON-like text; never fails.
std::string to_display(const Value& value);

}  // namespace maillon::expression
