#include "core/expression/output.h"
#include "core/expression/plan.h"

#include <algorithm>

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

/// Of `c ? a : b` the condition has decided, and the side that it took.
void mark_choice(Explanation& choice) {
    auto& condition = choice.operands[0];
    condition.decided = true;
    for (const bool side : {true, false}) {
        auto& taken = choice.operands[side ? 1 : 2];
        taken.reached = taken.decided = is(condition, side);
    }
}

/// What a leaf has read: the variables and fields in it, each once.
void add_facts(const Node& node, Frame& frame, Explanation& leaf) {
    constexpr std::size_t kMost = 8;
    std::vector<const Node*> parts;
    node.parts(parts);
    for (const Node* part : parts) {
        const auto source = part->span().of(frame.source);
        const auto is_known = [&](const auto& fact) { return fact.source == source; };
        if (part->is_reading() && source != leaf.source && leaf.facts.size() < kMost &&
            std::ranges::none_of(leaf.facts, is_known)) {
            auto value = explain_value(*part, frame);
            // The leaf's own failure has been told.
            if (!value.failed || !leaf.failed)
                leaf.facts.push_back({std::move(value.source), std::move(value.outcome), value.failed});
        }
        add_facts(*part, frame, leaf);
    }
}

}  // namespace

Explanation explain_operand(const Node& node, Frame& frame) {
    Explanation out = explain_value(node, frame);
    for (const NodePtr& operand : node.operands()) out.operands.push_back(explain_operand(*operand, frame));
    switch (out.shape) {
        case Shape::all:
        case Shape::any: mark_chain(out); break;
        case Shape::opposite: out.operands.front().decided = true; break;
        case Shape::choice: {
            std::vector<const Node*> sides;
            node.parts(sides);
            for (const Node* side : sides) out.operands.push_back(explain_operand(*side, frame));
            mark_choice(out);
            break;
        }
        case Shape::elements:
            frame.meter.spent = 0;
            node.explain_elements(frame, out);
            if (out.operands.empty()) add_facts(node, frame, out);
            break;
        case Shape::leaf: add_facts(node, frame, out); break;
    }
    return out;
}

Explanation explain_node(const Node& node, Frame& frame) {
    Explanation out = explain_operand(node, frame);
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
