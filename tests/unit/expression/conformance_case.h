#pragma once

#include "core/expression/expression.h"

#include <boost/json/value.hpp>

#include <optional>
#include <string>

namespace maillon::expression {

/// Runs one case of the language's conformance format: an object with `expr`, and `value` or `error`; see
/// data/README.md. Nothing when it passed, else what came out instead.
std::optional<std::string> run_case(const boost::json::object& one);

/// True when the case asks for something that is no evaluation (the checker's deduction) or is not part of
/// this engine.
bool is_out_of_scope(const boost::json::object& one);

}  // namespace maillon::expression
