#include "core/base/text.h"
#include "core/expression/check.h"
#include "core/expression/functions.h"

#include <algorithm>

namespace maillon::expression {
namespace {

using Style = FunctionRow::Style;

/// The overloads of `o.or(x)` and `o.orValue(x)`, which are no rows: they evaluate `x` only when they need
/// it.
std::span<const Signature> optional_signatures(bool unwrap) {
    static const auto kOr = parse_signatures("(optional(T), optional(T)) -> optional(T)").value();
    static const auto kOrValue = parse_signatures("(optional(T), T) -> T").value();
    return unwrap ? kOrValue : kOr;
}

std::string either(std::vector<std::string> words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i)
        out += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
    return out;
}

}  // namespace

Checker::Args Checker::check_args(Expr& expr, std::size_t first) {
    Args out;
    out.reserve(expr.args.size() - first);
    for (std::size_t i = first; i < expr.args.size(); ++i) out.push_back(check(*expr.args[i]));
    return out;
}

Type Checker::call(Expr& expr) {
    if (!expr.method) {
        if (auto result = row_call(expr, expr.text, false, 0)) return *result;
        check_args(expr, 0);
        return TypeKind::error;
    }
    const Expr* root = root_name(*expr.args[0]);
    if (root != nullptr && local(root->text) == nullptr) {
        const std::string qualified = dotted_name(*expr.args[0]) + "." + expr.text;
        if (auto result = row_call(expr, qualified, false, 1)) return *result;
    }
    if ((expr.text == "or" || expr.text == "orValue") && expr.args.size() == 2) {
        const Args args = check_args(expr, 0);
        return overloaded(expr, expr.text, true, 0, optional_signatures(expr.text == "orValue"), args);
    }
    if (auto result = row_call(expr, expr.text, true, 0)) return *result;
    check_args(expr, 0);
    return TypeKind::error;
}

std::vector<Signature> Checker::declared_functions(std::string_view name, bool method) const {
    std::vector<Signature> out;
    for (const FunctionDeclaration& each : scope_.functions()) {
        if (each.name != name || each.method != method) continue;
        // A type parameter's rank counts within the declaration.
        Signature one{.params = each.params, .result = each.result, .parameters = 64};
        out.push_back(std::move(one));
    }
    return out;
}

/// The result type when there is a function of that name and number of arguments.
std::optional<Type> Checker::row_call(Expr& expr, const std::string& name, bool method, std::size_t first) {
    const std::size_t given = expr.args.size() - first;
    const std::vector<Signature> declared = declared_functions(name, method);
    const FunctionRow* row = find_function(name, method ? Style::method : Style::global, given);
    if (declared.empty() && row == nullptr) return std::nullopt;
    const std::span<const Signature> known = declared.empty() ? signatures_of(*row) : declared;
    const Args args = check_args(expr, first);
    if (known.empty()) return Type(TypeKind::dyn);
    return overloaded(expr, name, method, first, known, args);
}

Type Checker::overloaded(const Expr& expr, std::string_view name, bool method, std::size_t first,
                         std::span<const Signature> signatures, const Args& args) {
    if (auto result = resolve(signatures, args)) return *result;
    wrong_argument(expr, name, method, first, signatures, args);
    const Type& usual = signatures.front().result;
    return usual.parts().empty() && !usual.is(TypeKind::parameter) && signatures.size() == 1
               ? usual
               : Type(TypeKind::error);
}

/// What to write for an argument that does not fit. Where a function takes several types, most conversions
/// would miss what was meant.
std::string Checker::argument_hint(const Expr& expr, const Advice::Operand& given,
                                   std::span<const Type> wanted) const {
    const bool receiver = expr.method && &given.expr == expr.args[0].get();
    const std::string it = advice_.subject(given.expr);
    if (receiver && given.type.is(TypeKind::list) && it != "this" && expr.args.size() == 2 &&
        given.type.part(0).is(TypeKind::text)) {
        const std::string what = advice_.subject(*expr.args[1]);
        return expr.text == "contains" && what != "this"
                   ? "write " + what + " in " + it
                   : "write " + it + ".exists(e, e." + expr.text + "(…))";
    }
    const bool clear = wanted.size() == 1 || given.type.is(TypeKind::text) ||
                       given.type.is(TypeKind::optional) || (expr.text == "string" && !expr.method);
    std::string hint;
    for (const Type& each : wanted) {
        if (clear && hint.empty()) hint = advice_.convert(given, each);
    }
    return hint;
}

/// Tells of the first argument that fits no overload whose earlier arguments do.
void Checker::wrong_argument(const Expr& expr, std::string_view name, bool method, std::size_t first,
                             std::span<const Signature> signatures, const Args& args) {
    std::size_t at = 0;
    std::vector<Type> wanted;
    for (const Signature& signature : signatures) {
        if (!signature.takes(args.size())) continue;
        Signature prefix = signature;
        if (prefix.repeated) prefix.params.resize(args.size(), prefix.params.back());
        prefix.repeated = false;
        prefix.optional = prefix.params.size();
        std::optional<Type> param;
        std::size_t good = args.size();
        do {
            prefix.result = signature.param(--good);
            param = unifier_.apply(prefix, std::span(args).first(good));
        } while (!param && good > 0);
        if (good < at) continue;
        if (good > at) wanted.clear();
        at = good;
        wanted.push_back(param ? unifier_.finish(*param) : Type());
    }
    const Type type = unifier_.resolve(args[at]);
    const Advice::Operand given{*expr.args[first + at], type};
    std::vector<std::string> words;
    // "number" says more than "int, uint, double or number".
    if (std::ranges::find(wanted, Type(TypeKind::number)) != wanted.end())
        std::erase_if(wanted, [](const Type& each) { return is_number(each) && !each.is(TypeKind::number); });
    for (const Type& each : wanted) {
        if (std::string word = spoken(each); std::ranges::find(words, word) == words.end())
            words.push_back(std::move(word));
    }
    std::string hint = argument_hint(expr, given, wanted);
    const std::string function = "'" + std::string(name) + "'";
    const std::string message = method && at == 0  ? function + " is a method of " + either(words)
                                : args.size() == 1 ? function + " takes " + either(words)
                                                   : "argument " + std::to_string(method ? at : at + 1) +
                                                         " of " + function + " must be " + either(words);
    problem(given.expr.span, message + "; " + advice_.statement(given), std::move(hint));
}

}  // namespace maillon::expression
