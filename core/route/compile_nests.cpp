#include "core/base/text.h"
#include "core/route/compiler.h"

#include <algorithm>
#include <iterator>

namespace maillon::route {
namespace {

std::optional<ApprovePlan> approve_of(const config::Action& action) {
    const std::optional<config::Approve>* from = nullptr;
    if (const auto* call = std::get_if<config::Call>(&action)) from = &call->approve;
    if (const auto* answer = std::get_if<config::Answer>(&action)) from = &answer->approve;
    if (!from || !*from) return std::nullopt;
    return ApprovePlan{(*from)->role.value, (*from)->within};
}

}  // namespace

RouteCompiler::Chain RouteCompiler::step(const config::Step& from, const Place& place) {
    const auto nested = [&](auto compile_inside) {
        return nest(from, place,
                    [&](std::size_t at, const Place& inside) { return compile_inside(at, inside); });
    };
    if (const auto* what = std::get_if<config::Do>(&from.action))
        return nested([&](std::size_t at, const Place& inside) { return block(*what, at, inside); });
    if (const auto* what = std::get_if<config::Choose>(&from.action))
        return nested([&](std::size_t at, const Place& inside) { return choose(*what, at, inside); });
    if (const auto* what = std::get_if<config::Each>(&from.action))
        return nested([&](std::size_t at, const Place& inside) { return each(*what, at, inside); });
    if (const auto* what = std::get_if<config::Timer>(&from.action))
        return nested([&](std::size_t at, const Place& inside) { return timer(*what, at, inside); });
    return plain(from, place);
}

std::size_t RouteCompiler::add(const config::Step& from, const Place& place) {
    StepPlan plan;
    path_ = plan.path = place.prefix + from.name;
    plan.kind = from.kind;
    plan.when = program(from.when);
    plan.loops = place.loops;
    plan.place = from.place;
    plan.approve = approve_of(from.action);
    if (!paths_.insert(plan.path).second) {
        diagnostics_.error(from.place, "two steps would be remembered as '" + plan.path + "'",
                           "give one of them a name of its own");
    }
    out_->steps.push_back(std::move(plan));
    return out_->steps.size() - 1;
}

RouteCompiler::Chain RouteCompiler::plain(const config::Step& from, const Place& place) {
    const auto at = add(from, place);
    std::visit(
        [&](const auto& what) {
            if constexpr (requires { action(what); }) out_->steps[at].action = action(what);
        },
        from.action);
    const auto first_handler = out_->handlers.size();
    out_->steps[at].handlers = reserve(from, place);
    Chain chain{at, {[at](RoutePlan& route, std::size_t to) { route.steps[at].next = to; }}};
    catch_with(from, place, chain, first_handler);
    return chain;
}

RouteCompiler::Chain RouteCompiler::nest(const config::Step& from, const Place& place, const Fill& fill) {
    const auto at = add(from, place);
    const auto first_handler = out_->handlers.size();
    const Place inside{place.prefix + from.name + '/', reserve(from, place), place.loops};
    out_->steps[at].handlers = inside.handlers;
    Chain chain = fill(at, inside);
    chain.first = at;
    chain.exits.push_back([at](RoutePlan& route, std::size_t to) { route.steps[at].next = to; });
    catch_with(from, place, chain, first_handler);
    return chain;
}

RouteCompiler::Chain RouteCompiler::block(const config::Do& what, std::size_t at, const Place& inside) {
    Chain chain = steps(config_.blocks.at(what.block.value).steps, inside);
    out_->steps[at].action = EnterPlan{chain.first.value_or(kEnd)};
    return chain;
}

RouteCompiler::Chain RouteCompiler::choose(const config::Choose& what, std::size_t at, const Place& inside) {
    ChoosePlan plan;
    for (const auto& from : what.branches) {
        const auto number = std::to_string(plan.branches.size() + 1);
        plan.branches.push_back({from.name.empty() ? number : from.name, program(from.when), kEnd});
    }
    Chain all;
    for (std::size_t i = 0; i < what.branches.size(); ++i) {
        const auto& from = what.branches[i];
        Place place = inside;
        if (!from.name.empty()) place.prefix += from.name + '/';
        Chain one = steps(from.steps, place);
        plan.branches[i].inside = one.first.value_or(kEnd);
        std::ranges::move(one.exits, std::back_inserter(all.exits));
    }
    out_->steps[at].action = std::move(plan);
    return all;
}

RouteCompiler::Chain RouteCompiler::each(const config::Each& what, std::size_t at, Place inside) {
    auto outside = known_;
    if (outside.contains(what.as)) {
        diagnostics_.error(what.as_place, "'" + what.as + "' has a value already",
                           "give the item a name of its own: " + what.as + "_");
    }
    auto list = program(what.list);
    const auto as = declare(what.as);
    EachPlan plan{std::move(list), program(what.key), as, kEnd, {}};
    inside.loops.push_back(out_->steps[at].path.size());
    Chain chain = steps(what.steps, inside);
    link(chain, at);
    plan.inside = chain.first.value_or(kEnd);
    std::vector<std::string> inner;
    std::ranges::set_difference(known_, outside, std::back_inserter(inner));
    for (const auto& name : inner) plan.forgets.push_back({name, *out_->scope.slot(name)});
    narrow(std::move(outside));
    out_->steps[at].action = std::move(plan);
    return {};
}

RouteCompiler::Chain RouteCompiler::timer(const config::Timer& what, std::size_t at, const Place& inside) {
    TimerPlan plan{what.name.value, what.after, program(what.unless), kEnd};
    Chain chain = steps(what.steps, inside);
    plan.inside = chain.first.value_or(kEnd);
    out_->steps[at].action = std::move(plan);
    return chain;
}

}  // namespace maillon::route
