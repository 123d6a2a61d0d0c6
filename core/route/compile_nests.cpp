#include "core/base/text.h"
#include "core/expression/type_schema.h"
#include "core/route/compiler.h"

#include <algorithm>
#include <iterator>
#include <utility>

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
    const auto before = names_;
    auto chain = action_of(from, place);
    if (from.when) know(before.either(names_));
    return chain;
}

RouteCompiler::Chain RouteCompiler::action_of(const config::Step& from, const Place& place) {
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
    plan.when = condition(from.when, "when");
    plan.loops = place.loops;
    plan.place = from.place;
    plan.where = where(from.place);
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
    const auto before = names_;
    std::visit(
        [&](const auto& what) {
            if constexpr (requires { action(what); }) out_->steps[at].action = action(what);
        },
        from.action);
    const auto first_handler = out_->handlers.size();
    out_->steps[at].handlers = reserve(from, place);
    Chain chain{at, {[at](RoutePlan& route, std::size_t to) { route.steps[at].next = to; }}};
    catch_with(from, place, chain, first_handler, before);
    return chain;
}

RouteCompiler::Chain RouteCompiler::nest(const config::Step& from, const Place& place, const Fill& fill) {
    const auto at = add(from, place);
    const auto first_handler = out_->handlers.size();
    const Place inside{place.prefix + from.name + '/', reserve(from, place), place.loops};
    out_->steps[at].handlers = inside.handlers;
    const auto before = names_;
    Chain chain = fill(at, inside);
    chain.first = at;
    chain.exits.emplace_back([at](RoutePlan& route, std::size_t to) { route.steps[at].next = to; });
    catch_with(from, place, chain, first_handler, before.either(names_));
    return chain;
}

RouteCompiler::Chain RouteCompiler::block(const config::Do& what, std::size_t at, const Place& inside) {
    const bool before = std::exchange(is_in_block_, true);
    Chain chain = steps(config_.blocks.at(what.block.value).steps, inside);
    is_in_block_ = before;
    out_->steps[at].action = EnterPlan{chain.first.value_or(kEnd)};
    return chain;
}

RouteCompiler::Chain RouteCompiler::choose(const config::Choose& what, std::size_t at, const Place& inside) {
    ChoosePlan plan;
    for (const auto& from : what.branches) {
        const auto number = std::to_string(plan.branches.size() + 1);
        plan.branches.push_back({from.name.empty() ? number : from.name, condition(from.when, "when"), kEnd});
    }
    Chain all;
    const auto before = names_;
    // Only with an `else` is one of the branches always taken.
    std::optional<Names> after;
    if (what.branches.back().when) after = before;
    for (std::size_t i = 0; i < what.branches.size(); ++i) {
        const auto& from = what.branches[i];
        Place place = inside;
        if (!from.name.empty()) place.prefix += from.name + '/';
        know(before);
        Chain one = steps(from.steps, place);
        after = after ? after->either(names_) : names_;
        plan.branches[i].inside = one.first.value_or(kEnd);
        std::ranges::move(one.exits, std::back_inserter(all.exits));
    }
    know(std::move(*after));
    out_->steps[at].action = std::move(plan);
    return all;
}

RouteCompiler::Chain RouteCompiler::each(const config::Each& what, std::size_t at, Place inside) {
    const auto outside = names_;
    if (outside.has(what.as)) {
        diagnostics_.error(what.as_place, "'" + what.as + "' has a value already",
                           "give the item a name of its own: " + what.as + "_");
    }
    auto list = program(what.list, {});
    const auto item = item_of(list, what.list);
    // What a round binds anew, the next one may find with another type.
    auto first = names_;
    first.forget_types(names_bound_by(what.steps, config_.blocks));
    know(std::move(first));
    const auto as = declare(what.as, item);
    std::optional<expression::Program> key;
    if (what.key) key = program(*what.key, {});
    check_key(what, key, item);
    EachPlan plan{std::move(list), std::move(key), as, kEnd, {}};
    inside.loops.push_back(out_->steps[at].path.size());
    Chain chain = steps(what.steps, inside);
    link(chain, at);
    plan.inside = chain.first.value_or(kEnd);
    auto behind = outside;
    for (const auto& [name, type] : names_.types()) {
        if (outside.has(name))
            behind.bind(name, expression::type_of_either(outside.types().at(name), type));
        else
            plan.forgets.push_back({name, *out_->scope.slot(name)});
    }
    know(std::move(behind));
    out_->steps[at].action = std::move(plan);
    return {};
}

RouteCompiler::Chain RouteCompiler::timer(const config::Timer& what, std::size_t at, const Place& inside) {
    TimerPlan plan{what.name.value, what.after, condition(what.unless, "unless"), kEnd};
    const auto before = names_;
    Chain chain = steps(what.steps, inside);
    know(before.either(names_));
    plan.inside = chain.first.value_or(kEnd);
    out_->steps[at].action = std::move(plan);
    return chain;
}

}  // namespace maillon::route
