#include "core/expression/macros.h"

#include <algorithm>
#include <array>

namespace maillon::expression {
namespace {

/// A macro written as method over elements. `arguments` without the receiver.
struct FoldMacro {
    std::string_view name;
    std::size_t arguments;
    Fold fold;
    std::size_t variables;
    bool filtered;
    bool transformed;
};
constexpr std::array<FoldMacro, 20> kFolds{{
    {"all", 2, Fold::all, 1, true, false},
    {"exists", 2, Fold::exists, 1, true, false},
    {"exists_one", 2, Fold::exists_one, 1, true, false},
    {"existsOne", 2, Fold::exists_one, 1, true, false},
    {"map", 2, Fold::list, 1, false, true},
    {"map", 3, Fold::list, 1, true, true},
    {"filter", 2, Fold::list, 1, true, false},
    {"all", 3, Fold::all, 2, true, false},
    {"exists", 3, Fold::exists, 2, true, false},
    {"exists_one", 3, Fold::exists_one, 2, true, false},
    {"existsOne", 3, Fold::exists_one, 2, true, false},
    {"transformList", 3, Fold::list, 2, false, true},
    {"transformList", 4, Fold::list, 2, true, true},
    {"transformMap", 3, Fold::map, 2, false, true},
    {"transformMap", 4, Fold::map, 2, true, true},
    {"transformMapEntry", 3, Fold::map_entry, 2, false, true},
    {"transformMapEntry", 4, Fold::map_entry, 2, true, true},
    {"sortBy", 2, Fold::sort_by, 1, false, true},
    {"optMap", 2, Fold::optional_map, 1, false, true},
    {"optFlatMap", 2, Fold::optional_flat_map, 1, false, true},
}};

bool is_name(const Expr& expr, std::string_view name) {
    return expr.kind == Expr::Kind::name && expr.text == name;
}

}  // namespace

std::vector<std::string> macro_names() {
    std::vector<std::string> names;
    for (const FoldMacro& macro : kFolds) names.emplace_back(macro.name);
    return names;
}

bool is_macro(std::string_view method) {
    return std::ranges::find(kFolds, method, &FoldMacro::name) != kFolds.end();
}

ExprPtr MacroExpander::expand(ExprPtr call) {
    if (!call->method)
        return call->text == "has" && call->args.size() == 1 ? has(std::move(call)) : std::move(call);
    if (call->text == "bind" && call->args.size() == 4 && is_name(*call->args[0], "cel"))
        return bind(std::move(call));
    for (const FoldMacro& macro : kFolds) {
        if (macro.name != call->text || macro.arguments + 1 != call->args.size()) continue;
        return fold(std::move(call), macro.fold, macro.variables, macro.filtered, macro.transformed);
    }
    return call;
}

ExprPtr MacroExpander::has(ExprPtr call) {
    ExprPtr field = std::move(call->args[0]);
    if (field->kind != Expr::Kind::select) {
        return parser_.fail(field->span, "has() takes a field, as in has(event.text)",
                            "for a key write 'key' in map");
    }
    if (field->optional) {
        return parser_.fail(field->span, "has() takes a plain field, without '?'",
                            "the '.' asks for the field, or write ….hasValue()");
    }
    field->test_only = true;
    field->span = call->span;
    return field;
}

ExprPtr MacroExpander::bind(ExprPtr call) {
    ExprPtr result = parser_.make(Expr::Kind::bind, call->span);
    if (!variable(*call->args[1], result->text)) return nullptr;
    result->args.push_back(std::move(call->args[2]));
    result->args.push_back(std::move(call->args[3]));
    return result;
}

ExprPtr MacroExpander::fold(ExprPtr call, Fold kind, std::size_t variables, bool filtered, bool transformed) {
    ExprPtr result = parser_.make(Expr::Kind::fold, call->span);
    result->name_span = call->name_span;
    result->fold = kind;
    if (!variable(*call->args[1], result->text)) return nullptr;
    if (variables == 2 && !variable(*call->args[2], result->second)) return nullptr;
    if (result->text == result->second) {
        return parser_.fail(call->args[2]->span, "the two variables need different names");
    }
    std::size_t next = 1 + variables;
    result->args.push_back(std::move(call->args[0]));
    result->args.push_back(filtered ? std::move(call->args[next++]) : nullptr);
    result->args.push_back(transformed ? std::move(call->args[next]) : nullptr);
    return result;
}

bool MacroExpander::variable(const Expr& arg, std::string& name) {
    if (arg.kind != Expr::Kind::name || arg.leading_dot) {
        parser_.fail(arg.span, "a simple name is needed here for the variable");
        return false;
    }
    name = arg.text;
    return true;
}

}  // namespace maillon::expression
