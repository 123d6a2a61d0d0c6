#include "core/base/text.h"
#include "core/expression/check.h"

#include <algorithm>

namespace maillon::expression {
namespace {

using Operand = Advice::Operand;

bool is_optional(const Operand& operand) {
    return operand.type.is(TypeKind::optional);
}

std::string both(const Operand& a, const Operand& b) {
    return spoken(a.type) + " and " + spoken(b.type);
}

bool is_order(Operator op) {
    return op == Operator::less || op == Operator::less_equal || op == Operator::greater ||
           op == Operator::greater_equal;
}

}  // namespace

Problem Advice::no_field(const Expr& select, const Operand& base) const {
    const std::string of = text_of(base.expr);
    const std::string field = select.text;
    std::string hint;
    if (base.type.is(TypeKind::list) && !of.empty()) {
        hint =
            "take an element, as in " + of + "[0]." + field + ", or all: " + of + ".map(e, e." + field + ")";
    } else if (base.type.is(TypeKind::text) && field == "length") {
        hint = "write size(" + (of.empty() ? "…" : of) + ")";
    } else if (base.type.is(TypeKind::null)) {
        hint = "null is no object";
    }
    return {"'." + field + "' asks for a field, but " + statement(base), select.name_span.begin,
            select.name_span.end, std::move(hint)};
}

Problem Advice::unknown_field(const Expr& at, Span span, const std::string& name,
                              const ObjectType& object) const {
    std::vector<std::string> known;
    for (const auto& field : object.fields) known.push_back(field.name);
    const std::string_view meant = did_you_mean(name, known);
    const std::string of = text_of(at);
    std::string hint;
    if (!meant.empty()) {
        hint = "did you mean '" + std::string(meant) + "'?";
    } else if (known.empty()) {
        hint = "it has no fields";
    } else if (known.size() <= 30) {
        hint = "its fields are " + enumerate(known);
    }
    return {(of.empty() ? "this object" : "'" + of + "'") + " has no field '" + name + "'", span.begin,
            span.end, std::move(hint)};
}

Problem Advice::not_indexed(const Operand& base, const Operand& key) const {
    const Type& inner = is_optional(base) ? base.type.part(0) : base.type;
    const Span span = inner.is(TypeKind::list) || inner.is(TypeKind::map) || inner.is(TypeKind::object)
                          ? key.expr.span
                          : base.expr.span;
    const auto wrong_key = [&](const std::string& message, const Type& wanted) {
        return Problem{message + "; " + statement(key), span.begin, span.end, convert(key, wanted)};
    };
    if (inner.is(TypeKind::list)) return wrong_key("a list is indexed by int", TypeKind::integer);
    if (inner.is(TypeKind::map))
        return wrong_key("this map has keys of type " + spoken(inner.part(0)), inner.part(0));
    if (inner.is(TypeKind::object)) return wrong_key("an object has keys of type string", TypeKind::text);
    const std::string of = text_of(base.expr), at = text_of(key.expr);
    const bool charAt =
        inner.is(TypeKind::text) && key.type.is(TypeKind::integer) && !of.empty() && !at.empty();
    return {"'[…]' looks into lists and maps; " + statement(base), span.begin, span.end,
            charAt ? "write " + of + ".charAt(" + at + ")" : ""};
}

Problem Advice::not_a_range(std::string_view macro, const Operand& range) const {
    const std::string of = text_of(range.expr);
    const std::string name = "'" + std::string(macro) + "'";
    const bool wants_optional = macro == "optMap" || macro == "optFlatMap";
    std::string hint;
    if (is_optional(range)) {
        hint = take_out(range);
    } else if (wants_optional && range.expr.kind == Expr::Kind::select) {
        hint = "write " + text_of(*range.expr.args[0]) + ".?" + range.expr.text;
    } else if (range.type.is(TypeKind::text) && !of.empty()) {
        hint = "for its parts write " + of + ".split(' ')";
    } else if (macro == "sortBy" && !of.empty()) {
        hint = "sort its keys: " + of + ".map(k, k).sort()";
    }
    const std::string wanted = wants_optional      ? " is a macro of optionals; "
                               : macro == "sortBy" ? " sorts a list; "
                                                   : " runs over a list or map; ";
    return {name + wanted + statement(range), range.expr.span.begin, range.expr.span.end, std::move(hint)};
}

Problem Advice::null_comparison(Span span, const Operand& other) const {
    std::string hint;
    if (is_optional(other)) {
        hint = "write " + text_of(other.expr) + ".hasValue()";
    } else if (other.expr.kind == Expr::Kind::select && !other.expr.test_only) {
        hint = "to ask whether it is there write has(" + text_of(other.expr) + ")";
    } else if (other.type.is(TypeKind::text)) {
        hint = "to ask whether it is empty write " + text_of(other.expr) + " == ''";
    }
    return {subject(other.expr) + " is " + spoken(other.type) + ", which is never null", span.begin, span.end,
            std::move(hint)};
}

Problem Advice::membership(Span span, const Operand& element, const Operand& container) const {
    const Type& type = container.type;
    const Span at = container.expr.span;
    const std::string of = text_of(container.expr), what = text_of(element.expr);
    const auto in_it = [&](const std::string& kind, const Type& wanted) {
        return Problem{kind + spoken(wanted) + ", never " + spoken(element.type), span.begin, span.end,
                       convert(element, wanted)};
    };
    if (type.is(TypeKind::list)) return in_it("this list holds ", type.part(0));
    if (type.is(TypeKind::map)) return in_it("this map has keys of type ", type.part(0));
    if (type.is(TypeKind::object)) return in_it("an object has keys of type ", TypeKind::text);
    std::string hint;
    if (is_optional(container)) hint = take_out(container);
    if (type.is(TypeKind::text) && !of.empty() && !what.empty() && element.type.is(TypeKind::text))
        hint = "write " + of + ".contains(" + what + ")";
    return {"'in' looks into lists and maps; " + statement(container), at.begin, at.end, std::move(hint)};
}

Problem Advice::operands(Span span, Operator op, const Operand& a, const Operand& b) const {
    const std::string sign = "'" + std::string(name_of(op)) + "'";
    if (op == Operator::in) return membership(span, a, b);
    if (op == Operator::equal || op == Operator::unequal) {
        if (b.type.is(TypeKind::null)) return null_comparison(span, a);
        if (a.type.is(TypeKind::null)) return null_comparison(span, b);
        if (is_number(a.type) && is_number(b.type))
            return {sign + " compares numbers of one type, these are " + both(a, b), span.begin, span.end,
                    equality_hint(a, b)};
        const char* always = op == Operator::equal ? " are never equal" : " always differ";
        return {both(a, b) + always, span.begin, span.end, equality_hint(a, b)};
    }
    const std::string message =
        is_order(op) ? sign + " cannot compare " + both(a, b) : sign + " cannot be applied to " + both(a, b);
    return {message, span.begin, span.end, pair_hint(op, a, b)};
}

}  // namespace maillon::expression
