#include "core/expression/check.h"

namespace maillon::expression {
namespace {

/// What stays when what may be empty is there: the inside of optionals and wrappers.
const Type& inside(const Type& type) {
    const Type* at = &type;
    while (at->is(TypeKind::optional) || at->is(TypeKind::wrapper)) at = &at->part(0);
    return *at;
}

bool is_text_literal(const Expr& expr) {
    return expr.kind == Expr::Kind::literal && expr.literal.is(Kind::text);
}

/// The entry under a known key; nothing when the object cannot have it.
std::optional<Type> entry(const ObjectType& object, std::string_view name) {
    if (const auto* field = object.find(name)) return field->type;
    return object.rest;
}

}  // namespace

Type Checker::select(Expr& expr) {
    if (!expr.test_only && !expr.optional) {
        if (auto found = declared(expr)) return *found;
    }
    const Type base = unifier_.resolve(check(*expr.args[0]));
    const Type field = field_of(expr, base, expr.text, expr.name_span);
    if (expr.test_only) return TypeKind::boolean;
    const bool stays = base.is(TypeKind::optional) || expr.optional;
    if (!stays || field.is(TypeKind::error)) return field;
    return Type::optional(field);
}

Type Checker::field_of(const Expr& expr, const Type& base, const std::string& field, Span span) {
    const Type& type = inside(base);
    switch (type.kind()) {
        case TypeKind::map: return type.part(1);
        case TypeKind::object:
            if (const auto found = entry(type.object(), field)) return *found;
            return problem(advice_.unknown_field(*expr.args[0], span, field, type.object()));
        case TypeKind::variable: unifier_.assign(TypeKind::dyn, type); return TypeKind::dyn;
        case TypeKind::dyn: return TypeKind::dyn;
        case TypeKind::error: return TypeKind::error;
        default: return problem(advice_.no_field(expr, {*expr.args[0], type}));
    }
}

/// Of an object; nothing when this is none, or the key is of a wrong type.
std::optional<Type> Checker::entry_of(const Expr& expr, const Type& base, const Type& key) {
    const Type& type = inside(base);
    if (!type.is(TypeKind::object)) return std::nullopt;
    if (is_text_literal(*expr.args[1])) return field_of(expr, base, expr.args[1]->text, expr.args[1]->span);
    if (!unifier_.assign(key, TypeKind::text)) return std::nullopt;
    return Type(TypeKind::dyn);
}

Type Checker::index(Expr& expr) {
    const Type base = unifier_.resolve(check(*expr.args[0]));
    const Type key = unifier_.resolve(check(*expr.args[1]));
    if (const auto found = entry_of(expr, base, key)) {
        const bool optional = expr.optional || base.is(TypeKind::optional);
        return optional && !found->is(TypeKind::error) ? Type::optional(*found) : *found;
    }
    const Args args{base, key};
    if (auto result = resolve(index_signatures(expr.optional), args)) return *result;
    return problem(advice_.not_indexed({*expr.args[0], base}, {*expr.args[1], key}));
}

}  // namespace maillon::expression
