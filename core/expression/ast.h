#pragma once

#include "core/expression/type.h"
#include "core/expression/value.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace maillon::expression {

/// Bytes [begin, end) of the source.
struct Span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::string_view of(std::string_view source) const { return source.substr(begin, end - begin); }
};

enum class Operator : std::uint8_t {
    conditional,
    logical_or,
    logical_and,
    equal,
    unequal,
    less,
    less_equal,
    greater,
    greater_equal,
    in,
    add,
    subtract,
    multiply,
    divide,
    modulo,
    negate,
    logical_not,
};

/// What a macro over elements makes of them.
enum class Fold : std::uint8_t {
    all,
    exists,
    exists_one,
    list,
    map,
    map_entry,
    sort_by,
    optional_map,
    optional_flat_map,
};

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

/// A node of the syntax tree, macros already expanded. Parsed text is copied, so that the tree needs the
/// source no more.
struct Expr {
    enum class Kind : std::uint8_t {
        literal,    ///< `literal`; for text and bytes the content is in `text`
        name,       ///< `text`; `leading_dot`
        select,     ///< args[0], field `text`; `optional` for .?; `test_only` for has()
        index,      ///< args[0], args[1]; `optional` for [?]
        operation,  ///< `op` over args (&& and || take any number)
        call,       ///< function `text` over args; `method` when args[0] is the receiver
        list,       ///< args; `optional_items`
        map,        ///< args: key, value, key, value …; `optional_items` one per pair
        fold,  ///< `fold`, variables `text` and `second`; args: range, condition (may be null), result (may
               ///< be null)
        bind,  ///< variable `text`; args: init, body
        message,  ///< type name `text`: parsed, then refused
    };

    Kind kind = Kind::literal;
    Operator op = Operator::conditional;
    Fold fold = Fold::all;
    bool leading_dot = false;
    bool optional = false;
    bool test_only = false;
    bool method = false;
    std::uint32_t depth = 1;
    Span span;       ///< the whole text of the expression, parentheses around it included
    Span name_span;  ///< of the field, function or operator
    Value literal;
    Type type;  ///< found by the checker; dyn before, and when it does not run
    std::string text;
    std::string second;
    std::vector<ExprPtr> args;
    std::vector<bool> optional_items;
};

/// The operator as it is written; "_?_:_" for the conditional.
std::string_view name_of(Operator op);

/// The dotted name of a chain of plain selections on a name, without a leading dot; empty for anything else.
std::string dotted_name(const Expr& expr);
/// The name at its root; null when `expr` is no such chain.
const Expr* root_name(const Expr& expr);

}  // namespace maillon::expression
