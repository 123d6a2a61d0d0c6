#pragma once

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
};

/// The names that an expression may use. A plain value: copy it and declare more for a later step.
///
/// A name's slot is its rank of declaration, so a copy that declares more keeps the slots of the original:
/// one Activation made for the larger scope serves the programs of both. Names may be dotted ("x.y"): the
/// longest declared one wins over the selection of a field.
class Scope {
public:
    /// Declares a variable; a name that is declared already keeps its slot.
    Scope& declare(std::string name);
    /// Namespace for names ("a.b": `x` is looked for as a.b.x, a.x, x).
    Scope& container(std::string name);
    /// Leaves unknown variables and functions to fail when they are evaluated. For tests of the language.
    Scope& unchecked();
    /// Takes `has`, `all`, … for plain function names.
    Scope& without_macros();
    Scope& limits(Limits limits);
    /// The folder of the compiled time zones, read while compiling only.
    Scope& zones(std::string folder);

    std::optional<std::size_t> slot(std::string_view name) const;
    const std::vector<std::string>& names() const { return names_; }
    const std::string& container() const { return container_; }
    bool is_checked() const { return checked_; }
    bool has_macros() const { return macros_; }
    const Limits& limits() const { return limits_; }
    const std::string& zones() const { return zones_; }

private:
    std::vector<std::string> names_;
    std::string container_;
    bool checked_ = true;
    bool macros_ = true;
    Limits limits_;
    std::string zones_ = "/usr/share/zoneinfo";
};

}  // namespace maillon::expression
