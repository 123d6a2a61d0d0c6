#pragma once

#include "core/expression/node.h"

namespace maillon::expression {

/// What a Program points to: the planned nodes and all that they view.
struct Program::Plan {
    std::string source;
    Arena constants;  ///< names, literals, folded values; written while planning, only read afterwards
    NodePtr root;
    std::size_t locals = 0;
    std::uint64_t cost = 0;  ///< limit per evaluation
    std::vector<std::string> variables;
    Type type;
    Cost estimate;

    Value evaluate(const Activation& activation, Arena& arena) const;
};

}  // namespace maillon::expression
