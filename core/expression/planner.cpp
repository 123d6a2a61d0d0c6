#include "core/expression/planner.h"

#include <algorithm>

namespace maillon::expression {
namespace {

constexpr std::uint64_t kFoldingCost = 10'000;

bool is_constant(const NodePtr& node) {
    return node->constant() != nullptr;
}

/// Whether the value may come straight from a JSON tape: a field, an element, a variable, or a function that
/// hands on what it was given.
bool may_read_json(const Expr& expr) {
    switch (expr.kind) {
        case Expr::Kind::name:
        case Expr::Kind::select:
        case Expr::Kind::index: return true;
        case Expr::Kind::call:
            return expr.text == "value" || expr.text == "orValue" || expr.text == "greatest" ||
                   expr.text == "least";
        default: return false;
    }
}

}  // namespace

Planner::Planner(std::string_view source, Arena& constants, const Scope& scope)
    : source_(source), constants_(constants), scope_(scope), typed_(scope.is_checked() && scope.is_typed()) {}

NodePtr Planner::plan(const Expr& expr) {
    ++nodes_;
    NodePtr out = make(expr);
    return typed_ && may_read_json(expr) ? as_typed(std::move(out), expr.type) : std::move(out);
}

/// Wraps what may be a number of the JSON: its text (1, 1.0) does not tell int from double, its type does.
NodePtr Planner::as_typed(NodePtr node, const Type& type) {
    const TypeKind kind = type.is(TypeKind::wrapper) ? type.part(0).kind() : type.kind();
    if (is_constant(node)) return node;
    if (kind == TypeKind::real) return make_real(std::move(node));
    return kind == TypeKind::integer ? make_integer(std::move(node)) : std::move(node);
}

NodePtr Planner::make(const Expr& expr) {
    switch (expr.kind) {
        case Expr::Kind::literal: return literal(expr);
        case Expr::Kind::name: return name(expr);
        case Expr::Kind::select: return select(expr);
        case Expr::Kind::index: return index(expr);
        case Expr::Kind::operation: return operation(expr);
        case Expr::Kind::call: return call(expr);
        case Expr::Kind::list: return list(expr);
        case Expr::Kind::map: return map(expr);
        case Expr::Kind::fold: return fold(expr);
        case Expr::Kind::bind: return bind(expr);
        case Expr::Kind::message: break;
    }
    return problem(expr.span, "message '" + expr.text + "{…}' cannot be built here",
                   "write a map: {'field': value}", FailureCode::unknown_function, keep(expr.text));
}

NodePtr Planner::literal(const Expr& expr) {
    if (expr.literal.is(Kind::text)) return make_constant(expr.span, Value::text(keep(expr.text)));
    if (expr.literal.is(Kind::bytes)) return make_constant(expr.span, Value::bytes(keep(expr.text)));
    return make_constant(expr.span, expr.literal);
}

NodePtr Planner::name(const Expr& expr) {
    if (!expr.leading_dot) {
        if (NodePtr found = local(expr.text, expr.span)) return found;
    }
    if (NodePtr found = variable_or_type(expr)) return found;
    return unknown_variable(keep(expr.text), expr.span);
}

PathKey Planner::key_of(const Expr& select) {
    return {keep(select.text), select.args[0]->span, select.span};
}

NodePtr Planner::select(const Expr& expr) {
    if (!expr.test_only && !expr.optional) {
        if (NodePtr found = path(expr)) return found;
    }
    NodePtr base = plan(*expr.args[0]);
    const bool constant = is_constant(base);
    if (expr.test_only) return folded(make_has(key_of(expr), std::move(base)), constant);
    if (expr.optional) return folded(make_optional_select(key_of(expr), std::move(base)), constant);
    return folded(make_select(key_of(expr), std::move(base)), constant);
}

NodePtr Planner::index(const Expr& expr) {
    NodePtr base = plan(*expr.args[0]);
    NodePtr key = plan(*expr.args[1]);
    const bool constant = is_constant(base) && is_constant(key);
    auto made = expr.optional ? make_optional_index(expr.span, std::move(base), std::move(key))
                              : make_index(expr.span, std::move(base), std::move(key));
    return folded(std::move(made), constant);
}

NodePtr Planner::operation(const Expr& expr) {
    std::vector<NodePtr> operands;
    for (const ExprPtr& arg : expr.args) operands.push_back(plan(*arg));
    const bool constant = std::ranges::all_of(operands, is_constant);
    const auto build = [&]() -> NodePtr {
        switch (expr.op) {
            case Operator::logical_and: return make_and(expr.span, std::move(operands));
            case Operator::logical_or: return make_or(expr.span, std::move(operands));
            case Operator::logical_not: return make_not(expr.span, std::move(operands[0]));
            case Operator::negate: return make_negation(expr.span, std::move(operands[0]));
            case Operator::conditional:
                return make_conditional(expr.span, std::move(operands[0]), std::move(operands[1]),
                                        std::move(operands[2]));
            case Operator::equal:
            case Operator::unequal:
                return make_equality(expr.span, expr.op, std::move(operands[0]), std::move(operands[1]));
            case Operator::in: return make_in(expr.span, std::move(operands[0]), std::move(operands[1]));
            case Operator::less:
            case Operator::less_equal:
            case Operator::greater:
            case Operator::greater_equal:
                return make_relation(expr.span, expr.op, std::move(operands[0]), std::move(operands[1]));
            default:
                return make_arithmetic(expr.span, expr.op, std::move(operands[0]), std::move(operands[1]));
        }
    };
    return folded(build(), constant);
}

NodePtr Planner::list(const Expr& expr) {
    std::vector<ListItem> items;
    bool constant = true;
    for (std::size_t i = 0; i < expr.args.size(); ++i) {
        items.push_back({plan(*expr.args[i]), expr.optional_items[i]});
        constant = constant && is_constant(items.back().value);
    }
    return folded(make_list(expr.span, std::move(items)), constant);
}

NodePtr Planner::map(const Expr& expr) {
    std::vector<MapItem> items;
    bool constant = true;
    const auto key_at = [&](const Expr& from) {
        if (from.kind != Expr::Kind::name || from.leading_dot) return plan(from);
        if (NodePtr found = local(from.text, from.span)) return found;
        if (NodePtr found = variable_or_type(from)) return found;
        return problem(from.span, "unknown variable '" + from.text + "'",
                       "a key is an expression: for the text write '" + from.text + "'",
                       FailureCode::unknown_variable, keep(from.text));
    };
    for (std::size_t i = 0; i + 1 < expr.args.size(); i += 2) {
        NodePtr key = key_at(*expr.args[i]);
        NodePtr value = plan(*expr.args[i + 1]);
        constant = constant && is_constant(key) && is_constant(value);
        items.push_back({std::move(key), std::move(value), expr.optional_items[i / 2]});
    }
    return folded(make_map(expr.span, std::move(items)), constant);
}

NodePtr Planner::bind(const Expr& expr) {
    NodePtr init = plan(*expr.args[0]);
    const std::size_t number = locals_++;
    names_.push_back({expr.text, number, init.get()});
    NodePtr body = plan(*expr.args[1]);
    names_.pop_back();
    return make_bind(expr.span, number, std::move(init), std::move(body));
}

NodePtr Planner::folded(NodePtr node, bool constant_operands) {
    if (!constant_operands || folding_ == 0) return node;
    Frame frame{.arena = constants_, .source = source_, .meter = {.limit = std::min(kFoldingCost, folding_)}};
    const Value value = node->eval(frame);
    folding_ -= std::min(folding_, 1 + frame.meter.spent);
    if (value.is_error() || frame.meter.is_exhausted()) return node;
    return make_constant(node->span(), value);
}

NodePtr Planner::problem(Span span, std::string message, std::string hint, FailureCode code,
                         std::string_view name) {
    if (scope_.is_checked()) problems_.push_back({std::move(message), span.begin, span.end, std::move(hint)});
    return make_failing(span, {.code = code, .name = name});
}

}  // namespace maillon::expression
