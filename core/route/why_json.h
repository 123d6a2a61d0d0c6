#pragma once

#include "core/expression/expression.h"
#include "core/store/approvals.h"
#include "core/store/calls.h"
#include "core/store/runs.h"

#include <boost/json/object.hpp>

namespace maillon::route {

// The parts of what `why` tells that are the same everywhere.

/// {source, outcome, failed, reached, decided}, and where there are any: shape, element, more, operands,
/// facts.
boost::json::object explained(const expression::Explanation& from);
/// What stands in the store as JSON text; null when there is nothing.
boost::json::value parsed(const std::string& text);
/// Adds what the trace says of a step: status, attempts, at, took_ms, detail, inputs, and result or error.
void add_recorded(boost::json::object& step, const store::StepRow& row);
boost::json::object approval_json(const store::ApprovalRow& row);
/// A call that is not over.
boost::json::object open_call_json(const store::CallRow& row);

}  // namespace maillon::route
