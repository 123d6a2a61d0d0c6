#include "core/expression/check.h"

namespace maillon::expression {

std::optional<Type> Checker::resolve(std::span<const Signature> signatures, std::span<const Type> args) {
    std::optional<Type> result;
    for (const Signature& signature : signatures) {
        // An overload for mixed numbers stands behind those for numbers of one type.
        if (result && signature.is_mixed) continue;
        std::optional<Type> one = unifier_.apply(signature, args);
        if (!one) continue;
        if (!result) {
            result = std::move(one);
        } else if (!result->is(TypeKind::dyn) && *one != *result) {
            result = TypeKind::dyn;
        }
    }
    return result;
}

Type Checker::operation(Expr& expr) {
    const Args args = check_args(expr, 0);
    switch (expr.op) {
        case Operator::logical_and:
        case Operator::logical_or:
        case Operator::logical_not: return logic(expr, args);
        case Operator::conditional: return conditional(expr, args);
        default: break;
    }
    if (auto result = resolve(signatures_of(expr.op), args)) return *result;
    mismatch(expr, args);
    // Whatever the operands are, a comparison gives a bool: its surroundings can still be judged.
    const Type& usual = signatures_of(expr.op).front().result;
    return usual.is(TypeKind::boolean) ? usual : Type(TypeKind::error);
}

Type Checker::logic(Expr& expr, const Args& args) {
    for (std::size_t i = 0; i < args.size(); ++i) {
        if (unifier_.assign(args[i], TypeKind::boolean)) continue;
        const Type type = unifier_.resolve(args[i]);
        const Advice::Operand operand{*expr.args[i], type};
        problem(operand.expr.span,
                "'" + std::string(name_of(expr.op)) + "' wants true or false; " + advice_.statement(operand),
                advice_.condition(operand));
    }
    return TypeKind::boolean;
}

Type Checker::conditional(Expr& expr, const Args& args) {
    if (!unifier_.assign(args[0], TypeKind::boolean)) {
        const Type type = unifier_.resolve(args[0]);
        const Advice::Operand operand{*expr.args[0], type};
        problem(operand.expr.span,
                "what stands before '?' must be true or false; " + advice_.statement(operand),
                advice_.condition(operand));
    }
    if (unifier_.assign(args[1], args[2])) return unifier_.most_general(args[1], args[2]);
    const Type a = unifier_.resolve(args[1]), b = unifier_.resolve(args[2]);
    return problem(expr.span, "the two results of '?:' differ: " + spoken(a) + " and " + spoken(b),
                   "make them one type, or write dyn(…) around one of them");
}

void Checker::mismatch(const Expr& expr, const Args& args) {
    const Type first = unifier_.resolve(args[0]);
    const Advice::Operand a{*expr.args[0], first};
    if (args.size() == 1) {
        const bool is_unsigned = first.is(TypeKind::unsigned_integer);
        problem(expr.span, "'-' wants a number or duration; " + advice_.statement(a),
                is_unsigned ? "uint has no negative numbers: write int(…)"
                            : advice_.convert(a, TypeKind::integer));
        return;
    }
    const Type second = unifier_.resolve(args[1]);
    problem(advice_.operands(expr.span, expr.op, a, {*expr.args[1], second}));
}

}  // namespace maillon::expression
