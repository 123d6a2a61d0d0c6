#pragma once

#include "core/expression/ast.h"
#include "core/expression/expression.h"

namespace maillon::expression {

struct Estimated {
    Cost cost;
    std::optional<Problem> problem;  ///< when more than `Limits::static_cost` may be spent, and where
};

/// What evaluating the tree costs, without evaluating: one unit per operation and element, one per ten bytes
/// of text. Lengths come from literals and from the schemas' maxLength and maxItems; where there is nothing
/// to go by, `Limits::assumed_length` stands in. So `most` is no promise: the limit that holds is the one of
/// the evaluation.
Estimated estimate(const Expr& tree, std::string_view source, const Limits& limits);

}  // namespace maillon::expression
