#include "core/expression/scope.h"

#include <algorithm>

namespace maillon::expression {

Scope& Scope::declare(std::string name) {
    if (!slot(name)) names_.push_back(std::move(name));
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

std::optional<std::size_t> Scope::slot(std::string_view name) const {
    const auto found = std::ranges::find(names_, name);
    if (found == names_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names_.begin());
}

}  // namespace maillon::expression
