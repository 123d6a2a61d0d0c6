#pragma once

#include "core/expression/expression.h"

#include <boost/json/object.hpp>

#include <string>

namespace maillon::expression {

/// What came of one case of the language's conformance suite, in its plain JSON form.
struct CaseResult {
    std::string section;  ///< "basic/self_eval_zeroish"; empty when the case names none
    bool passed = false;
    std::string expected;  ///< as text, for people
    std::string got;
};

/// Runs one case: `expr` with `value`, `error` or `deduced_type`; `bindings`, `type_env`, `container`,
/// `disable_check`, `disable_macros` and `check_only` as in the suite (the format is told in
/// tests/unit/expression/data/README.md). Types are compared exactly: an int 1 is no double 1.0, NaN equals
/// NaN, maps have no order. A malformed case has failed.
CaseResult run_case(const boost::json::object& one);

}  // namespace maillon::expression
