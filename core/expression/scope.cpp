#include "core/expression/scope.h"

#include <algorithm>

namespace maillon::expression {

Scope& Scope::declare(std::string name, Type type) {
    if (const auto known = slot(name)) {
        types_[*known] = std::move(type);
        return *this;
    }
    names_.push_back(std::move(name));
    types_.push_back(std::move(type));
    return *this;
}

Scope& Scope::declare_function(FunctionDeclaration function) {
    functions_.push_back(std::move(function));
    return *this;
}

Scope& Scope::container(std::string name) {
    container_ = std::move(name);
    return *this;
}

Scope& Scope::unchecked() {
    checked_ = false;
    return *this;
}

Scope& Scope::without_macros() {
    macros_ = false;
    return *this;
}

Scope& Scope::limits(Limits limits) {
    limits_ = limits;
    return *this;
}

Scope& Scope::zones(std::string folder) {
    zones_ = std::move(folder);
    return *this;
}

bool Scope::is_typed() const {
    return std::ranges::any_of(types_, [](const Type& type) { return !type.is(TypeKind::dyn); });
}

std::optional<std::size_t> Scope::slot(std::string_view name) const {
    const auto found = std::ranges::find(names_, name);
    if (found == names_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names_.begin());
}

std::optional<std::size_t> Scope::resolve(std::string_view name, bool root_only) const {
    if (root_only || container_.empty()) return slot(name);
    std::string prefix = container_;
    while (!prefix.empty()) {
        if (const auto found = slot(prefix + "." + std::string(name))) return found;
        const std::size_t dot = prefix.rfind('.');
        prefix.resize(dot == std::string::npos ? 0 : dot);
    }
    return slot(name);
}

}  // namespace maillon::expression
