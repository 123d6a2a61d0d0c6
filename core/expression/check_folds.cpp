#include "core/expression/check.h"

namespace maillon::expression {
namespace {

bool has_order(const Type& type) {
    switch (type.kind()) {
        case TypeKind::null:
        case TypeKind::list:
        case TypeKind::map:
        case TypeKind::object:
        case TypeKind::optional:
        case TypeKind::type:
        case TypeKind::abstract: return false;
        default: return true;
    }
}

}  // namespace

/// What the two variables run over: index or key, and element or value. Nothing, and a problem, for what has
/// no elements.
std::optional<std::pair<Type, Type>> Checker::elements(const Expr& expr, const Type& range) {
    const Type& type = range.is(TypeKind::wrapper) ? range.part(0) : range;
    switch (type.kind()) {
        case TypeKind::list: return std::pair(Type(TypeKind::integer), type.part(0));
        case TypeKind::map:
            if (expr.fold == Fold::sort_by) break;
            return std::pair(type.part(0), type.part(1));
        case TypeKind::object:
            if (expr.fold == Fold::sort_by) break;
            return std::pair(Type(TypeKind::text), Type(TypeKind::dyn));
        case TypeKind::variable: unifier_.assign(TypeKind::dyn, type); [[fallthrough]];
        case TypeKind::dyn: return std::pair(Type(TypeKind::dyn), Type(TypeKind::dyn));
        case TypeKind::error: return std::pair(Type(TypeKind::error), Type(TypeKind::error));
        default: break;
    }
    problem(advice_.not_a_range(expr.name_span.of(source_), {*expr.args[0], range}));
    return std::nullopt;
}

Type Checker::fold(Expr& expr) {
    if (expr.fold == Fold::optional_map || expr.fold == Fold::optional_flat_map) return optional_fold(expr);
    const Type range = unifier_.resolve(check(*expr.args[0]));
    const auto found = elements(expr, range);
    const auto [key, value] = found.value_or(std::pair<Type, Type>(TypeKind::error, TypeKind::error));
    const Type& bare = range.is(TypeKind::wrapper) ? range.part(0) : range;
    // With one variable a list gives its elements and a map its keys.
    const Type first =
        !expr.second.empty() || bare.is(TypeKind::map) || bare.is(TypeKind::object) ? key : value;
    const std::size_t before = locals_.size();
    locals_.push_back({expr.text, first});
    if (!expr.second.empty()) locals_.push_back({expr.second, value});
    if (expr.args[1]) want_condition(*expr.args[1], expr.name_span.of(source_));
    Type out = fold_result(expr, first, range);
    locals_.resize(before);
    return found ? out : Type(out.is(TypeKind::boolean) ? TypeKind::boolean : TypeKind::error);
}

void Checker::want_condition(Expr& expr, std::string_view macro) {
    const Type type = check(expr);
    if (unifier_.assign(type, TypeKind::boolean)) return;
    const Type known = unifier_.resolve(type);
    problem(expr.span,
            "'" + std::string(macro) + "' wants true or false of each element; " +
                advice_.statement({expr, known}),
            advice_.condition({expr, known}));
}

Type Checker::fold_result(Expr& expr, const Type& first, const Type& range) {
    if (expr.fold == Fold::all || expr.fold == Fold::exists || expr.fold == Fold::exists_one)
        return TypeKind::boolean;
    if (!expr.args[2]) return Type::list(first);
    const Type result = unifier_.resolve(check(*expr.args[2]));
    const Expr& made = *expr.args[2];
    switch (expr.fold) {
        case Fold::map: return Type::map(first, result);
        case Fold::map_entry:
            if (result.is(TypeKind::map) || result.is(TypeKind::object) || result.is(TypeKind::error))
                return result;
            if (unifier_.assign(result, Type::map(TypeKind::dyn, TypeKind::dyn)))
                return Type::map(TypeKind::dyn, TypeKind::dyn);
            return problem(
                made.span,
                "'transformMapEntry' wants a map of new entries; " + advice_.statement({made, result}),
                "write {key: value}");
        case Fold::sort_by:
            if (!has_order(result)) {
                problem(made.span,
                        "'sortBy' wants something that has an order; " + advice_.statement({made, result}),
                        result.is(TypeKind::optional) ? advice_.take_out({made, result}) : "");
            }
            return range.is(TypeKind::wrapper) ? range.part(0) : range;
        default: return Type::list(result);
    }
}

Type Checker::optional_fold(Expr& expr) {
    const Type range = unifier_.resolve(check(*expr.args[0]));
    Type inner = TypeKind::error;
    if (range.is(TypeKind::optional)) {
        inner = range.part(0);
    } else if (range.is(TypeKind::variable) || range.is(TypeKind::dyn)) {
        unifier_.assign(TypeKind::dyn, range);
        inner = TypeKind::dyn;
    } else if (!range.is(TypeKind::error)) {
        problem(advice_.not_a_range(expr.name_span.of(source_), {*expr.args[0], range}));
    }
    locals_.push_back({expr.text, std::move(inner)});
    const Type result = check(*expr.args[2]);
    locals_.pop_back();
    if (expr.fold == Fold::optional_map) return Type::optional(result);
    const Type wanted = Type::optional(unifier_.fresh());
    if (unifier_.assign(result, wanted)) return unifier_.most_general(wanted, result);
    return problem(
        expr.args[2]->span,
        "'optFlatMap' wants an optional; " + advice_.statement({*expr.args[2], unifier_.resolve(result)}),
        "write 'optMap', which makes one of it");
}

}  // namespace maillon::expression
