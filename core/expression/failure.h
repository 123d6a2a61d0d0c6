#pragma once

#include "core/expression/ast.h"
#include "core/expression/problem.h"
#include "core/expression/value.h"

namespace maillon::expression {

enum class FailureCode : std::uint8_t {
    no_such_key,       ///< a = key, text = source of the map; `name` is ".": a field was asked for
    no_field,          ///< a = the value that has no fields, name = the field
    no_overload,       ///< name = operator or function; a, b = the operands (unset when there is none)
    not_boolean,       ///< a = the value, name = who wanted a bool
    unset_variable,    ///< name
    unknown_variable,  ///< name
    unknown_function,  ///< name
    overflow,          ///< name = the operator or function
    divide_by_zero,
    bad_index,      ///< a = index, b = size as int
    bad_key,        ///< a = the key, that cannot be one
    duplicate_key,  ///< a = the key
    conversion,     ///< a = the value, name = the target
    cost,           ///< a = the limit as uint
    other,          ///< name = the sentence, text = the hint
};

/// Why an evaluation failed, in the arena. The sentence is composed only when someone asks: an error that
/// `||` absorbs costs a few words of memory and no formatting. The views point into the program, the values
/// and the arena.
struct Failure {
    FailureCode code{};
    Span span{};
    Value a{}, b{};
    std::string_view name{};
    std::string_view text{};
};

Problem describe(const Failure& failure);

}  // namespace maillon::expression
