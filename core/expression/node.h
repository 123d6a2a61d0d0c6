#pragma once

#include "core/expression/expression.h"
#include "core/expression/failure.h"
#include "core/expression/meter.h"

#include <memory>
#include <vector>

namespace maillon::expression {

class Node;
using NodePtr = std::unique_ptr<const Node>;

/// The state of one evaluation. Lives on the stack of `Program::evaluate`.
struct Frame {
    const Value* slots = nullptr;
    std::size_t slot_count = 0;
    Value* locals = nullptr;  ///< comprehension and bind variables, by the numbers that the planner gave them
    Arena& arena;
    std::string_view source{};
    Meter meter{};

    bool charge(std::uint64_t units) { return meter.charge(units); }
    /// What to return when `charge` refused.
    Value cost_failure() {
        return fail({.code = FailureCode::cost, .a = Value::unsigned_integer(meter.limit)});
    }

    Value fail(const Failure& failure) { return Value::error(arena.make<Failure>(failure)); }
};

/// One step of a planned expression. Immutable; evaluated by many threads at once.
///
/// `eval` never throws and never returns an unset value: what goes wrong is an error value.
class Node {
public:
    explicit Node(Span span) : span_(span) {}
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    virtual ~Node() = default;

    virtual Value eval(Frame& frame) const noexcept = 0;
    /// The value when it is known before any evaluation.
    virtual const Value* constant() const { return nullptr; }
    // How to take it apart for people.
    virtual Explanation::Shape shape() const { return Explanation::Shape::leaf; }
    /// Of `&&`, `||` and `!`.
    virtual const std::vector<NodePtr>& operands() const;
    /// What all others are computed from; not what is evaluated for each element of something.
    virtual void parts(std::vector<const Node*>&) const {}
    /// Whether it reads a variable or a field of one, so that its value is worth telling.
    virtual bool is_reading() const { return false; }
    /// Of a macro that asks elements: adds an operand for each element that decided.
    virtual void explain_elements(Frame&, Explanation&) const {}

    Span span() const { return span_; }

protected:
    Value fail(Frame& frame, Failure failure) const {
        failure.span = span_;
        return frame.fail(failure);
    }
    Value no_overload(Frame& frame, std::string_view name, const Value& a, const Value& b = Value()) const {
        return fail(frame, {.code = FailureCode::no_overload, .a = a, .b = b, .name = name});
    }

private:
    Span span_;
};

/// Explains a planned expression, operand by operand (explain.cpp).
Explanation explain_node(const Node& node, Frame& frame);
/// The same for a part of one, whose marks its owner sets.
Explanation explain_operand(const Node& node, Frame& frame);

}  // namespace maillon::expression
