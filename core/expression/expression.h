#pragma once

#include "core/expression/activation.h"
#include "core/expression/arena.h"
#include "core/expression/problem.h"
#include "core/expression/scope.h"
#include "core/expression/value.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::expression {

/// What an evaluation came to: a value, or a failure whose sentence is only written when asked for.
/// Valid as long as the program, the bound values and the arena (until its reset).
class [[nodiscard]] Outcome {
public:
    explicit Outcome(Value value) : value_(value) {}

    bool has_value() const { return !value_.is_error(); }
    explicit operator bool() const { return has_value(); }
    /// Only when there is one.
    const Value& value() const;
    /// Only when there is no value.
    Problem problem() const;
    /// True only for the value `true`: what a condition asks. A failure or another kind is not true.
    bool is_true() const { return value_.is_true(); }

private:
    Value value_;
};

/// An expression taken apart at `&&`, `||`, `!`, `?:` and the macros that ask elements (`exists`, `all`,
/// `exists_one`), each operand evaluated. For people who ask why.
struct Explanation {
    enum class Shape {
        leaf,
        all,
        any,
        opposite,
        choice,
        elements
    };  ///< `all` is &&, `any` is ||, `choice` ?:
    /// What a leaf has read.
    struct Fact {
        std::string source;   ///< "event.text"
        std::string outcome;  ///< as below
        bool failed = false;
    };
    Shape shape = Shape::leaf;
    std::string source;  ///< the operand's own text
    std::size_t begin = 0, end = 0;
    std::string outcome;    ///< the value as compact JSON, or the problem's sentence
    bool failed = false;    ///< `outcome` is a problem
    bool reached = true;    ///< false when an operand before it had decided already
    bool decided = false;   ///< on the line of operands that made the whole what it is
    std::string element{};  ///< of a macro's operand: which element it was asked of, "t = \"vip\""
    std::size_t more = 0;   ///< elements that would say the same, and are left out
    std::vector<Explanation> operands;
    std::vector<Fact> facts;
};

/// What an evaluation will cost, in the units of `Limits::cost`, by an estimate made without evaluating.
struct Cost {
    std::uint64_t least = 0;
    std::uint64_t most = 0;  ///< the largest number of its type when it is beyond counting
};

/// The type that an expression must have, and what it is for: {bool, "when"}.
struct Wanted {
    /// In which form the value has to fit.
    enum class Form : std::uint8_t {
        value,      ///< as it is
        json,       ///< written as JSON: timestamps have become texts; an optional may be there or null
        sure_json,  ///< the same, and an optional has to be taken out first
        text,       ///< inside a text; `type` is not looked at
    };
    Type type = TypeKind::dyn;
    std::string_view name = "the expression";
    Form form = Form::value;
};

/// A compiled expression. A handle to something immutable: copy it, share it between threads, keep it.
class Program {
public:
    /// Parses, checks types, resolves names and folds constants. Finds wrong types, unknown fields, variables
    /// and functions, wrong numbers of arguments, bad constant patterns and what would cost too much; several
    /// at a time where that is possible, in the order of the source.
    static Compiled<Program> compile(std::string_view source, const Scope& scope, const Wanted& wanted = {});

    /// Evaluates once. Never throws. `arena` is not reset here; the activation must serve the scope of
    /// `compile`.
    Outcome evaluate(const Activation& activation, Arena& arena) const;
    Explanation explain(const Activation& activation, Arena& arena) const;

    const std::string& source() const;
    /// Of the result; dyn where it cannot be known, and in an unchecked scope.
    const Type& type() const;
    const Cost& cost() const;
    /// The declared variables that it reads, each once, in order of first use.
    const std::vector<std::string>& variables() const;
    /// The value, when the expression is a constant: no variable is read and nothing can fail.
    const Value* constant() const;

private:
    friend class Template;
    struct Plan;
    explicit Program(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}
    std::shared_ptr<const Plan> plan_;
};

}  // namespace maillon::expression
