#include "core/config/schema_parts.h"
#include "core/config/schema_value.h"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>

namespace maillon::config {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 11> kKept{
    "enum",      "const",     "minimum", "maximum",  "exclusiveMinimum", "exclusiveMaximum",
    "minLength", "maxLength", "pattern", "minItems", "maxItems"};

json::string_view view(std::string_view text) {
    return {text.data(), text.size()};
}

const json::object* object_at(const json::object& schema, std::string_view key) {
    const auto* found = schema.if_contains(view(key));
    return found != nullptr && found->is_object() ? &found->get_object() : nullptr;
}

/// Turns a plug-in's schema into one for what is written in YAML: text without quotes may look like a number,
/// and any value may come from the environment, a secret (settings) or an expression (templates; not values).
class Written {
public:
    enum class Kind { settings, templates, values };
    explicit Written(Kind kind) : kind_(kind) {}

    json::object map(const json::object& schema) const {
        json::object properties;
        const auto* known = object_at(schema, "properties");
        if (known != nullptr) {
            for (const auto& [name, inner] : *known) {
                if (inner.is_object()) properties[name] = described(inner.get_object());
            }
        }
        json::object out{{"type", "object"}};
        if (!properties.empty()) out["properties"] = properties;
        if (const auto* required = schema.if_contains("required")) out["required"] = *required;
        out["additionalProperties"] = others(schema, properties.empty());
        return out;
    }

private:
    /// What keys that are not in `properties` may hold; the same rule as SchemaWalk::additional().
    json::value others(const json::object& schema, bool is_open) const {
        const auto* more = schema.if_contains("additionalProperties");
        if (more != nullptr && more->is_object()) return value(more->get_object());
        if (more != nullptr && more->is_bool()) is_open = more->get_bool();
        return is_open ? json::value(anything()) : json::value(false);
    }

    json::object anything() const { return kind_ == Kind::templates ? ref_to("template") : json::object{}; }

    json::object described(const json::object& schema) const {
        json::object out = value(schema);
        // The title is the shorter of the two: it stands in only where there is no description.
        for (const auto* key : {"title", "description"}) {
            if (const auto* words = schema.if_contains(key)) out["description"] = *words;
        }
        // A copy first: what is put into an object may move what is there.
        if (const auto* words = out.if_contains("description")) {
            json::value same = *words;
            out["markdownDescription"] = std::move(same);
        }
        for (const auto* key : {"default", "examples"}) {
            if (const auto* found = schema.if_contains(key)) out[key] = *found;
        }
        return out;
    }

    json::object value(const json::object& schema) const {
        const auto* mark = schema.if_contains("x-maillon-secret");
        if (kind_ == Kind::settings && mark != nullptr && mark->is_bool() && mark->get_bool())
            return ref_to("secret");
        if (!schema.contains("type")) return anything();
        if (kind_ == Kind::values) return constant(schema);
        json::array any{constant(schema)};
        const bool takes_text = allows_type(schema, "string");
        if (kind_ == Kind::templates) {
            any.push_back(ref_to(takes_text ? "with_expression" : "lone_expression"));
        } else if (takes_text || allows_type(schema, "integer") || allows_type(schema, "number") ||
                   allows_type(schema, "boolean")) {
            any.push_back(ref_to("env_text"));
            if (takes_text) any.push_back(ref_to("secret"));
        }
        return {{"anyOf", std::move(any)}};
    }

    /// The value as it is without expressions and the like.
    json::object constant(const json::object& schema) const {
        json::object out{{"type", types(schema)}};
        for (const auto key : kKept) {
            if (const auto* found = schema.if_contains(view(key))) out[view(key)] = *found;
        }
        if (allows_type(schema, "array")) {
            const auto* items = object_at(schema, "items");
            out["items"] = items != nullptr ? value(*items) : anything();
        }
        if (allows_type(schema, "object")) {
            for (auto& [key, inner] : map(schema)) {
                if (key != "type") out[key] = inner;
            }
        }
        if (allows_type(schema, "string") && kind_ != Kind::values)
            out["allOf"] = json::array{ref_to("plain_text")};
        return out;
    }

    /// A text may be written without quotes and then look like something else.
    static json::array types(const json::object& schema) {
        json::array out;
        for (const std::string_view name :
             {"string", "integer", "number", "boolean", "array", "object", "null"}) {
            const bool is_bare_text =
                allows_type(schema, "string") && (name == "number" || name == "boolean");
            const bool is_doubled =
                name == "integer" && (allows_type(schema, "string") || allows_type(schema, "number"));
            if ((allows_type(schema, name) || is_bare_text) && !is_doubled) out.emplace_back(view(name));
        }
        return out;
    }

    Kind kind_;
};

}  // namespace

json::object settings_schema(const PluginWords& plugin, const Shape& own) {
    const auto settings = Written(Written::Kind::settings).map(plugin.settings);
    auto out = shape_schema(own, true);
    out["title"] = plugin.title;
    out["description"] = plugin.summary;
    auto& properties = out["properties"].get_object();
    properties["plugin"].get_object()["description"] = plugin.title + ": " + plugin.summary;
    if (const auto* theirs = object_at(settings, "properties")) {
        for (const auto& [name, value] : *theirs) properties.emplace(name, value);  // the hub's own keys win
    }
    auto& required = out["required"].get_array();
    if (const auto* theirs = settings.if_contains("required"); theirs != nullptr && theirs->is_array()) {
        for (const auto& name : theirs->get_array()) {
            if (own.find({name.as_string().data(), name.as_string().size()}) == nullptr)
                required.push_back(name);
        }
    }
    out["additionalProperties"] = settings.at("additionalProperties");
    return out;
}

json::object values_schema(const json::object& schema) {
    return Written(Written::Kind::values).map(schema);
}

json::object arguments_schema(const json::object& arguments) {
    return Written(Written::Kind::templates).map(arguments);
}

}  // namespace maillon::config
