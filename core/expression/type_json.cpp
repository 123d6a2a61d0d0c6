#include "core/expression/type_schema.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>

namespace maillon::expression {
namespace {

namespace json = boost::json;

using Field = ObjectType::Field;

Type list_as_json(const json::array& values) {
    std::optional<Type> element;
    for (const auto& each : values)
        element = element ? type_of_either(*element, type_of_json(each)) : type_of_json(each);
    return Type::list(element.value_or(TypeKind::dyn));
}

Type object_of(const json::object& value) {
    ObjectType out;
    for (const auto& [name, field] : value)
        out.fields.push_back({std::string(name), type_of_json(field), true, 0});
    return Type::object(std::move(out));
}

Type object_as_json(const ObjectType& from) {
    ObjectType out = from;
    for (Field& field : out.fields) field.type = type_as_json(field.type);
    if (out.rest) out.rest = type_as_json(*out.rest);
    return Type::object(std::move(out));
}

/// The field as it is when the value may also be `other`.
Field beside(Field field, const ObjectType& other) {
    if (const Field* same = other.find(field.name)) {
        field.type = type_of_either(field.type, same->type);
        field.required = field.required && same->required;
        field.most = field.most == 0 || same->most == 0 ? 0 : std::max(field.most, same->most);
        return field;
    }
    if (other.rest) field.type = type_of_either(field.type, *other.rest);
    if (other.rest) field.most = 0;
    field.required = false;
    return field;
}

Type either_object(const ObjectType& a, const ObjectType& b) {
    ObjectType out;
    for (const Field& field : a.fields) out.fields.push_back(beside(field, b));
    for (const Field& field : b.fields) {
        if (a.find(field.name) == nullptr) out.fields.push_back(beside(field, a));
    }
    if (a.rest || b.rest)
        out.rest = a.rest && b.rest ? type_of_either(*a.rest, *b.rest) : a.rest ? a.rest : b.rest;
    return Type::object(std::move(out));
}

const Type& inner(const Type& type) {
    return type.is(TypeKind::wrapper) ? type.part(0) : type;
}

}  // namespace

Type type_of_json(const json::value& value) {
    switch (value.kind()) {
        case json::kind::null: return TypeKind::null;
        case json::kind::bool_: return TypeKind::boolean;
        case json::kind::string: return TypeKind::text;
        case json::kind::int64:
        case json::kind::uint64: return TypeKind::integer;
        case json::kind::double_: return TypeKind::real;
        case json::kind::array: return list_as_json(value.get_array());
        case json::kind::object: return object_of(value.get_object());
    }
    return TypeKind::dyn;
}

Type type_as_json(const Type& type) {
    switch (type.kind()) {
        case TypeKind::null:
        case TypeKind::boolean:
        case TypeKind::integer:
        case TypeKind::real:
        case TypeKind::text: return type;
        case TypeKind::unsigned_integer: return TypeKind::integer;
        case TypeKind::bytes:
        case TypeKind::timestamp:
        case TypeKind::duration: return TypeKind::text;
        case TypeKind::list: return Type::list(type_as_json(type.part(0)));
        case TypeKind::map: return Type::map(TypeKind::text, type_as_json(type.part(1)));
        case TypeKind::optional:
        case TypeKind::wrapper: return Type::wrapper(type_as_json(type.part(0)));
        case TypeKind::object: return object_as_json(type.object());
        case TypeKind::abstract:
            return type.name().starts_with("net.") ? TypeKind::text : TypeKind::dyn;  // addresses
        default: return TypeKind::dyn;
    }
}

Type type_of_either(const Type& a, const Type& b) {
    if (a == b) return a;
    if (a.is(TypeKind::null)) return Type::wrapper(b);
    if (b.is(TypeKind::null)) return Type::wrapper(a);
    if (a.is(TypeKind::wrapper) || b.is(TypeKind::wrapper))
        return Type::wrapper(type_of_either(inner(a), inner(b)));
    if (a.is(TypeKind::object) && b.is(TypeKind::object)) return either_object(a.object(), b.object());
    if (a.kind() != b.kind()) return TypeKind::dyn;
    if (a.is(TypeKind::list)) return Type::list(type_of_either(a.part(0), b.part(0)));
    if (a.is(TypeKind::map))
        return Type::map(type_of_either(a.part(0), b.part(0)), type_of_either(a.part(1), b.part(1)));
    return TypeKind::dyn;
}

}  // namespace maillon::expression
