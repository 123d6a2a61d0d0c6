#include "tests/unit/expression/support.h"

#include <gtest/gtest.h>

namespace maillon::expression {

std::string show(const Value& value) {
    if (value.is(Kind::type)) return "type:" + std::string(value.as_text());
    if (value.is(Kind::optional)) return value.is_present() ? "some(" + show(value.inner()) + ")" : "none";
    std::string out;
    if (auto written = append_json(out, value); !written) return "not JSON: " + written.error().what;
    return out;
}

Bench::Bench(std::string_view event) : activation(scope), event_(Json::parse(event).value()) {
    scope.declare("event");
    activation.widen(scope);
    activation.set(0, Value::of(event_.element()));
}

Bench& Bench::limits(Limits limits) {
    scope.limits(limits);
    return *this;
}

std::string Bench::show(const Outcome& outcome) {
    return outcome ? expression::show(outcome.value()) : "error: " + to_string(outcome.problem());
}

std::string Bench::operator()(std::string_view expression) {
    const auto program = Program::compile(expression, scope);
    if (!program) return "problem: " + to_string(program.error().front());
    return show(program->evaluate(activation, arena));
}

std::string Bench::text(std::string_view source) {
    const auto compiled = Template::compile(source, scope);
    if (!compiled) return "problem: " + to_string(compiled.error().front());
    return show(compiled->evaluate(activation, arena));
}

Problem Bench::problem(std::string_view expression) {
    const auto program = Program::compile(expression, scope);
    if (!program) {
        ADD_FAILURE() << expression << " does not compile: " << to_string(program.error().front());
        return {};
    }
    const Outcome outcome = program->evaluate(activation, arena);
    if (!outcome) return outcome.problem();
    ADD_FAILURE() << expression << " has the value " << expression::show(outcome.value());
    return {};
}

std::vector<Problem> Bench::problems(std::string_view expression) const {
    const auto program = Program::compile(expression, scope);
    return program ? std::vector<Problem>{} : program.error();
}

Explanation Bench::explain(std::string_view expression) {
    return Program::compile(expression, scope).value().explain(activation, arena);
}

}  // namespace maillon::expression
