#pragma once

#include "core/expression/meter.h"
#include "core/expression/value.h"

#include <compare>
#include <optional>

namespace maillon::expression {

/// Equality of CEL: exact on one number line, element by element in lists and maps, false across kinds. Each
/// pair of elements costs one unit, a text one per ten bytes; once the budget is used up the answer is false,
/// and the evaluation fails anyway. Values nest no deeper than source and JSON allow, so it recurses.
bool equals(const Value& a, const Value& b, Meter& meter);
/// The same for scalars, which cost nothing worth counting. Containers are never equal here.
bool equal_scalars(const Value& a, const Value& b);

/// Order of two values; `unordered` for NaN; nothing when they cannot be ordered (no such overload).
std::optional<std::partial_ordering> order(const Value& a, const Value& b);

/// Equal values have equal hashes. Lists, maps and optionals hash by kind alone.
std::size_t hash(const Value& value);

constexpr bool is_number(Kind kind) {
    return kind == Kind::integer || kind == Kind::unsigned_integer || kind == Kind::real;
}

/// The number as int64, when it is a whole one that fits; of int, uint and double.
std::optional<std::int64_t> whole_number(const Value& value);

}  // namespace maillon::expression
