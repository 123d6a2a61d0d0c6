#include "core/expression/type_schema.h"
#include "core/route/compiler.h"

#include <algorithm>

namespace maillon::route {
namespace {

using expression::Type;
using expression::TypeKind;

const Type& inside(const Type& type) {
    const bool may_miss = type.is(TypeKind::optional) || type.is(TypeKind::wrapper);
    return may_miss ? inside(type.part(0)) : type;
}

/// Whether a value of this type may tell a round from the others.
bool is_key(const Type& type) {
    switch (type.kind()) {
        case TypeKind::dyn:
        case TypeKind::error:
        case TypeKind::boolean:
        case TypeKind::integer:
        case TypeKind::unsigned_integer:
        case TypeKind::text: return true;
        default: return false;
    }
}

/// What may tell the items apart: "file.url".
std::string key_of(const std::string& as, const Type& item) {
    if (!item.is(TypeKind::object)) return as + ".…";
    const auto& object = item.object();
    const auto text =
        std::ranges::find_if(object.fields, [](const auto& field) { return field.type.is(TypeKind::text); });
    const bool has_id = object.find("id") || text == object.fields.end();
    return as + '.' + (has_id ? "id" : text->name);
}

config::Place whole(const config::Scalar& source) {
    return config::place_in(source, 0, source.text.size());
}

}  // namespace

Type RouteCompiler::item_of(const expression::Program& list, const config::Scalar& source) {
    const Type& type = inside(list.type());
    switch (type.kind()) {
        case TypeKind::dyn:
        case TypeKind::error: return {};
        case TypeKind::list:
        case TypeKind::map: return expression::type_as_json(type.part(0));
        case TypeKind::object: return TypeKind::text;
        default: break;
    }
    diagnostics_.error(whole(source), "each needs a list or a map, this is " + spoken(type),
                       type.is(TypeKind::text) ? "for its words write " + source.text + ".split(' ')" : "");
    return {};
}

void RouteCompiler::check_key(const config::Each& what, const std::optional<expression::Program>& key,
                              const Type& item) {
    if (!what.key) {
        if (is_key(inside(item))) return;
        diagnostics_.error(whole(what.list), "items of type " + spoken(item) + " cannot be their own keys",
                           "say what tells them apart, for example  key: " + key_of(what.as, inside(item)));
        return;
    }
    const Type& type = key->type();
    if (is_key(type.is(TypeKind::wrapper) ? type.part(0) : type)) return;
    diagnostics_.error(whole(*what.key), "key must be a text or a whole number, this is " + spoken(type),
                       "take what tells the items apart, for example " + key_of(what.as, inside(item)));
}

}  // namespace maillon::route
