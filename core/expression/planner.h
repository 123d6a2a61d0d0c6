#pragma once

#include "core/expression/ast.h"
#include "core/expression/functions.h"
#include "core/expression/nodes.h"

namespace maillon::expression {

/// The name of a type that may stand in an expression ("int", "net.IP"), as a constant; empty when it is
/// none.
std::string_view known_type(std::string_view name);

/// Turns a syntax tree into nodes: resolves names to slots and functions to rows, fuses paths, folds
/// constants, compiles constant patterns. Goes on after a problem, so that one look finds several.
class Planner {
public:
    /// `source` and `constants` must outlive the nodes.
    Planner(std::string_view source, Arena& constants, const Scope& scope);

    NodePtr plan(const Expr& expr);

    std::vector<Problem>& problems() { return problems_; }
    std::vector<std::string>& variables() { return variables_; }
    std::size_t locals() const { return locals_; }

private:
    struct LocalName {
        std::string_view name;
        std::size_t number;
        const Node* init;  ///< of a bind; null for the variable of a fold
    };

    NodePtr make(const Expr& expr);
    NodePtr as_typed(NodePtr node, const Type& type);
    NodePtr literal(const Expr& expr);
    NodePtr name(const Expr& expr);
    NodePtr select(const Expr& expr);
    NodePtr index(const Expr& expr);
    NodePtr operation(const Expr& expr);
    NodePtr list(const Expr& expr);
    NodePtr map(const Expr& expr);
    NodePtr bind(const Expr& expr);

    // planner_names.cpp
    NodePtr local(std::string_view name, Span span);
    NodePtr variable_or_type(const Expr& expr);
    NodePtr path(const Expr& expr);
    std::optional<std::size_t> declared(std::string_view dotted, bool root_only);
    NodePtr type_name(std::string_view dotted, Span span);
    NodePtr unknown_variable(std::string_view name, Span span);
    bool is_local(std::string_view name) const;

    // planner_calls.cpp
    NodePtr call(const Expr& expr);
    NodePtr lazy_optional(const Expr& expr);
    NodePtr make_function(const Expr& expr, const FunctionRow& row, std::size_t first);
    Prepared prepare(const FunctionRow& row, const std::vector<NodePtr>& args);
    void look_at_arguments(const Expr& expr, const std::string& name);
    NodePtr unknown_function(const Expr& expr, const std::string& name, FunctionRow::Style style,
                             std::size_t arguments);
    NodePtr fold(const Expr& expr);

    /// The value of a node all of whose operands are constant, as a constant node; the node itself when it
    /// fails.
    NodePtr folded(NodePtr node, bool constant_operands);
    NodePtr problem(Span span, std::string message, std::string hint, FailureCode code,
                    std::string_view name);
    std::string_view keep(std::string_view text) { return constants_.copy(text); }
    PathKey key_of(const Expr& select);

    std::string_view source_;
    Arena& constants_;
    const Scope& scope_;
    bool typed_;  ///< some variable has a type, so JSON is read as its schema says
    std::vector<Problem> problems_;
    std::vector<std::string> variables_;
    std::vector<LocalName> names_;
    const Expr* undeclared_ = nullptr;  ///< root of a path of which no part is a declared name
    std::size_t locals_ = 0;
    std::size_t folds_ = 0;              ///< comprehensions around the place that is being planned
    std::uint64_t folding_ = 1'000'000;  ///< units that may still be spent on constants, which are kept
    std::uint64_t nodes_ = 0;            ///< planned so far; tells what a step of a fold costs
};

}  // namespace maillon::expression
