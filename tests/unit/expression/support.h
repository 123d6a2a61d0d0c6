#pragma once

#include "core/event/json.h"
#include "core/expression/expression.h"
#include "core/expression/output.h"
#include "core/expression/template.h"

#include <string>
#include <string_view>

namespace maillon::expression {

/// Compiles and evaluates with one variable, `event`, and shows what comes out as text.
class Bench {
public:
    explicit Bench(std::string_view event = "{}");

    Bench& limits(Limits limits);
    /// The value as JSON; "type:int" for types, "error: …" for a failed evaluation, "problem: …" for a failed
    /// compilation.
    std::string operator()(std::string_view expression);
    /// The same for a template.
    std::string text(std::string_view source);
    /// The evaluation's problem; fails the test when there is none.
    Problem problem(std::string_view expression);
    /// What does not compile; empty when it does.
    std::vector<Problem> problems(std::string_view expression) const;
    Explanation explain(std::string_view expression);

    Scope scope;
    Activation activation;
    Arena arena;

private:
    std::string show(const Outcome& outcome);
    Json event_;
};

/// Compact JSON, types as "type:int", optionals as "some(…)" and "none".
std::string show(const Value& value);

}  // namespace maillon::expression
