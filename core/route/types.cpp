#include "core/route/types.h"

#include "core/expression/type_schema.h"

#include <boost/json/array.hpp>

#include <initializer_list>

namespace maillon::route {
namespace {

namespace json = boost::json;
using expression::ObjectType;
using expression::Type;
using expression::TypeKind;

json::value closed(const json::value& schema);

json::value closed_parts(const json::value& parts) {
    if (!parts.is_object()) return parts;
    json::object out;
    for (const auto& [name, part] : parts.get_object()) out[name] = closed(part);
    return out;
}

/// The schema with `additionalProperties: false` where properties are listed and nothing is said of others.
json::value closed(const json::value& schema) {
    if (schema.is_array()) {
        json::array out;
        for (const auto& part : schema.get_array()) out.push_back(closed(part));
        return out;
    }
    if (!schema.is_object()) return schema;
    json::object out = schema.get_object();
    for (const char* key : {"items", "additionalProperties", "anyOf", "oneOf"}) {
        if (auto* part = out.if_contains(key)) *part = closed(*part);
    }
    for (const char* key : {"properties", "$defs", "definitions"}) {
        if (auto* parts = out.if_contains(key)) *parts = closed_parts(*parts);
    }
    const auto* properties = out.if_contains("properties");
    const bool lists = properties && properties->is_object() && !properties->get_object().empty();
    if (lists && !out.contains("additionalProperties")) out["additionalProperties"] = false;
    return out;
}

Type any_number(const Type& type) {
    if (type.is(TypeKind::real)) return TypeKind::number;
    if (type.is(TypeKind::list)) return Type::list(any_number(type.part(0)));
    if (type.is(TypeKind::map)) return Type::map(type.part(0), any_number(type.part(1)));
    if (type.is(TypeKind::wrapper)) return Type::wrapper(any_number(type.part(0)));
    if (!type.is(TypeKind::object)) return type;
    ObjectType out = type.object();
    for (auto& field : out.fields) field.type = any_number(field.type);
    if (out.rest) out.rest = any_number(*out.rest);
    return Type::object(std::move(out));
}

using Members = std::vector<std::pair<const char*, Type>>;

Type object(const Members& always, const Members& sometimes = {}) {
    ObjectType out;
    for (const auto& [name, type] : always) out.fields.push_back({name, type, true, 0});
    for (const auto& [name, type] : sometimes) out.fields.push_back({name, type, false, 0});
    return Type::object(std::move(out));
}

constexpr TypeKind kText = TypeKind::text;
constexpr TypeKind kFlag = TypeKind::boolean;
constexpr TypeKind kWhole = TypeKind::integer;

}  // namespace

Type type_of_described(const json::object& schema) {
    return schema.empty() ? Type() : expression::type_of_schema(closed(schema));
}

Type type_of_argument(const json::object& schema) {
    return any_number(type_of_described(schema));
}

Type type_of_meta() {
    return object({{"specversion", kText},
                   {"id", kText},
                   {"source", kText},
                   {"type", kText},
                   {"time", kText},
                   {"receivedtime", kText},
                   {"connector", kText},
                   {"partitionkey", kText},
                   {"hops", kWhole},
                   {"replay", kFlag}},
                  {{"subject", kText}, {"origin", kText}, {"traceparent", kText}});
}

Type type_of_person() {
    return object({{"found", kFlag}, {"created", kFlag}}, {{"id", kText},
                                                           {"matched_by", kText},
                                                           {"record", Type::map(kText, TypeKind::dyn)},
                                                           {"candidates", Type::list(kText)},
                                                           {"review", kWhole},
                                                           {"identity", kText}});
}

Type type_of_talk() {
    return object({{"kind", kText},
                   {"row", kWhole},
                   {"id", kText},
                   {"name", kText},
                   {"channel", kText},
                   {"thread", kText},
                   {"created", kFlag},
                   {"opened", kText},
                   {"answered", kFlag},
                   {"closed", kFlag},
                   {"first_message", kText},
                   {"last_message", kText},
                   {"tied", Type::map(kText, Type::list(kText))}});
}

Type type_of_failure() {
    return object({{"class", kText}, {"message", kText}, {"step", kText}});
}

namespace {

/// What the hub tells of people and records has these in common.
Type told(const Members& more) {
    Members members{{"directory", kText}, {"by", kText}, {"rule", kText}, {"note", kText}, {"at", kText}};
    members.insert(members.end(), more.begin(), more.end());
    return object(members);
}

}  // namespace

Type type_of_told(std::string_view type) {
    const Type identity = object({{"network", kText}, {"scope", kText}, {"id", kText}, {"text", kText}});
    const Type any = Type::map(kText, TypeKind::dyn);
    if (type == "hub.merge.proposed" || type == "hub.merge.undone")
        return told({{"id", kText}, {"record", any}, {"other", kText}});
    if (type == "hub.person.new")
        return told({{"identity", identity},
                     {"person", any},
                     {"probability", TypeKind::number},
                     {"conversations", Type::list(type_of_talk())}});
    if (type == "hub.link.added" || type == "hub.link.removed")
        return told({{"id", kText},
                     {"record", any},
                     {"identity", identity},
                     {"person", any},
                     {"probability", TypeKind::number},
                     {"conversations", Type::list(type_of_talk())}});
    return {};
}

Type type_of_due() {
    return object({{"route", kText}, {"scheduled", kText}});
}

}  // namespace maillon::route
