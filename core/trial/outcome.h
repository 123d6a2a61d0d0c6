#pragma once

#include "core/trial/coverage.h"
#include "core/trial/stage.h"

namespace maillon::trial {

/// A call with the key in whose order it was made.
struct OrderedCall {
    MadeCall call;
    std::string order_key;  ///< of its run
};

/// What came of a test, as expectations see it.
struct Outcome {
    std::vector<OrderedCall> calls;
    std::map<std::string, boost::json::array> lists;    ///< by kind: "events", "runs", …
    std::map<std::string, boost::json::array> records;  ///< by directory
    boost::json::array why;                             ///< of each event that a route was asked about
};

/// Reads it from the store once all has come to rest; tells `coverage` which routes fired.
Result<Outcome> outcome_of(Stage& stage, const hub::Prepared& prepared, const Script& script,
                           Coverage* coverage);

}  // namespace maillon::trial
