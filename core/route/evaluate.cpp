#include "core/route/evaluate.h"

#include "core/expression/containers.h"
#include "core/expression/output.h"

#include <algorithm>

namespace maillon::route {
namespace {

using expression::Kind;

bool is_scalar(const expression::Value& value) {
    using enum Kind;
    return value.is(text) || value.is(integer) || value.is(unsigned_integer) || value.is(boolean);
}

/// Two items with one key could not be told apart.
Result<> differ(const std::vector<LoopItem>& items) {
    std::map<std::string_view, std::size_t> seen;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto [before, is_new] = seen.emplace(items[i].key, i);
        if (!is_new)
            return rejected("items " + std::to_string(before->second + 1) + " and " + std::to_string(i + 1) +
                            " have the same key '" + items[i].key + "'");
    }
    return {};
}

Result<std::string> key_of_item(const EachPlan& loop, const Bound& bound, const expression::Value& item,
                                std::size_t position) {
    const auto number = std::to_string(position);
    if (!loop.key) {
        if (is_scalar(item)) return expression::to_text(item);
        return rejected("item " + number + " is a " + std::string(name_of(item.kind())) +
                        " and cannot be its own key: say what tells the items apart, key: " + loop.as.name +
                        ".id");
    }
    bound.activation.set(loop.as.slot, item);
    const auto outcome = loop.key->evaluate(bound.activation, bound.arena);
    bound.activation.set(loop.as.slot, expression::Value{});
    if (!outcome) return failed(bound.route, outcome, loop.key->variables()).in("key of item " + number);
    if (!is_scalar(outcome.value()))
        return rejected("the key of item " + number + " is a " +
                        std::string(name_of(outcome.value().kind())) + ", not a text or a whole number");
    return expression::to_text(outcome.value());
}

/// The list or map; unset when the expression gives an optional without a value.
Result<expression::Value> list_of(const EachPlan& loop, const Bound& bound, std::uint32_t most) {
    const auto outcome = loop.list.evaluate(bound.activation, bound.arena);
    if (!outcome) return failed(bound.route, outcome, loop.list.variables());
    auto list = outcome.value();
    if (list.is(Kind::optional)) {
        if (!list.is_present()) return expression::Value{};
        list = list.inner();
    }
    if (!list.is(Kind::list) && !list.is(Kind::map))
        return rejected("gives " + std::string(name_of(list.kind())) + ", not a list or a map");
    if (const auto size = expression::size_of(list); size > most)
        return rejected("the list has " + std::to_string(size) + " items, and " + std::to_string(most) +
                        " are the limit (hub.limits.max_items)");
    return list;
}

}  // namespace

std::string with_givers(const RoutePlan& route, std::string what, const std::vector<std::string>& variables) {
    for (const auto& name : variables) {
        const auto givers = route.given_by.find(name);
        if (givers == route.given_by.end() || givers->second.empty()) continue;
        if (what.find("variable '" + name + "' has no value") == std::string::npos) continue;
        what += givers->second.size() == 1 ? ": the step that gives it one was not run: '"
                                           : ": none of the steps that give it one was run: '";
        for (std::size_t i = 0; i < givers->second.size(); ++i)
            what += (i > 0 ? "', '" : "") + givers->second[i];
        return what + '\'';
    }
    return what;
}

Fault failed(const RoutePlan& route, const expression::Outcome& outcome,
             const std::vector<std::string>& variables) {
    return rejected(with_givers(route, expression::to_string(outcome.problem()), variables));
}

Result<bool> holds(const expression::Program& condition, const Bound& bound) {
    const auto outcome = condition.evaluate(bound.activation, bound.arena);
    if (!outcome) return failed(bound.route, outcome, condition.variables());
    if (!outcome.value().is(Kind::boolean))
        return rejected("gives " + std::string(name_of(outcome.value().kind())) + ", not true or false");
    return outcome.is_true();
}

Result<std::vector<LoopItem>> loop_items(const EachPlan& loop, const Bound& bound, std::uint32_t most) {
    const auto list = list_of(loop, bound, most);
    if (!list) return list.error();
    std::vector<LoopItem> out;
    const auto take = [&](const expression::Value& item) -> Result<> {
        auto key = key_of_item(loop, bound, item, out.size() + 1);
        if (!key) return key.error();
        out.push_back({item, std::move(*key)});
        return {};
    };
    expression::Value key, item;
    if (list->is(Kind::map)) {
        for (expression::MapReader reader(*list); reader.next(key, item);) {
            if (auto done = take(key); !done) return done.error();
        }
    } else if (list->is(Kind::list)) {
        for (expression::ListReader reader(*list); reader.next(item);) {
            if (auto done = take(item); !done) return done.error();
        }
    }
    if (auto done = differ(out); !done) return done.error();
    return out;
}

Result<bool> when_holds(const RoutePlan& route, const Json& body, const Json& meta,
                        expression::Arena& arena) {
    if (!route.when) return true;
    expression::Activation activation(route.scope);
    activation.set(0, expression::Value::of(body.element()));
    activation.set(1, expression::Value::of(meta.element()));
    const auto outcome = route.when->evaluate(activation, arena);
    if (!outcome) return rejected("when: " + expression::to_string(outcome.problem()));
    if (!outcome.value().is(expression::Kind::boolean)) return rejected("when: is neither true nor false");
    return outcome.is_true();
}

}  // namespace maillon::route
