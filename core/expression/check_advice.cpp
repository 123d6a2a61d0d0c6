#include "core/expression/check.h"
#include "core/expression/numbers.h"

#include <array>

namespace maillon::expression {
namespace {

using Operand = Advice::Operand;
constexpr std::size_t kShort = 40;

bool is_literal(const Expr& expr) {
    return expr.kind == Expr::Kind::literal;
}
bool is_decimal(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && text.size() < 19 &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_scalar(const Type& type) {
    switch (type.kind()) {
        case TypeKind::boolean:
        case TypeKind::bytes:
        case TypeKind::timestamp:
        case TypeKind::duration: return true;
        default: return is_number(type);
    }
}

/// The function that makes a `wanted` of a `from`, or empty.
std::string_view conversion(const Type& from, const Type& wanted) {
    const bool text = from.is(TypeKind::text);
    switch (wanted.kind()) {
        case TypeKind::integer: return text || is_number(from) || from.is(TypeKind::timestamp) ? "int" : "";
        case TypeKind::unsigned_integer: return text || is_number(from) ? "uint" : "";
        case TypeKind::number:
        case TypeKind::real: return text || is_number(from) ? "double" : "";
        case TypeKind::text: return is_scalar(from) ? "string" : "";
        case TypeKind::timestamp: return text || from.is(TypeKind::integer) ? "timestamp" : "";
        case TypeKind::duration: return text ? "duration" : "";
        case TypeKind::bytes: return text ? "bytes" : "";
        default: return "";
    }
}

/// Whether the element could stand in the list.
bool may_hold(const Type& list, const Type& element) {
    const Type& held = list.part(0);
    return held.kind() == element.kind() || held.is_dyn_or_error() || held.is(TypeKind::variable) ||
           (is_number(held) && is_number(element));
}

/// What `.orValue(…)` would be given.
std::string_view default_of(const Type& type) {
    switch (type.kind()) {
        case TypeKind::text: return "''";
        case TypeKind::integer: return "0";
        case TypeKind::unsigned_integer: return "0u";
        case TypeKind::real: return "0.0";
        case TypeKind::boolean: return "false";
        case TypeKind::list: return "[]";
        case TypeKind::map: return "{}";
        default: return "…";
    }
}

}  // namespace

std::string Advice::text_of(const Expr& expr) const {
    const std::string_view text = expr.span.of(source_);
    const bool fits = text.size() <= kShort && text.find('\n') == std::string_view::npos;
    return fits ? std::string(text) : std::string();
}

std::string Advice::subject(const Expr& expr) const {
    const std::string text = text_of(expr);
    return text.empty() ? "this" : text;
}

std::string Advice::statement(const Operand& operand) const {
    return subject(operand.expr) + " is " + spoken(operand.type);
}

/// A literal in the form that another type has: 2 as 2.0 or 2u, '5' as 5, 5 as '5'.
std::string Advice::literal_as(const Expr& expr, TypeKind wanted) const {
    const std::string text = text_of(expr);
    if (!is_literal(expr) || text.empty()) return {};
    const bool whole = expr.literal.is(Kind::integer) && text.find_first_of("xX") == std::string::npos;
    if (whole && wanted == TypeKind::real) return text + ".0";
    if (expr.literal.is(Kind::unsigned_integer) && wanted == TypeKind::integer)
        return text.substr(0, text.size() - 1);
    if (whole && wanted == TypeKind::unsigned_integer && text[0] != '-') return text + "u";
    if ((whole || expr.literal.is(Kind::real)) && wanted == TypeKind::text) return "'" + text + "'";
    if (expr.literal.is(Kind::text) && is_decimal(expr.text)) {
        if (wanted == TypeKind::integer) return expr.text;
        if (wanted == TypeKind::real) return expr.text + ".0";
    }
    if (expr.literal.is(Kind::text) && wanted == TypeKind::boolean &&
        (expr.text == "true" || expr.text == "false"))
        return expr.text;
    return {};
}

std::string Advice::take_out(const Operand& optional) const {
    const std::string text = text_of(optional.expr);
    return "take the value out: " + (text.empty() ? "(…)" : text) + ".orValue(" +
           std::string(default_of(optional.type.part(0))) + ")";
}

std::string Advice::convert(const Operand& from, const Type& wanted) const {
    if (from.type.is(TypeKind::optional) && !wanted.is(TypeKind::optional)) return take_out(from);
    if (wanted.is(TypeKind::wrapper)) return convert(from, wanted.part(0));
    if (from.type.is(TypeKind::wrapper)) return convert({from.expr, from.type.part(0)}, wanted);
    const std::string text = text_of(from.expr);
    if (wanted.is(TypeKind::optional)) {
        if (from.expr.kind == Expr::Kind::select && !from.expr.test_only && !from.expr.optional)
            return "write " + text_of(*from.expr.args[0]) + ".?" + from.expr.text;
        return text.empty() ? "wrap it: optional.of(…)" : "write optional.of(" + text + ")";
    }
    if (const std::string literal = literal_as(from.expr, wanted.kind()); !literal.empty())
        return "write " + literal;
    const bool joins = wanted.is(TypeKind::text) && from.type.is(TypeKind::list) && !text.empty();
    if (joins && from.type.part(0).is(TypeKind::text)) return "join it: " + text + ".join(', ')";
    if (wanted.is(TypeKind::list) && !from.type.is(TypeKind::list) && !text.empty())
        return may_hold(wanted, from.type) ? "write [" + text + "]" : "";
    const std::string_view function = conversion(from.type, wanted);
    const bool no_number = is_literal(from.expr) && from.expr.literal.is(Kind::text) && is_number(wanted);
    if (function.empty() || no_number) return {};
    return "write " + std::string(function) + "(" + (text.empty() ? "…" : text) + ")";
}

std::string Advice::condition(const Operand& operand) const {
    const std::string text = text_of(operand.expr);
    const std::string it = text.empty() ? "…" : text;
    switch (operand.type.kind()) {
        case TypeKind::integer: return "compare it: " + it + " != 0";
        case TypeKind::unsigned_integer: return "compare it: " + it + " != 0u";
        case TypeKind::real: return "compare it: " + it + " != 0.0";
        case TypeKind::text:
            if (const std::string as = literal_as(operand.expr, TypeKind::boolean); !as.empty())
                return "write " + as + " without quotes";
            return "compare it: " + it + " != ''";
        case TypeKind::list:
        case TypeKind::map: return "ask for its size: size(" + it + ") > 0";
        case TypeKind::optional:
            return operand.type.part(0).is(TypeKind::boolean) || operand.type.part(0).is_dyn_or_error()
                       ? "take the value out: " + it + ".orValue(false)"
                       : "ask whether it is there: " + it + ".hasValue()";
        case TypeKind::null: return "null is neither true nor false";
        default: return {};
    }
}

std::string Advice::equality_hint(const Operand& a, const Operand& b) const {
    if (a.type.is(TypeKind::optional) != b.type.is(TypeKind::optional))
        return take_out(a.type.is(TypeKind::optional) ? a : b);
    const auto holds = [&](const Operand& list, const Operand& one) {
        return list.type.is(TypeKind::list) && list.type.part(0).kind() == one.type.kind();
    };
    for (const auto& [list, one] : {std::pair(&a, &b), std::pair(&b, &a)}) {
        if (holds(*list, *one) && !text_of(one->expr).empty() && !text_of(list->expr).empty())
            return "write " + text_of(one->expr) + " in " + text_of(list->expr);
    }
    return pair_hint(Operator::equal, a, b);
}

std::string Advice::pair_hint(Operator op, const Operand& a, const Operand& b) const {
    const auto either = [&](TypeKind kind) { return a.type.is(kind) || b.type.is(kind); };
    if (either(TypeKind::optional)) return take_out(a.type.is(TypeKind::optional) ? a : b);
    const bool real = either(TypeKind::real);
    if (op == Operator::modulo && real) return "'%' takes whole numbers: write int(…) around the double";
    const bool orders = op != Operator::equal && op != Operator::add;
    if (orders && a.type.is(TypeKind::text) && is_number(b.type)) return convert(a, b.type);
    if (orders && b.type.is(TypeKind::text) && is_number(a.type)) return convert(b, a.type);
    // A literal is what is most easily written otherwise.
    for (const auto& [from, to] : {std::pair(&a, &b), std::pair(&b, &a)}) {
        const TypeKind kind = to->type.is(TypeKind::wrapper) ? to->type.part(0).kind() : to->type.kind();
        if (const std::string as = literal_as(from->expr, kind); !as.empty()) return "write " + as;
    }
    if (either(TypeKind::timestamp) && is_number(a.type) != is_number(b.type) &&
        (op == Operator::add || op == Operator::subtract))
        return "a span of time is written duration('60s')";
    if (either(TypeKind::duration) && is_number(a.type) != is_number(b.type))
        return "a span of time is written duration('60s')";
    for (const TypeKind wanted : {TypeKind::real, TypeKind::timestamp, TypeKind::duration}) {
        if (a.type.is(wanted) && !b.type.is(TypeKind::text)) return convert(b, wanted);
        if (b.type.is(wanted) && !a.type.is(TypeKind::text)) return convert(a, wanted);
        if (wanted != TypeKind::real && a.type.is(wanted)) return convert(b, wanted);
        if (wanted != TypeKind::real && b.type.is(wanted)) return convert(a, wanted);
    }
    if (op == Operator::add && a.type.is(TypeKind::list) && !b.type.is(TypeKind::list) &&
        !text_of(b.expr).empty())
        return "write [" + text_of(b.expr) + "]";
    if (op == Operator::add && a.type.is(TypeKind::text)) return convert(b, TypeKind::text);
    if (op == Operator::add && b.type.is(TypeKind::text)) return convert(a, TypeKind::text);
    if (a.type.is(TypeKind::text)) {
        const std::string one = convert(b, TypeKind::text), other = convert(a, b.type);
        return one.empty() || other.empty() ? one + other : one + ", or " + other.substr(sizeof "write");
    }
    if (b.type.is(TypeKind::text)) {
        const std::string one = convert(a, TypeKind::text), other = convert(b, a.type);
        return one.empty() || other.empty() ? one + other : one + ", or " + other.substr(sizeof "write");
    }
    return is_number(a.type) ? convert(b, a.type) : is_number(b.type) ? convert(a, b.type) : "";
}

}  // namespace maillon::expression
