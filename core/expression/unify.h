#pragma once

#include "core/expression/signature.h"
#include "core/expression/type.h"

namespace maillon::expression {

/// The type variables of one expression, and what they have been found to be.
///
/// A variable starts free and is bound by `assign`; a binding may later become more general (from int to dyn)
/// but never contradicts what it was. Gradual: dyn fits everything, in both directions.
class Unifier {
public:
    Type fresh() { return Type::variable(reserve(1)); }
    /// Whether a value of type `given` may stand where `wanted` is asked for; binds free variables of both.
    /// When not, nothing is bound.
    bool assign(const Type& given, const Type& wanted);
    /// The type with its variables replaced by what they are bound to; free ones stay.
    Type resolve(const Type& type) const;
    /// The same, free ones become dyn: the last word on a type.
    Type finish(const Type& type) const;
    /// What holds for both, given that one may be assigned to the other.
    Type most_general(const Type& a, const Type& b) const;
    /// The result type when `args` fit, with the type parameters replaced by fresh variables.
    std::optional<Type> apply(const Signature& signature, std::span<const Type> args);

    /// True when it has worked longer than any sensible expression takes: its answers mean nothing then.
    bool is_exhausted() const { return left_ == 0; }

private:
    struct Change {
        std::uint32_t id;
        std::optional<Type> before;
    };

    std::uint32_t reserve(std::uint32_t count);
    const std::optional<Type>& bound(const Type& variable) const { return bound_[variable.id()]; }
    void bind(const Type& variable, Type to);
    void undo(std::size_t changes);
    bool fits(const Type& given, const Type& wanted);
    bool fits_known(const Type& given, const Type& wanted);
    bool fits_parts(const Type& given, const Type& wanted);
    bool fits_object(const Type& given, const Type& wanted);
    /// Binds `variable` to `to`, or makes what it is bound to more general. `was_bound` tells which.
    bool substitute(const Type& to, const Type& variable, bool& was_bound);
    bool occurs(const Type& variable, const Type& in) const;
    bool is_wider(const Type& a, const Type& b) const;
    Type replace(const Type& type, bool free_as_dyn) const;
    /// Counts one step of a walk through types; false when there have been too many.
    bool step() const { return left_ > 0 && --left_ > 0; }

    mutable std::size_t left_ = 2'000'000;
    std::vector<std::optional<Type>> bound_;
    std::vector<Change> changes_;
};

/// Fits in a place of the kind `number`.
bool is_number(const Type& type);

/// The signature's type with the parameters replaced by variables that follow `first`.
Type instantiate(const Type& type, std::uint32_t first);

}  // namespace maillon::expression
