#pragma once

#include "core/expression/expression.h"

#include <string>
#include <string_view>

namespace maillon::expression {

/// `event` typed by data/event_schema.json, `meta` of no known type, `now` a timestamp.
Scope typed_scope();
/// The type of an expression in that scope, or "problem: …" with all of them.
std::string type_of(std::string_view source);
/// Every problem on a line of its own, "begin-end message; hint"; empty when it compiles.
std::string problems_of(std::string_view source);
/// What it evaluates to when `event` is this JSON, as in `show`.
std::string evaluate(std::string_view source, std::string_view event);

}  // namespace maillon::expression
