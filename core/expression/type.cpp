#include "core/expression/type.h"

#include "core/base/assert.h"

#include <algorithm>

namespace maillon::expression {

struct Type::Node {
    std::string name{};
    std::vector<Type> parts{};
    std::optional<ObjectType> object{};
    std::size_t size = 1;
};

std::size_t Type::size() const {
    return node_ ? node_->size : 1;
}

Type Type::made(TypeKind kind, Node node, std::uint32_t id) {
    constexpr std::size_t kMost = 100'000;
    for (const Type& part : node.parts) node.size += part.size();
    if (node.object) {
        for (const auto& field : node.object->fields) node.size += field.type.size();
        if (node.object->rest) node.size += node.object->rest->size();
    }
    if (node.size > kMost) return {};
    return {kind, std::make_shared<const Node>(std::move(node)), id};
}

Type Type::of_parts(TypeKind kind, std::vector<Type> parts) {
    return made(kind, {.parts = std::move(parts)});
}

Type Type::list(Type element) {
    return of_parts(TypeKind::list, {std::move(element)});
}
Type Type::map(Type key, Type value) {
    return of_parts(TypeKind::map, {std::move(key), std::move(value)});
}
Type Type::optional(Type inner) {
    return of_parts(TypeKind::optional, {std::move(inner)});
}
Type Type::type(Type inner) {
    return of_parts(TypeKind::type, {std::move(inner)});
}

Type Type::wrapper(Type inner) {
    if (inner.is_dyn_or_error() || inner.is(TypeKind::null) || inner.is(TypeKind::wrapper)) return inner;
    return of_parts(TypeKind::wrapper, {std::move(inner)});
}

Type Type::object(ObjectType object) {
    return made(TypeKind::object, {.object = std::move(object)});
}
Type Type::abstract(std::string name, std::vector<Type> parts) {
    return made(TypeKind::abstract, {.name = std::move(name), .parts = std::move(parts)});
}
Type Type::parameter(std::string name, std::uint32_t rank) {
    return made(TypeKind::parameter, {.name = std::move(name)}, rank);
}
Type Type::variable(std::uint32_t id) {
    return {TypeKind::variable, nullptr, id};
}

std::span<const Type> Type::parts() const {
    if (!node_) return {};
    return node_->parts;
}

std::string_view Type::name() const {
    return node_ ? std::string_view(node_->name) : std::string_view();
}

const ObjectType& Type::object() const {
    MAILLON_ASSERT(is(TypeKind::object), "only an object has fields");
    return *node_->object;
}

Type Type::with_parts(std::vector<Type> parts) const {
    return made(kind_, {.name = node_->name, .parts = std::move(parts)}, id_);
}

bool operator==(const Type& a, const Type& b) {
    if (a.kind_ != b.kind_ || a.id_ != b.id_) return false;
    if (a.node_ == b.node_) return true;
    if (!a.node_ || !b.node_) return false;
    return a.node_->name == b.node_->name && a.node_->parts == b.node_->parts &&
           a.node_->object == b.node_->object;
}

const ObjectType::Field* ObjectType::find(std::string_view name) const {
    const auto found = std::ranges::find(fields, name, &Field::name);
    return found == fields.end() ? nullptr : &*found;
}

}  // namespace maillon::expression
