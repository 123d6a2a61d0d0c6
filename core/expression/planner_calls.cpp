#include "core/base/text.h"
#include "core/expression/habits.h"
#include "core/expression/macros.h"
#include "core/expression/planner.h"

#include <algorithm>

namespace maillon::expression {
namespace {

/// "1", "2 or 3", "1 to 64": the arguments that a row takes, without the receiver.
std::string argument_count(const FunctionRow& row) {
    const std::size_t receiver = row.style == FunctionRow::Style::method ? 1 : 0;
    const std::size_t least = row.least - receiver, most = row.most - receiver;
    if (least == most) return std::to_string(least) + (least == 1 ? " argument" : " arguments");
    return std::to_string(least) + (most == least + 1 ? " or " : " to ") + std::to_string(most) +
           " arguments";
}

}  // namespace

NodePtr Planner::call(const Expr& expr) {
    if (!expr.method) {
        const FunctionRow* row = find_function(expr.text, FunctionRow::Style::global, expr.args.size());
        return row != nullptr
                   ? make_function(expr, *row, 0)
                   : unknown_function(expr, expr.text, FunctionRow::Style::global, expr.args.size());
    }
    const Expr* root = root_name(*expr.args[0]);
    if (root != nullptr && !is_local(root->text)) {
        const std::string qualified = dotted_name(*expr.args[0]) + "." + expr.text;
        const std::size_t arguments = expr.args.size() - 1;
        if (const FunctionRow* row = find_function(qualified, FunctionRow::Style::global, arguments))
            return make_function(expr, *row, 1);
        // `foo.bar(…)` with neither known is taken for a misspelt function, `foo.size()` for a misspelt
        // variable.
        const bool is_namespace =
            !functions_named(qualified).empty() ||
            (!scope_.slot(root->text) && root == expr.args[0].get() && scope_.is_checked() &&
             functions_named(expr.text).empty() && !is_macro(expr.text));
        if (is_namespace) return unknown_function(expr, qualified, FunctionRow::Style::global, arguments);
    }
    if ((expr.text == "or" || expr.text == "orValue") && expr.args.size() == 2) return lazy_optional(expr);
    const FunctionRow* row = find_function(expr.text, FunctionRow::Style::method, expr.args.size());
    if (row != nullptr) return make_function(expr, *row, 0);
    return unknown_function(expr, expr.text, FunctionRow::Style::method, expr.args.size());
}

NodePtr Planner::lazy_optional(const Expr& expr) {
    NodePtr left = plan(*expr.args[0]);
    NodePtr right = plan(*expr.args[1]);
    const bool constant = left->constant() != nullptr && right->constant() != nullptr;
    return folded(make_optional_or(expr.span, std::move(left), std::move(right), expr.text == "orValue"),
                  constant);
}

NodePtr Planner::make_function(const Expr& expr, const FunctionRow& row, std::size_t first) {
    std::vector<NodePtr> args;
    for (std::size_t i = first; i < expr.args.size(); ++i) args.push_back(plan(*expr.args[i]));
    const bool constant =
        std::ranges::all_of(args, [](const NodePtr& arg) { return arg->constant() != nullptr; });
    Prepared prepared = prepare(row, args);
    return folded(make_call(expr.span, row, std::move(args), std::move(prepared)), constant);
}

Prepared Planner::prepare(const FunctionRow& row, const std::vector<NodePtr>& args) {
    Prepared out;
    const auto constant_text = [&](int index) -> const Node* {
        if (index < 0 || static_cast<std::size_t>(index) >= args.size()) return nullptr;
        const Node& arg = *args[static_cast<std::size_t>(index)];
        return arg.constant() != nullptr && arg.constant()->is(Kind::text) ? &arg : nullptr;
    };
    const auto note = [&](const Node& arg, std::string message, std::string hint) {
        if (scope_.is_checked())
            problems_.push_back({std::move(message), arg.span().begin, arg.span().end, std::move(hint)});
    };
    if (const Node* arg = constant_text(row.pattern)) {
        std::string sentence;
        out.pattern = compile_pattern(arg->constant()->as_text(), sentence);
        if (!out.pattern) note(*arg, "bad regular expression: " + sentence, {});
    }
    if (const Node* arg = constant_text(row.hours)) {
        if (auto read = OpeningHours::parse(arg->constant()->as_text()))
            out.hours = std::make_unique<const OpeningHours>(std::move(*read));
        else
            note(*arg, std::string(OpeningHours::kProblem), std::string(OpeningHours::kHint));
    }
    const Node* arg = constant_text(row.zone);
    if (arg != nullptr && !fixed_offset(arg->constant()->as_text())) {
        out.zone = Zone::load(scope_.zones(), arg->constant()->as_text());
        if (!out.zone) {
            note(*arg, "unknown time zone '" + std::string(arg->constant()->as_text()) + "'",
                 "as in 'Europe/Paris', '+02:00' or 'UTC'");
        }
    }
    return out;
}

NodePtr Planner::unknown_function(const Expr& expr, const std::string& name, FunctionRow::Style style,
                                  std::size_t arguments) {
    if (std::ranges::find(scope_.functions(), name, &FunctionDeclaration::name) != scope_.functions().end()) {
        look_at_arguments(expr, name);
        return make_failing(expr.name_span, {.code = FailureCode::unknown_function, .name = keep(name)});
    }
    const auto rows = functions_named(name);
    const auto same = std::ranges::find(rows, style, &FunctionRow::style);
    if (same != rows.end()) {
        const std::size_t given = arguments - (style == FunctionRow::Style::method ? 1 : 0);
        NodePtr out = problem(
            expr.span, "'" + name + "' takes " + argument_count(**same) + ", not " + std::to_string(given),
            {}, FailureCode::unknown_function, keep(name));
        look_at_arguments(expr, name);
        return out;
    }
    const auto macros =
        style == FunctionRow::Style::method ? macro_names() : std::vector<std::string>{"has", "cel.bind"};
    std::string hint;
    std::string meant;
    if (!rows.empty()) {
        hint = style == FunctionRow::Style::global ? "it is a method: x." + name + "(…)"
                                                   : "it is no method: " + name + "(x)";
    } else if (hint = habit_of_function(name, style == FunctionRow::Style::method); hint.empty()) {
        std::vector<std::string> names = function_names(style);
        names.insert(names.end(), macros.begin(), macros.end());
        if (style == FunctionRow::Style::method) names.insert(names.end(), {"or", "orValue"});
        meant = did_you_mean(name, names);
        if (!meant.empty())
            hint = meant == name ? "its arguments do not fit" : "did you mean '" + meant + "'?";
    }
    NodePtr out = problem(expr.name_span, "unknown function '" + name + "'", std::move(hint),
                          FailureCode::unknown_function, keep(name));
    // The variables of a macro that is only misspelt are not unknown.
    if (std::ranges::find(macros, meant) == macros.end()) look_at_arguments(expr, name);
    return out;
}

/// Plans what an unknown function is given, for its own problems. The receiver of `math.foo(…)` is no
/// variable.
void Planner::look_at_arguments(const Expr& expr, const std::string& name) {
    const std::size_t first = expr.method && name != expr.text ? 1 : 0;
    for (std::size_t i = first; i < expr.args.size(); ++i) plan(*expr.args[i]);
}

NodePtr Planner::fold(const Expr& expr) {
    const bool optional = expr.fold == Fold::optional_map || expr.fold == Fold::optional_flat_map;
    FoldParts parts{
        .span = expr.span, .name = keep(expr.name_span.of(source_)), .two_variables = !expr.second.empty()};
    parts.range = plan(*expr.args[0]);
    if (!optional && ++folds_ > scope_.limits().comprehensions) {
        problems_.push_back({"macros over elements are nested more than " +
                                 std::to_string(scope_.limits().comprehensions) + " deep",
                             expr.span.begin,
                             expr.span.end,
                             {}});
    }
    parts.first = locals_++;
    parts.variable = keep(expr.text);
    names_.push_back({expr.text, parts.first, nullptr});
    if (parts.two_variables) {
        parts.second = locals_++;
        parts.second_variable = keep(expr.second);
        names_.push_back({expr.second, parts.second, nullptr});
    }
    const std::uint64_t before = nodes_;
    if (expr.args[1]) parts.condition = plan(*expr.args[1]);
    if (expr.args[2]) parts.result = plan(*expr.args[2]);
    parts.step = 1 + nodes_ - before;
    names_.resize(names_.size() - (parts.two_variables ? 2 : 1));
    if (!optional) --folds_;
    switch (expr.fold) {
        case Fold::all:
        case Fold::exists:
        case Fold::exists_one: return make_quantifier(expr.fold, std::move(parts));
        case Fold::list: return make_list_fold(std::move(parts));
        case Fold::map:
        case Fold::map_entry: return make_map_fold(expr.fold, std::move(parts));
        case Fold::sort_by: return make_sort_by(std::move(parts));
        default: return make_optional_fold(expr.fold, std::move(parts));
    }
}

}  // namespace maillon::expression
