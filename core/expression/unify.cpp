#include "core/expression/unify.h"

#include <algorithm>

namespace maillon::expression {
namespace {

/// What null may stand for besides null and wrappers.
bool takes_null(const Type& type) {
    return type.is(TypeKind::null) || type.is(TypeKind::timestamp) || type.is(TypeKind::duration) ||
           type.is(TypeKind::optional) || type.is(TypeKind::abstract) || type.is(TypeKind::wrapper);
}

const Type& unwrapped(const Type& type) {
    return type.is(TypeKind::wrapper) ? type.part(0) : type;
}

}  // namespace

bool is_number(const Type& type) {
    const TypeKind kind = unwrapped(type).kind();
    return kind == TypeKind::integer || kind == TypeKind::unsigned_integer || kind == TypeKind::real ||
           kind == TypeKind::number;
}

Type instantiate(const Type& type, std::uint32_t first) {
    if (type.is(TypeKind::parameter)) return Type::variable(first + type.id());
    if (type.parts().empty()) return type;
    std::vector<Type> parts;
    for (const Type& part : type.parts()) parts.push_back(instantiate(part, first));
    return type.with_parts(std::move(parts));
}

std::uint32_t Unifier::reserve(std::uint32_t count) {
    const auto first = static_cast<std::uint32_t>(bound_.size());
    bound_.resize(bound_.size() + count);
    return first;
}

void Unifier::bind(const Type& variable, Type to) {
    changes_.push_back({variable.id(), std::exchange(bound_[variable.id()], std::move(to))});
}

void Unifier::undo(std::size_t changes) {
    for (; changes_.size() > changes; changes_.pop_back())
        bound_[changes_.back().id] = std::move(changes_.back().before);
}

bool Unifier::assign(const Type& given, const Type& wanted) {
    const std::size_t before = changes_.size();
    const bool out = fits(given, wanted);
    if (!out) undo(before);
    return out;
}

bool Unifier::fits(const Type& given, const Type& wanted) {
    if (!step()) return true;
    bool was_bound = false;
    if (wanted.is(TypeKind::variable)) {
        if (substitute(given, wanted, was_bound)) return true;
        if (was_bound) return false;
    }
    if (given.is(TypeKind::variable)) return substitute(wanted, given, was_bound);
    if (given.is_dyn_or_error() || wanted.is_dyn_or_error()) return true;
    return fits_known(given, wanted);
}

bool Unifier::fits_known(const Type& given, const Type& wanted) {
    if (given.is(TypeKind::null)) return takes_null(wanted);
    if (wanted.is(TypeKind::null)) return takes_null(given);
    if (given.is(TypeKind::wrapper) || wanted.is(TypeKind::wrapper))
        return fits(unwrapped(given), unwrapped(wanted));
    if (wanted.is(TypeKind::number)) return is_number(given);
    if (given.is(TypeKind::object) || wanted.is(TypeKind::object)) return fits_object(given, wanted);
    if (given.kind() != wanted.kind() || given.name() != wanted.name()) return false;
    return given.is(TypeKind::type) || fits_parts(given, wanted);
}

bool Unifier::fits_parts(const Type& given, const Type& wanted) {
    if (given.parts().size() != wanted.parts().size()) return false;
    for (std::size_t i = 0; i < given.parts().size(); ++i) {
        if (!fits(given.part(i), wanted.part(i))) return false;
    }
    return true;
}

bool Unifier::fits_object(const Type& given, const Type& wanted) {
    if (given == wanted) return true;
    if (wanted.is(TypeKind::map) || given.is(TypeKind::map)) {
        const Type& map = wanted.is(TypeKind::map) ? wanted : given;
        return fits(TypeKind::text, map.part(0)) && fits(TypeKind::dyn, map.part(1));
    }
    if (given.kind() != wanted.kind()) return false;
    // Two records: what both know must agree, and neither may lack what the other always has.
    const auto agrees = [this](const ObjectType& a, const ObjectType& b) {
        return std::ranges::all_of(a.fields, [&](const ObjectType::Field& field) {
            const auto* other = b.find(field.name);
            if (other != nullptr) return fits(field.type, other->type);
            return b.rest ? fits(field.type, *b.rest) : !field.required;
        });
    };
    return agrees(given.object(), wanted.object()) && agrees(wanted.object(), given.object());
}

bool Unifier::substitute(const Type& to, const Type& variable, bool& was_bound) {
    was_bound = true;
    if (to == variable) return true;
    if (const std::optional<Type> now = bound(variable)) {
        if (to == *now) return true;
        if (!fits(to, *now)) return false;
        Type general = most_general(to, *now);
        if (!occurs(variable, general)) bind(variable, std::move(general));
        return true;
    }
    was_bound = false;
    if (occurs(variable, to)) return false;
    bind(variable, to);
    return true;
}

/// A chain that ends in the variable itself is harmless (it is that variable); inside another type it has no
/// end.
bool Unifier::occurs(const Type& variable, const Type& in) const {
    if (variable == in || !step()) return false;
    if (in.is(TypeKind::variable)) {
        const auto& next = bound(in);
        return next && (*next == variable || occurs(variable, *next));
    }
    return std::ranges::any_of(in.parts(),
                               [&](const Type& part) { return part == variable || occurs(variable, part); });
}

bool Unifier::is_wider(const Type& a, const Type& b) const {
    if (!step()) return true;
    if (a.is(TypeKind::dyn) || a.is(TypeKind::variable)) return true;
    if (b.is(TypeKind::dyn) || b.is(TypeKind::variable)) return false;
    if (a.is(TypeKind::wrapper)) return is_wider(a.part(0), unwrapped(b)) || b.is(TypeKind::null);
    if (b.is(TypeKind::wrapper) || a.is(TypeKind::null)) return false;
    if (b.is(TypeKind::null)) return takes_null(a);
    if (a.kind() != b.kind() || a.name() != b.name()) return a.is(TypeKind::map) && b.is(TypeKind::object);
    if (a.is(TypeKind::type)) return true;
    if (a.is(TypeKind::object)) return a == b;
    for (std::size_t i = 0; i < a.parts().size() && i < b.parts().size(); ++i) {
        if (!is_wider(a.part(i), b.part(i))) return false;
    }
    return true;
}

Type Unifier::most_general(const Type& a, const Type& b) const {
    if (a.is(TypeKind::object) && b.is(TypeKind::object) && a != b)
        return Type::map(TypeKind::text, TypeKind::dyn);
    return is_wider(a, b) ? a : b;
}

Type Unifier::replace(const Type& type, bool free_as_dyn) const {
    if (!step()) return {};
    if (type.is(TypeKind::variable)) {
        if (const auto& to = bound(type)) return replace(*to, free_as_dyn);
        return free_as_dyn ? Type(TypeKind::dyn) : type;
    }
    if (type.parts().empty()) return type;
    std::vector<Type> parts;
    bool changed = false;
    for (const Type& part : type.parts()) {
        parts.push_back(replace(part, free_as_dyn));
        changed = changed || parts.back() != part;
    }
    if (!changed) return type;
    return type.is(TypeKind::wrapper) ? Type::wrapper(std::move(parts[0]))
                                      : type.with_parts(std::move(parts));
}

Type Unifier::resolve(const Type& type) const {
    return replace(type, false);
}
Type Unifier::finish(const Type& type) const {
    return replace(type, true);
}

std::optional<Type> Unifier::apply(const Signature& signature, std::span<const Type> args) {
    if (!signature.takes(args.size())) return std::nullopt;
    const std::size_t before = changes_.size();
    const std::uint32_t first = signature.parameters > 0 ? reserve(signature.parameters) : 0;
    for (std::size_t i = 0; i < args.size(); ++i) {
        const Type& param = signature.param(i);
        if (fits(args[i], signature.parameters > 0 ? instantiate(param, first) : param)) continue;
        undo(before);
        return std::nullopt;
    }
    return signature.parameters > 0 ? resolve(instantiate(signature.result, first)) : signature.result;
}

}  // namespace maillon::expression
