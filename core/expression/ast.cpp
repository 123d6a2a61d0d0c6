#include "core/expression/ast.h"

#include <ranges>

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

const Expr* root_name(const Expr& expr) {
    const Expr* at = &expr;
    while (at->kind == Expr::Kind::select && !at->optional && !at->test_only) at = at->args[0].get();
    return at->kind == Expr::Kind::name ? at : nullptr;
}

std::string dotted_name(const Expr& expr) {
    const Expr* root = root_name(expr);
    if (root == nullptr) return {};
    std::vector<std::string_view> parts;
    for (const Expr* at = &expr; at != root; at = at->args[0].get()) parts.push_back(at->text);
    std::string out = root->text;
    for (const std::string_view part : std::views::reverse(parts)) (out += '.') += part;
    return out;
}

}  // namespace maillon::expression
