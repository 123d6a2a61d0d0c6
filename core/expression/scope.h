#pragma once

#include "core/expression/type.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::expression {

/// What an expression may be and cost.
struct Limits {
    std::size_t code_points = 100'000;  ///< length of the source
    std::size_t nesting = 250;          ///< depth of the expression
    std::size_t comprehensions = 4;     ///< all/exists/map/filter … inside each other
    std::uint64_t cost =
        1'000'000;  ///< units per evaluation: about one per operation, element or ten bytes touched
    /// The most that an evaluation may cost by the estimate made before any (`Program::cost`).
    std::uint64_t static_cost = 100'000'000;
    std::size_t assumed_length = 100;  ///< of a list, map or text, for that estimate, where none is known
};

/// A function that is known to the checker only. For tests of the language.
struct FunctionDeclaration {
    std::string name;
    bool method = false;
    std::vector<Type> params;  ///< the receiver first; type parameters as `Type::parameter`
    Type result;
};

/// The names that an expression may use. A plain value: copy it and declare more for a later step.
///
/// A name's slot is its rank of declaration, so a copy that declares more keeps the slots of the original:
/// one Activation made for the larger scope serves the programs of both. Names may be dotted ("x.y"): the
/// longest declared one wins over the selection of a field.
class Scope {
public:
    /// Declares a variable; a name that is declared already keeps its slot and takes the new type.
    Scope& declare(std::string name, Type type = TypeKind::dyn);
    /// Adds an overload. A call of it compiles, and fails when it is evaluated.
    Scope& declare_function(FunctionDeclaration function);
    /// Namespace for names ("a.b": `x` is looked for as a.b.x, a.x, x).
    Scope& container(std::string name);
    /// Leaves unknown names and wrong types to fail when they are evaluated. For tests of the language.
    Scope& unchecked();
    /// Takes `has`, `all`, … for plain function names.
    Scope& without_macros();
    Scope& limits(Limits limits);
    /// The folder of the compiled time zones, read while compiling only.
    Scope& zones(std::string folder);

    std::optional<std::size_t> slot(std::string_view name) const;
    /// The slot that a name as written means: looked for in the container first, unless `root_only`.
    std::optional<std::size_t> resolve(std::string_view name, bool root_only) const;
    const std::vector<std::string>& names() const { return names_; }
    const Type& type(std::size_t slot) const { return types_[slot]; }
    const std::vector<FunctionDeclaration>& functions() const { return functions_; }
    const std::string& container() const { return container_; }
    bool is_checked() const { return checked_; }
    /// Whether more is known of some variable than its name.
    bool is_typed() const;
    bool has_macros() const { return macros_; }
    const Limits& limits() const { return limits_; }
    const std::string& zones() const { return zones_; }

private:
    std::vector<std::string> names_;
    std::vector<Type> types_;  ///< one for each name
    std::vector<FunctionDeclaration> functions_;
    std::string container_;
    bool checked_ = true;
    bool macros_ = true;
    Limits limits_;
    std::string zones_ = "/usr/share/zoneinfo";
};

}  // namespace maillon::expression
