#include "core/expression/output.h"
#include "core/expression/plan.h"

namespace maillon::expression {
namespace {

using Shape = Explanation::Shape;

Explanation explain_value(const Node& node, Frame& frame) {
    Explanation out;
    out.shape = node.shape();
    out.source = node.span().of(frame.source);
    out.begin = node.span().begin;
    out.end = node.span().end;
    // People wait longer than events: every operand has the whole budget.
    frame.meter.spent = 0;
    Value value = node.eval(frame);
    if (frame.meter.is_exhausted()) value = frame.cost_failure();
    out.failed = value.is_error();
    out.outcome = out.failed ? to_string(describe(*value.pointer<Failure>())) : to_display(value);
    return out;
}

bool is(const Explanation& operand, bool truth) {
    return !operand.failed && operand.outcome == (truth ? "true" : "false");
}

/// Marks the operands that made a chain what it is, and those behind a decision as not reached.
void mark_chain(Explanation& chain) {
    const bool decider = chain.shape == Shape::any;
    bool over = false;
    const bool settled = is(chain, decider);
    for (Explanation& operand : chain.operands) {
        operand.reached = !over;
        const bool decides = is(operand, decider);
        if (settled) {
            operand.decided = decides && !over;
        } else {
            operand.decided = !chain.failed || !is(operand, !decider);
        }
        over = over || decides;
    }
}

/// Takes the mark back from everything below an operand that did not decide.
void clear_marks(Explanation& explanation) {
    for (Explanation& operand : explanation.operands) {
        operand.decided = operand.decided && explanation.decided;
        operand.reached = operand.reached && explanation.reached;
        clear_marks(operand);
    }
}

Explanation explain_tree(const Node& node, Frame& frame) {
    Explanation out = explain_value(node, frame);
    for (const NodePtr& operand : node.operands()) out.operands.push_back(explain_tree(*operand, frame));
    if (out.shape == Shape::all || out.shape == Shape::any) mark_chain(out);
    if (out.shape == Shape::opposite) out.operands.front().decided = true;
    return out;
}

}  // namespace

Explanation explain_node(const Node& node, Frame& frame) {
    Explanation out = explain_tree(node, frame);
    out.decided = true;
    clear_marks(out);
    return out;
}

Explanation Program::explain(const Activation& activation, Arena& arena) const {
    Frame frame{.slots = activation.data(),
                .slot_count = activation.size(),
                .arena = arena,
                .source = plan_->source,
                .meter = {.limit = plan_->cost}};
    if (plan_->locals > 0) frame.locals = arena.array<Value>(plan_->locals).data();
    return explain_node(*plan_->root, frame);
}

}  // namespace maillon::expression
