#include "core/expression/check.h"

#include "core/expression/planner.h"

#include <algorithm>

namespace maillon::expression {
namespace {

/// False of what is known to be no key.
bool may_be_key(const Type& type) {
    switch (type.kind()) {
        case TypeKind::null:
        case TypeKind::real:
        case TypeKind::bytes:
        case TypeKind::timestamp:
        case TypeKind::duration:
        case TypeKind::type:
        case TypeKind::list:
        case TypeKind::map:
        case TypeKind::object:
        case TypeKind::optional: return false;
        default: return true;
    }
}

}  // namespace

Checked check(Expr& tree, std::string_view source, const Scope& scope) {
    return Checker(source, scope).run(tree);
}

Checked Checker::run(Expr& tree) {
    const Type type = check(tree);
    for (Expr* each : seen_) each->type = unifier_.finish(each->type);
    if (unifier_.is_exhausted()) {
        return {Type(),
                {{"the types in this expression are too large to be checked", tree.span.begin, tree.span.end,
                  "take it apart, or write dyn(…) around what is put into itself"}}};
    }
    return {unifier_.finish(type), std::move(problems_)};
}

Type Checker::check(Expr& expr) {
    expr.type = make(expr);
    seen_.push_back(&expr);
    return expr.type;
}

Type Checker::make(Expr& expr) {
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
    return TypeKind::error;
}

Type Checker::literal(const Expr& expr) const {
    switch (expr.literal.kind()) {
        case Kind::null: return TypeKind::null;
        case Kind::boolean: return TypeKind::boolean;
        case Kind::integer: return TypeKind::integer;
        case Kind::unsigned_integer: return TypeKind::unsigned_integer;
        case Kind::real: return TypeKind::real;
        case Kind::text: return TypeKind::text;
        case Kind::bytes: return TypeKind::bytes;
        default: return TypeKind::dyn;
    }
}

const Checker::Local* Checker::local(std::string_view name) const {
    const auto found =
        std::find_if(locals_.rbegin(), locals_.rend(), [&](const Local& each) { return each.name == name; });
    return found == locals_.rend() ? nullptr : &*found;
}

/// The type of a variable or type that the (dotted) name stands for, as the planner resolves it.
std::optional<Type> Checker::declared(const Expr& expr) const {
    const Expr* root = root_name(expr);
    if (root == nullptr || (!root->leading_dot && local(root->text) != nullptr)) return std::nullopt;
    const std::string dotted = dotted_name(expr);
    if (const auto slot = scope_.resolve(dotted, root->leading_dot)) return scope_.type(*slot);
    const std::string_view type = known_type(dotted);
    if (type.empty()) return std::nullopt;
    return Type::type(parse_type(type).value_or(TypeKind::dyn));
}

Type Checker::name(const Expr& expr) const {
    if (!expr.leading_dot) {
        if (const Local* found = local(expr.text)) return found->type;
    }
    return declared(expr).value_or(TypeKind::error);
}

std::optional<Type> Checker::join(const std::optional<Type>& before, const Type& type) {
    if (!before) return type;
    if (unifier_.assign(*before, type)) return unifier_.most_general(*before, type);
    return TypeKind::dyn;
}

/// Of an item of a list or map; one written with `?` is taken out of its optional.
Type Checker::item(const Expr& expr, Type type, bool optional) {
    if (!optional) return type;
    const Type known = unifier_.resolve(type);
    if (known.is(TypeKind::optional)) return known.part(0);
    if (known.is_dyn_or_error() || known.is(TypeKind::variable)) return TypeKind::dyn;
    const std::string subject = advice_.subject(expr);
    return problem(
        expr.span, "'?' wants an optional; " + advice_.statement({expr, known}),
        subject == "this" ? "leave '?' out" : "leave '?' out, or write optional.of(" + subject + ")");
}

Type Checker::list(Expr& expr) {
    std::optional<Type> element;
    for (std::size_t i = 0; i < expr.args.size(); ++i) {
        Type type = check(*expr.args[i]);
        element = join(element, item(*expr.args[i], std::move(type), expr.optional_items[i]));
    }
    return Type::list(element ? *element : unifier_.fresh());
}

Type Checker::map(Expr& expr) {
    std::optional<Type> key, value;
    for (std::size_t i = 0; i + 1 < expr.args.size(); i += 2) {
        Type k = unifier_.resolve(check(*expr.args[i]));
        if (!may_be_key(k)) {
            k = problem(expr.args[i]->span, "a map has no keys of type " + spoken(k),
                        "keys are string, int, uint or bool");
        }
        key = join(key, k);
        Type v = check(*expr.args[i + 1]);
        value = join(value, item(*expr.args[i + 1], std::move(v), expr.optional_items[i / 2]));
    }
    if (!key) return Type::map(unifier_.fresh(), unifier_.fresh());
    return Type::map(*key, *value);
}

Type Checker::bind(Expr& expr) {
    Type init = check(*expr.args[0]);
    locals_.push_back({expr.text, std::move(init)});
    Type body = check(*expr.args[1]);
    locals_.pop_back();
    return body;
}

Type Checker::problem(Problem problem) {
    problems_.push_back(std::move(problem));
    return TypeKind::error;
}

Type Checker::problem(Span span, std::string message, std::string hint) {
    return problem({std::move(message), span.begin, span.end, std::move(hint)});
}

}  // namespace maillon::expression
