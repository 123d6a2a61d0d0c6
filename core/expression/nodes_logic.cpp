#include "core/expression/nodes.h"

namespace maillon::expression {
namespace {

/// `&&` and `||`: the operand that decides (false, resp. true) wins wherever it stands; else the first that
/// is no bool.
class Chain final : public Node {
public:
    Chain(Span span, bool all, std::vector<NodePtr> operands)
        : Node(span), all_(all), decider_(Value::boolean(!all)), operands_(std::move(operands)) {}

    Value eval(Frame& frame) const noexcept override {
        Value offender;
        for (const NodePtr& operand : operands_) {
            const Value value = operand->eval(frame);
            if (value.is(Kind::boolean)) {
                if (value.as_integer() == decider_.as_integer()) return decider_;
            } else if (offender.is(Kind::unset)) {
                offender = value;
            }
        }
        if (offender.is(Kind::unset)) return Value::boolean(all_);
        if (offender.is_error()) return offender;
        return fail(frame, {.code = FailureCode::not_boolean, .a = offender, .name = all_ ? "&&" : "||"});
    }

    Explanation::Shape shape() const override {
        return all_ ? Explanation::Shape::all : Explanation::Shape::any;
    }
    const std::vector<NodePtr>& operands() const override { return operands_; }

private:
    bool all_;
    Value decider_;
    std::vector<NodePtr> operands_;
};

class Not final : public Node {
public:
    Not(Span span, NodePtr operand) : Node(span) { operands_.push_back(std::move(operand)); }

    Value eval(Frame& frame) const noexcept override {
        const Value value = operands_.front()->eval(frame);
        if (value.is(Kind::boolean)) return Value::boolean(value.is_false());
        if (value.is_error()) return value;
        return fail(frame, {.code = FailureCode::not_boolean, .a = value, .name = "!"});
    }

    Explanation::Shape shape() const override { return Explanation::Shape::opposite; }
    const std::vector<NodePtr>& operands() const override { return operands_; }

private:
    std::vector<NodePtr> operands_;
};

class Conditional final : public Node {
public:
    Conditional(Span span, NodePtr condition, NodePtr then, NodePtr otherwise)
        : Node(span),
          condition_(std::move(condition)),
          then_(std::move(then)),
          otherwise_(std::move(otherwise)) {}

    Value eval(Frame& frame) const noexcept override {
        const Value value = condition_->eval(frame);
        if (value.is(Kind::boolean)) return value.is_true() ? then_->eval(frame) : otherwise_->eval(frame);
        if (value.is_error()) return value;
        return fail(frame, {.code = FailureCode::not_boolean, .a = value, .name = "?:"});
    }

    Explanation::Shape shape() const override { return Explanation::Shape::choice; }
    void parts(std::vector<const Node*>& out) const override {
        out.insert(out.end(), {condition_.get(), then_.get(), otherwise_.get()});
    }

private:
    NodePtr condition_, then_, otherwise_;
};

class OptionalOr final : public Node {
public:
    OptionalOr(Span span, NodePtr left, NodePtr right, bool unwrap)
        : Node(span), left_(std::move(left)), right_(std::move(right)), unwrap_(unwrap) {}

    Value eval(Frame& frame) const noexcept override {
        const Value left = left_->eval(frame);
        if (left.is_error()) return left;
        if (!left.is(Kind::optional)) return no_overload(frame, unwrap_ ? "orValue" : "or", left);
        if (left.is_present()) return unwrap_ ? left.inner() : left;
        const Value right = right_->eval(frame);
        if (unwrap_ || right.is_error() || right.is(Kind::optional)) return right;
        return no_overload(frame, "or", left, right);
    }
    void parts(std::vector<const Node*>& out) const override {
        out.insert(out.end(), {left_.get(), right_.get()});
    }

private:
    NodePtr left_, right_;
    bool unwrap_;
};

}  // namespace

NodePtr make_and(Span span, std::vector<NodePtr> operands) {
    return std::make_unique<Chain>(span, true, std::move(operands));
}
NodePtr make_or(Span span, std::vector<NodePtr> operands) {
    return std::make_unique<Chain>(span, false, std::move(operands));
}
NodePtr make_not(Span span, NodePtr operand) {
    return std::make_unique<Not>(span, std::move(operand));
}
NodePtr make_conditional(Span span, NodePtr condition, NodePtr then, NodePtr otherwise) {
    return std::make_unique<Conditional>(span, std::move(condition), std::move(then), std::move(otherwise));
}
NodePtr make_optional_or(Span span, NodePtr left, NodePtr right, bool unwrap) {
    return std::make_unique<OptionalOr>(span, std::move(left), std::move(right), unwrap);
}

}  // namespace maillon::expression
