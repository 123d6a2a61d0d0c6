#include "core/trial/coverage.h"

#include <algorithm>

namespace maillon::trial {
namespace {

const char* const kFires = "when is true";
const char* const kDoesNot = "when is false";

std::string name_of_branch(const route::StepPlan& step, const route::ChoosePlan::Branch& branch) {
    return "branch '" + branch.label + "' of " + step.path;
}

/// The step whose own handler it is: it comes before all that it holds.
const route::StepPlan* owner_of(const route::RoutePlan& route, std::size_t handler) {
    const auto found = std::ranges::find_if(route.steps, [&](const route::StepPlan& step) {
        return std::ranges::find(step.handlers, handler) != step.handlers.end();
    });
    return found == route.steps.end() ? nullptr : &*found;
}

std::string name_of_handler(const route::RoutePlan& route, std::size_t handler) {
    const auto* owner = owner_of(route, handler);
    return "on_error " + route.handlers[handler].failure_class + (owner ? " of " + owner->path : "");
}

}  // namespace

void Coverage::look_at(const std::string& config, const route::Plan& plan, const config::Sources& sources) {
    const std::scoped_lock lock(mutex_);
    config_ = config;
    for (const auto& [name, route] : plan.routes) {
        const auto where = route->from.empty() ? std::string() : sources.where(route->from.front().place);
        add(name, route->when ? kFires : "runs", where);
        if (route->when) add(name, kDoesNot, sources.where(route->when_place));
        for (const auto& step : route->steps) {
            const auto at = sources.where(step.place);
            add(name, "step " + step.path, at);
            if (step.when) add(name, "skipping " + step.path, at);
            if (const auto* choose = std::get_if<route::ChoosePlan>(&step.action)) {
                for (const auto& branch : choose->branches) add(name, name_of_branch(step, branch), at);
            }
        }
        for (std::size_t i = 0; i < route->handlers.size(); ++i) {
            const auto* owner = owner_of(*route, i);
            add(name, name_of_handler(*route, i), owner ? sources.where(owner->place) : where);
        }
    }
}

void Coverage::came_to(const route::RoutePlan& route, std::size_t step, bool taken) {
    const std::scoped_lock lock(mutex_);
    hit(route.name, (taken ? "step " : "skipping ") + route.steps[step].path);
    for (const auto& other : route.steps) {
        const auto* choose = std::get_if<route::ChoosePlan>(&other.action);
        if (!choose) continue;
        for (const auto& branch : choose->branches) {
            // Nothing but the choice leads to the first step of a branch.
            if (branch.inside == step) hit(route.name, name_of_branch(other, branch));
        }
    }
}

void Coverage::caught(const route::RoutePlan& route, std::size_t handler) {
    const std::scoped_lock lock(mutex_);
    hit(route.name, name_of_handler(route, handler));
}

void Coverage::asked(const std::string& route, bool fires) {
    const std::scoped_lock lock(mutex_);
    hit(route, fires ? kFires : kDoesNot);
    if (fires) hit(route, "runs");
}

std::vector<CoverageItem> Coverage::items() const {
    const std::scoped_lock lock(mutex_);
    return items_;
}

void Coverage::add(const std::string& route, const std::string& what, std::string where) {
    if (!index_.try_emplace(config_ + '\n' + route + '\n' + what, items_.size()).second) return;
    items_.push_back({config_, route, what, std::move(where), 0});
}

void Coverage::hit(const std::string& route, const std::string& what) {
    const auto found = index_.find(config_ + '\n' + route + '\n' + what);
    if (found != index_.end()) ++items_[found->second].hits;
}

}  // namespace maillon::trial
