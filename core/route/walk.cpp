#include "core/route/walk.h"

#include "core/route/turn.h"

namespace maillon::route {

Walk::Walk(const RoutePlan& route, const Event& event, const Json& meta)
    : route_(route), activation_(route.scope) {
    activation_.set(0, expression::Value::of(event.body.element()));
    activation_.set(1, expression::Value::of(meta.element()));
}

void Walk::bind(const Variable& as, Json value) {
    values_.insert_or_assign(as.name, value);
    activation_.set(as.slot, expression::Value::of(value.element()));
}

void Walk::forget(const Variable& as) {
    values_.erase(as.name);
    activation_.set(as.slot, expression::Value{});
}

const Json* Walk::value(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
}

std::string Walk::name_of(const StepPlan& plan) const {
    return name_of_step(loops_, plan);
}

Result<std::size_t> Walk::enter(std::size_t step, const EachPlan& loop, std::uint32_t most) {
    const auto all = loop_items(loop, bound(), most);
    if (!all) return all.error();
    std::vector<store::RunItem> items;
    for (const auto& item : *all) {
        store::RunItem kept{.key = item.key};
        if (auto done = expression::append_json(kept.item, item.value); !done) return done.error();
        items.push_back(std::move(kept));
    }
    loops_.push_back({step, 0, items.size(), {}});
    items_.push_back(std::move(items));
    return loops_.back().size;
}

Result<std::size_t> Walk::round(const StepPlan& plan, const EachPlan& loop) {
    for (const auto& name : loop.forgets) forget(name);
    auto& here = loops_.back();
    if (here.round >= here.size) {
        leave_loops(loops_.size() - 1);
        return plan.next;
    }
    const auto& item = items_.back()[here.round];
    auto value = Json::parse(item.item);
    if (!value) return value.error();
    here.key = item.key;
    bind(loop.as, std::move(*value));
    return loop.inside;
}

void Walk::leave_loops(std::size_t depth) {
    while (loops_.size() > depth) {
        const auto& plan = route_.steps[loops_.back().step];
        for (const auto& name : std::get<EachPlan>(plan.action).forgets) forget(name);
        loops_.pop_back();
        items_.pop_back();
    }
}

}  // namespace maillon::route
