#pragma once

#include "core/expression/node.h"

namespace maillon::expression {

// The makers of all nodes but calls (functions.h). Grouped as their files are.

// nodes_basic.cpp
NodePtr make_constant(Span span, Value value);
/// `name` must outlive the node (it lies in the plan's arena), as every view given to a maker.
NodePtr make_variable(Span span, std::size_t slot, std::string_view name);
NodePtr make_local(Span span, std::size_t number);
/// A local that evaluates `init` when it is first read in its scope. Does not own it.
NodePtr make_lazy_local(Span span, std::size_t number, const Node* init);
NodePtr make_bind(Span span, std::size_t number, NodePtr init, NodePtr body);
NodePtr make_failing(Span span, Failure failure);
/// A number of the JSON as its schema means it: int as double, or a double without fraction as int. All other
/// values pass.
NodePtr make_real(NodePtr inner);
NodePtr make_integer(NodePtr inner);

// nodes_access.cpp
struct PathKey {
    std::string_view name;
    Span base;   ///< what the key is asked of
    Span whole;  ///< up to and with the key
};
NodePtr make_path(Span span, std::size_t slot, std::string_view variable, std::vector<PathKey> keys);
NodePtr make_select(PathKey key, NodePtr base);
NodePtr make_optional_select(PathKey key, NodePtr base);
NodePtr make_has(PathKey key, NodePtr base);
NodePtr make_index(Span span, NodePtr base, NodePtr key);
NodePtr make_optional_index(Span span, NodePtr base, NodePtr key);

// nodes_logic.cpp
NodePtr make_and(Span span, std::vector<NodePtr> operands);
NodePtr make_or(Span span, std::vector<NodePtr> operands);
NodePtr make_not(Span span, NodePtr operand);
NodePtr make_conditional(Span span, NodePtr condition, NodePtr then, NodePtr otherwise);
/// `o.or(x)` and, with `unwrap`, `o.orValue(x)`.
NodePtr make_optional_or(Span span, NodePtr left, NodePtr right, bool unwrap);

// nodes_compare.cpp
NodePtr make_equality(Span span, Operator op, NodePtr left, NodePtr right);
NodePtr make_relation(Span span, Operator op, NodePtr left, NodePtr right);
NodePtr make_in(Span span, NodePtr element, NodePtr container);

// nodes_arithmetic.cpp
NodePtr make_arithmetic(Span span, Operator op, NodePtr left, NodePtr right);
NodePtr make_negation(Span span, NodePtr operand);

// nodes_build.cpp
struct ListItem {
    NodePtr value;
    bool optional = false;
};
struct MapItem {
    NodePtr key, value;
    bool optional = false;
};
NodePtr make_list(Span span, std::vector<ListItem> items);
NodePtr make_map(Span span, std::vector<MapItem> items);

// nodes_fold.cpp
/// What the folds have in common. `condition` and `result` may be null where the fold has none.
struct FoldParts {
    Span span{};
    std::string_view name{};  ///< as written
    std::string_view variable{}, second_variable{};
    std::size_t first = 0;   ///< local of the (first) variable
    std::size_t second = 0;  ///< local of the second, when `two_variables`
    bool two_variables = false;
    std::uint64_t step = 1;  ///< units that one element costs
    NodePtr range{}, condition{}, result{};
};
NodePtr make_quantifier(Fold fold, FoldParts parts);
NodePtr make_list_fold(FoldParts parts);
NodePtr make_map_fold(Fold fold, FoldParts parts);
NodePtr make_sort_by(FoldParts parts);
NodePtr make_optional_fold(Fold fold, FoldParts parts);

}  // namespace maillon::expression
