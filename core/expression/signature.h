#pragma once

#include "core/expression/ast.h"
#include "core/expression/type.h"

namespace maillon::expression {

struct FunctionRow;

/// One overload of a function or operator: what it takes and what it gives.
struct Signature {
    std::vector<Type> params;  ///< of a method the receiver first; may hold type parameters
    Type result;
    std::size_t optional = 0;      ///< this many of the last params may be left out
    bool repeated = false;         ///< the last param stands for one or more
    bool is_mixed = false;         ///< a param is `number`
    std::uint32_t parameters = 0;  ///< different type parameters in it

    /// Whether so many arguments can be given.
    bool takes(std::size_t arguments) const;
    /// The param that argument `i` is for.
    const Type& param(std::size_t i) const { return params[i < params.size() ? i : params.size() - 1]; }
};

/// Reads "(string, int?) -> string": `?` marks params that may be left out, `...` after the last one that it
/// may be repeated, a capital letter is a type parameter, "any" fits everything and "number" int, uint and
/// double. Nothing when the text is malformed.
std::optional<Signature> parse_signature(std::string_view text);
/// Several of them, " | " between.
std::optional<std::vector<Signature>> parse_signatures(std::string_view text);

/// Of a row of the function tables; empty when the row has none (a test allows no such row).
std::span<const Signature> signatures_of(const FunctionRow& row);
std::span<const Signature> signatures_of(Operator op);
std::span<const Signature> index_signatures(bool optional);

}  // namespace maillon::expression
