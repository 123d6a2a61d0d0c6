#include "core/trial/partial.h"

#include <boost/json/array.hpp>

#include <algorithm>

namespace maillon::trial {
namespace {

namespace json = boost::json;

void allow_null(json::object& schema) {
    auto* type = schema.if_contains("type");
    if (!type) return;
    json::array types = type->is_array() ? type->get_array() : json::array{*type};
    if (std::ranges::find(types, json::value("null")) == types.end()) types.emplace_back("null");
    *type = std::move(types);
    if (auto* words = schema.if_contains("enum"); words && words->is_array())
        words->get_array().emplace_back(nullptr);
}

/// Of the root nothing but its members may be missing; `takes_null`: those may be null as well.
json::object part_of(const json::object& schema, bool takes_null) {
    json::object out = schema;
    for (const auto* key : {"required", "minItems", "maxItems"}) out.erase(key);
    const auto inside = [&](json::value& inner) {
        if (!inner.is_object()) return;
        inner = part_of(inner.get_object(), takes_null);
        if (takes_null) allow_null(inner.get_object());
    };
    if (auto* properties = out.if_contains("properties"); properties && properties->is_object()) {
        for (auto& [name, inner] : properties->get_object()) inside(inner);
    }
    for (const auto* key : {"items", "additionalProperties"}) {
        if (auto* inner = out.if_contains(key)) inside(*inner);
    }
    return out;
}

}  // namespace

json::object partial(const json::object& schema) {
    return part_of(schema, false);
}

json::object expected_part(const json::object& schema) {
    return part_of(schema, true);
}

}  // namespace maillon::trial
