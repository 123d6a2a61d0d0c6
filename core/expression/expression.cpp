#include "core/expression/expression.h"

#include "core/base/assert.h"
#include "core/expression/check.h"
#include "core/expression/cost.h"
#include "core/expression/parser.h"
#include "core/expression/plan.h"
#include "core/expression/planner.h"
#include "core/expression/type_schema.h"

#include <algorithm>

namespace maillon::expression {

const Value& Outcome::value() const {
    MAILLON_ASSERT(has_value(), "an outcome's value is only asked for when there is one");
    return value_;
}

Problem Outcome::problem() const {
    MAILLON_ASSERT(!has_value(), "an outcome's problem is only asked for when there is one");
    return describe(*value_.pointer<Failure>());
}

namespace {

/// "list of int cannot stand inside text".
std::optional<Problem> unfit_for_text(const Expr& tree, std::string_view source) {
    Type type = tree.type;
    switch (type.kind()) {
        case TypeKind::null:
        case TypeKind::list:
        case TypeKind::map:
        case TypeKind::object:
        case TypeKind::type: break;
        case TypeKind::optional:
            // Of an unknown value text is wanted here, too.
            if (type.part(0).is_dyn_or_error()) type = Type::optional(TypeKind::text);
            break;
        default: return std::nullopt;
    }
    return Problem{spoken(tree.type) + " cannot stand inside text", tree.span.begin, tree.span.end,
                   Advice(source).convert({tree, type}, TypeKind::text)};
}

bool is_fit(const Type& type, const Wanted& wanted) {
    if (wanted.form == Wanted::Form::value) return Unifier().assign(type, wanted.type);
    const bool may_miss = wanted.form == Wanted::Form::sure_json && type.is(TypeKind::optional);
    return wanted.type.is_dyn_or_error() || (!may_miss && Unifier().assign(type_as_json(type), wanted.type));
}

/// "when must be true or false, this is string".
std::optional<Problem> unfit(const Expr& tree, const Wanted& wanted, std::string_view source) {
    if (wanted.form == Wanted::Form::text) return unfit_for_text(tree, source);
    if (is_fit(tree.type, wanted)) return std::nullopt;
    const bool is_condition = wanted.type.is(TypeKind::boolean);
    const Advice advice(source);
    const Advice::Operand whole{tree, tree.type};
    return Problem{std::string(wanted.name) + " must be " +
                       (is_condition ? "true or false" : spoken(wanted.type)) + ", this is " +
                       spoken(tree.type),
                   tree.span.begin, tree.span.end,
                   is_condition ? advice.condition(whole) : advice.convert(whole, wanted.type)};
}

}  // namespace

Compiled<Program> Program::compile(std::string_view source, const Scope& scope, const Wanted& wanted) {
    Parsed parsed = parse(source, scope.limits(), scope.has_macros());
    if (parsed.problem) return std::vector<Problem>{std::move(*parsed.problem)};
    auto plan = std::make_shared<Plan>();
    plan->source = source;
    plan->cost = scope.limits().cost;
    Checked checked;
    if (scope.is_checked()) checked = check(*parsed.tree, plan->source, scope);
    Planner planner(plan->source, plan->constants, scope);
    plan->root = planner.plan(*parsed.tree);
    std::vector<Problem> problems = std::move(checked.problems);
    problems.insert(problems.end(), planner.problems().begin(), planner.problems().end());
    plan->type = std::move(checked.type);
    Estimated estimated = estimate(*parsed.tree, plan->source, scope.limits());
    plan->estimate = estimated.cost;
    if (problems.empty() && scope.is_checked()) {
        if (estimated.problem) problems.push_back(std::move(*estimated.problem));
        if (auto other = unfit(*parsed.tree, wanted, plan->source)) problems.push_back(std::move(*other));
    }
    if (!problems.empty()) {
        std::ranges::stable_sort(problems, {}, &Problem::begin);
        return problems;
    }
    plan->locals = planner.locals();
    plan->variables = std::move(planner.variables());
    return Program(std::move(plan));
}

Value Program::Plan::evaluate(const Activation& activation, Arena& arena) const {
    Frame frame{.slots = activation.data(),
                .slot_count = activation.size(),
                .arena = arena,
                .source = source,
                .meter = {.limit = cost}};
    if (locals > 0) frame.locals = arena.array<Value>(locals).data();
    const Value value = root->eval(frame);
    if (frame.meter.is_exhausted()) [[unlikely]]
        return frame.cost_failure();
    return value;
}

Outcome Program::evaluate(const Activation& activation, Arena& arena) const {
    return Outcome(plan_->evaluate(activation, arena));
}

const std::string& Program::source() const {
    return plan_->source;
}
const Type& Program::type() const {
    return plan_->type;
}
const Cost& Program::cost() const {
    return plan_->estimate;
}
const std::vector<std::string>& Program::variables() const {
    return plan_->variables;
}
const Value* Program::constant() const {
    return plan_->root->constant();
}

}  // namespace maillon::expression
