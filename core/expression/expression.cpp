#include "core/expression/expression.h"

#include "core/base/assert.h"
#include "core/expression/parser.h"
#include "core/expression/plan.h"
#include "core/expression/planner.h"

namespace maillon::expression {

const Value& Outcome::value() const {
    MAILLON_ASSERT(has_value(), "an outcome's value is only asked for when there is one");
    return value_;
}

Problem Outcome::problem() const {
    MAILLON_ASSERT(!has_value(), "an outcome's problem is only asked for when there is one");
    return describe(*value_.pointer<Failure>());
}

Compiled<Program> Program::compile(std::string_view source, const Scope& scope) {
    Parsed parsed = parse(source, scope.limits(), scope.has_macros());
    if (parsed.problem) return std::vector<Problem>{std::move(*parsed.problem)};
    auto plan = std::make_shared<Plan>();
    plan->source = source;
    plan->cost = scope.limits().cost;
    Planner planner(plan->source, plan->constants, scope);
    plan->root = planner.plan(*parsed.tree);
    if (!planner.problems().empty()) return std::move(planner.problems());
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
const std::vector<std::string>& Program::variables() const {
    return plan_->variables;
}
const Value* Program::constant() const {
    return plan_->root->constant();
}

}  // namespace maillon::expression
