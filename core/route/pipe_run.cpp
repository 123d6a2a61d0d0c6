#include "core/route/pipe_run.h"

#include "core/base/assert.h"

#include <algorithm>

namespace maillon::route {
namespace {

using expression::Value;

/// Loops in loops could keep one line busy for hours.
constexpr std::size_t kMostSteps = 1'000'000;

bool has_meta(const std::vector<std::string>& variables) {
    return std::ranges::find(variables, "meta") != variables.end();
}
bool reads(const std::optional<expression::Program>& program) {
    return program && has_meta(program->variables());
}
bool reads(const LetPlan& plan) {
    return std::ranges::any_of(plan.values, [](const auto& one) { return has_meta(one.second.variables()); });
}
bool reads(const EmitPlan& plan) {
    return has_meta(plan.with.variables());
}
bool reads(const DropPlan& plan) {
    return has_meta(plan.reason.variables());
}
bool reads(const ChoosePlan& plan) {
    return std::ranges::any_of(plan.branches, [](const auto& branch) { return reads(branch.when); });
}
bool reads(const EachPlan& plan) {
    return has_meta(plan.list.variables()) || reads(plan.key);
}
template <class Other>
bool reads(const Other&) {
    return false;
}

bool does_read_meta(const RoutePlan& route) {
    return reads(route.when) || std::ranges::any_of(route.steps, [](const StepPlan& step) {
               return reads(step.when) ||
                      std::visit([](const auto& action) { return reads(action); }, step.action);
           });
}

}  // namespace

PipeRun::PipeRun(std::shared_ptr<const RoutePlan> plan, Parts parts)
    : plan_(std::move(plan)), parts_(parts), activation_(plan_->scope), reads_meta_(does_read_meta(*plan_)) {}

std::optional<PipeFault> PipeRun::run(const Value& event, const Value& meta, std::string& out) {
    activation_.clear();
    activation_.set(0, event);
    if (reads_meta_) activation_.set(1, meta);
    if (plan_->when) {
        const auto passes = holds(*plan_->when, bound());
        if (!passes) {
            ++book_.failed;
            return PipeFault{"route '" + plan_->name + "': when: " + passes.error().what, 0,
                             plan_->when_place};
        }
        if (!*passes) return std::nullopt;
    }
    ++book_.matched;
    const auto before = out.size();
    auto fault = steps(out);
    if (fault) {
        out.resize(before);
        ++book_.failed;
    } else {
        book_.written += lines_;
        if (dropped_) ++book_.dropped;
    }
    return fault;
}

std::optional<PipeFault> PipeRun::steps(std::string& out) {
    at_ = plan_->first;
    lines_ = 0;
    dropped_ = false;
    loops_.clear();
    for (std::size_t made = 0; at_ != kEnd; ++made) {
        const auto& plan = plan_->steps[at_];
        auto next = made < kMostSteps
                        ? step(plan, out)
                        : Next(internal("more than " + std::to_string(kMostSteps) + " steps for one line"));
        if (next) {
            at_ = *next;
        } else if (!caught(plan, next.error())) {
            return PipeFault{"route '" + plan_->name + "', step '" + plan.path + "': " + next.error().what, 0,
                             place_of_failure(plan)};
        }
    }
    return std::nullopt;
}

config::Place PipeRun::place_of_failure(const StepPlan& plan) {
    if (plan.when && !holds(*plan.when, bound())) return plan.place;
    std::optional<config::Place> out;
    const auto look_at = [&](const ValueTemplate& value) {
        if (!out) out = value.place_of_failure(activation_, parts_.arena);
    };
    if (const auto* emit = std::get_if<EmitPlan>(&plan.action)) look_at(emit->with);
    if (const auto* let = std::get_if<LetPlan>(&plan.action)) {
        for (const auto& [as, value] : let->values) look_at(value);
    }
    return out.value_or(plan.place);
}

PipeRun::Next PipeRun::step(const StepPlan& plan, std::string& out) {
    const bool is_under_way = !loops_.empty() && loops_.back().step == at_;
    if (plan.when && !is_under_way) {
        const auto passes = holds(*plan.when, bound());
        if (!passes) return passes.error().in("when");
        if (!*passes) return plan.next;
    }
    return std::visit(
        [&](const auto& action) -> Next {
            if constexpr (requires { execute(plan, action, out); }) return execute(plan, action, out);
            MAILLON_ASSERT(false, "check_for_pipe refuses steps that need the outside");
        },
        plan.action);
}

bool PipeRun::caught(const StepPlan& plan, const Fault& fault) {
    if (fault.kind == FaultKind::internal) return false;
    for (const auto index : plan.handlers) {
        const auto& handler = plan_->handlers[index];
        if (handler.failure_class != name_of(fault.kind) && handler.failure_class != "any") continue;
        leave_loops(handler.depth);
        auto& arena = parts_.arena;
        const auto entries = arena.array<expression::MapEntry>(3);
        entries[0] = {Value::text("class"), Value::text(name_of(fault.kind))};
        entries[1] = {Value::text("message"), Value::text(arena.copy(fault.what))};
        entries[2] = {Value::text("step"), Value::text(plan.path)};
        activation_.set(plan_->error_slot, Value::map(arena, entries));
        at_ = handler.first;
        return true;
    }
    return false;
}

void PipeRun::leave_loops(std::size_t depth) {
    while (loops_.size() > depth) {
        forget(std::get<EachPlan>(plan_->steps[loops_.back().step].action));
        loops_.pop_back();
    }
}

void PipeRun::forget(const EachPlan& loop) {
    for (const auto& name : loop.forgets) activation_.set(name.slot, Value{});
}

PipeRun::Next PipeRun::execute(const StepPlan& plan, const EnterPlan& action, std::string&) {
    return action.inside == kEnd ? plan.next : action.inside;
}

PipeRun::Next PipeRun::execute(const StepPlan& plan, const LetPlan& action, std::string&) {
    for (const auto& [as, from] : action.values) {
        const auto value = parts_.kept.keep(from, activation_);
        if (!value) return rejected(with_givers(*plan_, value.error().what, from.variables())).in(as.name);
        activation_.set(as.slot, *value);
    }
    return plan.next;
}

PipeRun::Next PipeRun::execute(const StepPlan& plan, const EmitPlan& action, std::string& out) {
    const auto before = out.size();
    if (auto done = action.with.append(out, activation_, parts_.arena); !done) {
        out.resize(before);
        return rejected(with_givers(*plan_, done.error().what, action.with.variables())).in("with");
    }
    out += '\n';
    ++lines_;
    return plan.next;
}

PipeRun::Next PipeRun::execute(const StepPlan&, const DropPlan& action, std::string&) {
    const auto reason = action.reason.evaluate(activation_, parts_.arena);
    if (!reason) return failed(*plan_, reason, action.reason.variables()).in("drop");
    dropped_ = true;
    return kEnd;
}

PipeRun::Next PipeRun::execute(const StepPlan& plan, const ChoosePlan& action, std::string&) {
    for (const auto& branch : action.branches) {
        if (branch.when) {
            const auto passes = holds(*branch.when, bound());
            if (!passes) return passes.error().in("when of branch '" + branch.label + "'");
            if (!*passes) continue;
        }
        return branch.inside;
    }
    return plan.next;
}

PipeRun::Next PipeRun::execute(const StepPlan& plan, const EachPlan& action, std::string&) {
    if (!loops_.empty() && loops_.back().step == at_) return round(plan, action);
    auto items = loop_items(action, bound(), parts_.max_items);
    if (!items) return items.error().in("each");
    // What the steps do to variables must not reach the items that are still to come.
    for (auto& item : *items) {
        const auto value = parts_.kept.keep(item.value);
        if (!value) return value.error().in("each");
        item.value = *value;
    }
    loops_.push_back({at_, 0, std::move(*items)});
    return round(plan, action);
}

PipeRun::Next PipeRun::round(const StepPlan& plan, const EachPlan& action) {
    forget(action);
    auto& loop = loops_.back();
    if (loop.round == loop.items.size()) {
        loops_.pop_back();
        return plan.next;
    }
    activation_.set(action.as.slot, loop.items[loop.round++].value);
    return action.inside;
}

}  // namespace maillon::route
