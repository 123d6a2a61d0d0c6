#pragma once

#include "core/expression/activation.h"
#include "core/route/plan.h"

namespace maillon::route {

/// What the expressions of a route are evaluated with. Views of what lives elsewhere.
struct Bound {
    const RoutePlan& route;
    expression::Activation& activation;
    expression::Arena& arena;
};

/// The sentence about a variable without a value, with the steps that were to give it one.
std::string with_givers(const RoutePlan& route, std::string what, const std::vector<std::string>& variables);

/// Why there is no value.
Fault failed(const RoutePlan& route, const expression::Outcome& outcome,
             const std::vector<std::string>& variables);

/// A condition: true or false, and a Fault for all else.
Result<bool> holds(const expression::Program& condition, const Bound& bound);

/// Whether a route's `when` holds for an event; a Fault when it cannot be told. `meta` is the envelope's
/// JSON.
Result<bool> when_holds(const RoutePlan& route, const Json& body, const Json& meta, expression::Arena& arena);

/// What a loop makes a round for.
struct LoopItem {
    expression::Value value;  ///< lives as long as what it was evaluated from
    std::string key;          ///< tells it apart from the others
};

/// The items of the list, or of the keys of the map, that a loop goes through. Refused: other kinds, more
/// than `most` items, two items with one key.
Result<std::vector<LoopItem>> loop_items(const EachPlan& loop, const Bound& bound, std::uint32_t most);

}  // namespace maillon::route
