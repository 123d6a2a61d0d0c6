#include "core/expression/ast.h"

namespace maillon::expression {

std::string_view name_of(Operator op) {
    switch (op) {
        case Operator::conditional: return "_?_:_";
        case Operator::logical_or: return "||";
        case Operator::logical_and: return "&&";
        case Operator::equal: return "==";
        case Operator::unequal: return "!=";
        case Operator::less: return "<";
        case Operator::less_equal: return "<=";
        case Operator::greater: return ">";
        case Operator::greater_equal: return ">=";
        case Operator::in: return "in";
        case Operator::add: return "+";
        case Operator::subtract:
        case Operator::negate: return "-";
        case Operator::multiply: return "*";
        case Operator::divide: return "/";
        case Operator::modulo: return "%";
        case Operator::logical_not: return "!";
    }
    return "";
}

std::string dotted_name(const Expr& expr) {
    if (expr.kind == Expr::Kind::name) return expr.text;
    if (expr.kind != Expr::Kind::select || expr.optional || expr.test_only) return {};
    const std::string before = dotted_name(*expr.args[0]);
    return before.empty() ? before : before + "." + expr.text;
}

const Expr* root_name(const Expr& expr) {
    const Expr* at = &expr;
    while (at->kind == Expr::Kind::select && !at->optional && !at->test_only) at = at->args[0].get();
    return at->kind == Expr::Kind::name ? at : nullptr;
}

}  // namespace maillon::expression
