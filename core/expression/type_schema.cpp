#include "core/expression/type_schema.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <map>

namespace maillon::expression {
namespace {

namespace json = boost::json;

/// Bounds for schemas that are large or refer to each other without end.
constexpr std::size_t kDeepest = 32;
constexpr std::size_t kMostParts = 20'000;

std::string_view text_of(const json::value* value) {
    if (value == nullptr || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

/// What both say; dyn when that is nothing. Null on one side makes a wrapper.
Type common(const Type& a, const Type& b) {
    if (a == b) return a;
    if (a.is(TypeKind::null)) return Type::wrapper(b);
    if (b.is(TypeKind::null)) return Type::wrapper(a);
    if (a.is(TypeKind::wrapper) || b.is(TypeKind::wrapper)) {
        const Type inner =
            common(a.is(TypeKind::wrapper) ? a.part(0) : a, b.is(TypeKind::wrapper) ? b.part(0) : b);
        return Type::wrapper(inner);
    }
    const auto is_number = [](const Type& t) { return t.is(TypeKind::integer) || t.is(TypeKind::real); };
    if (is_number(a) && is_number(b)) return TypeKind::real;
    return TypeKind::dyn;
}

/// Of `const` and `enum`: lists and objects in there say no more than that they may be anything.
Type of_value(const json::value& value) {
    return value.is_structured() ? Type() : type_of_json(value);
}

std::uint32_t longest(const json::object& schema) {
    for (const char* key : {"maxLength", "maxItems"}) {
        const auto* limit = schema.if_contains(key);
        if (limit != nullptr && limit->is_int64() && limit->get_int64() > 0)
            return static_cast<std::uint32_t>(std::min<std::int64_t>(limit->get_int64(), UINT32_MAX));
    }
    return 0;
}

class SchemaReader {
public:
    explicit SchemaReader(const json::value& root) : root_(root) {}

    Type read(const json::value& schema, std::size_t depth = 0) {
        if (!schema.is_object() || depth > kDeepest || ++parts_ > kMostParts) return {};
        const json::object& object = schema.get_object();
        if (const auto* reference = object.if_contains("$ref")) return follow(text_of(reference), depth);
        for (const char* key : {"anyOf", "oneOf"}) {
            if (const auto* several = object.if_contains(key)) return any_of(*several, depth);
        }
        if (const auto* value = object.if_contains("const")) return of_value(*value);
        if (const auto* values = object.if_contains("enum")) return of_values(*values);
        const auto* type = object.if_contains("type");
        if (type != nullptr && type->is_array()) return of_types(object, type->get_array(), depth);
        return of_type(object, type != nullptr ? text_of(type) : implied(object), depth);
    }

private:
    static std::string_view implied(const json::object& schema) {
        if (schema.contains("properties")) return "object";
        return schema.contains("items") ? "array" : "";
    }

    Type follow(std::string_view reference, std::size_t depth) {
        if (!reference.starts_with('#')) return {};
        const auto [known, fresh] = references_.try_emplace(std::string(reference));
        // Empty while it is being read: then it has led back into itself.
        if (!fresh) return known->second.value_or(TypeKind::dyn);
        boost::system::error_code error;
        const auto* target =
            root_.find_pointer(json::string_view(reference.data() + 1, reference.size() - 1), error);
        Type type = target == nullptr ? Type() : read(*target, depth + 1);
        known->second = type;
        return type;
    }

    template <class Values, class Read>
    static Type join_all(const Values& values, Read read) {
        std::optional<Type> out;
        for (const auto& each : values) out = out ? common(*out, read(each)) : read(each);
        return out.value_or(TypeKind::dyn);
    }

    Type any_of(const json::value& several, std::size_t depth) {
        if (!several.is_array()) return {};
        return join_all(several.get_array(), [&](const json::value& each) { return read(each, depth + 1); });
    }

    static Type of_values(const json::value& values) {
        return values.is_array() ? join_all(values.get_array(), of_value) : Type();
    }

    Type of_types(const json::object& schema, const json::array& types, std::size_t depth) {
        return join_all(types,
                        [&](const json::value& each) { return of_type(schema, text_of(&each), depth); });
    }

    Type of_type(const json::object& schema, std::string_view type, std::size_t depth) {
        if (type == "string") return TypeKind::text;
        if (type == "integer") return TypeKind::integer;
        if (type == "number") return TypeKind::real;
        if (type == "boolean") return TypeKind::boolean;
        if (type == "null") return TypeKind::null;
        if (type == "array") {
            const auto* items = schema.if_contains("items");
            return Type::list(items == nullptr ? Type() : read(*items, depth + 1));
        }
        return type == "object" ? of_object(schema, depth) : Type();
    }

    Type of_object(const json::object& schema, std::size_t depth) {
        const auto* properties = schema.if_contains("properties");
        const auto* more = schema.if_contains("additionalProperties");
        const Type rest = more != nullptr ? read(*more, depth + 1) : Type();
        if (properties == nullptr || !properties->is_object()) return Type::map(TypeKind::text, rest);
        ObjectType out;
        const auto* required = schema.if_contains("required");
        for (const auto& [name, field] : properties->get_object()) {
            const bool is_required =
                required != nullptr && required->is_array() &&
                std::ranges::find(required->get_array(), json::value(name)) != required->get_array().end();
            out.fields.push_back({std::string(name), read(field, depth + 1), is_required,
                                  field.is_object() ? longest(field.get_object()) : 0});
        }
        const bool closed = more != nullptr && more->is_bool() && !more->get_bool();
        if (!closed) out.rest = rest;
        return Type::object(std::move(out));
    }

    const json::value& root_;
    std::map<std::string, std::optional<Type>, std::less<>> references_;
    std::size_t parts_ = 0;
};

}  // namespace

Type type_of_schema(const boost::json::value& schema) {
    return SchemaReader(schema).read(schema);
}

}  // namespace maillon::expression
