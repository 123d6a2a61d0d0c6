#pragma once

#include "core/expression/parser.h"

namespace maillon::expression {

/// The names of all macros written as methods, for "did you mean".
std::vector<std::string> macro_names();
bool is_macro(std::string_view method);

/// Turns a call that is a macro (`has`, `all`, `map`, `cel.bind`, …) into its own kind of node; leaves other
/// calls alone.
class MacroExpander {
public:
    explicit MacroExpander(Parser& parser) : parser_(parser) {}

    /// Null when a problem has been noted in the parser.
    ExprPtr expand(ExprPtr call);

private:
    ExprPtr has(ExprPtr call);
    ExprPtr bind(ExprPtr call);
    ExprPtr fold(ExprPtr call, Fold kind, std::size_t variables, bool filtered, bool transformed);
    bool variable(const Expr& arg, std::string& name);

    Parser& parser_;
};

}  // namespace maillon::expression
