#pragma once

#include "core/expression/problem.h"
#include "core/expression/scope.h"
#include "core/expression/unify.h"

namespace maillon::expression {

/// The type of the whole, dyn where it cannot be known; and what is wrong, none of it about names (the
/// planner tells of those).
struct Checked {
    Type type;
    std::vector<Problem> problems;
};

/// Finds the type of every part and writes it into the tree. It rejects, and otherwise changes no result but
/// one: the planner reads JSON numbers as the type says (`Expr::type`).
Checked check(Expr& tree, std::string_view source, const Scope& scope);

/// The words of the checker: what is wrong and what to write instead (check_words.cpp, check_advice.cpp).
class Advice {
public:
    explicit Advice(std::string_view source) : source_(source) {}

    /// An operand with its type, as it stands in a sentence.
    struct Operand {
        const Expr& expr;
        const Type& type;
    };
    /// The operand's own text when it is short, else "this".
    std::string subject(const Expr& expr) const;
    /// "event.count is int".
    std::string statement(const Operand& operand) const;
    /// How to make a `wanted` of it: "write double(event.count)"; empty when there is no usual way.
    std::string convert(const Operand& from, const Type& wanted) const;
    std::string condition(const Operand& operand) const;  ///< how to make a bool of it
    std::string take_out(const Operand& optional) const;  ///< out of an optional

    Problem operands(Span span, Operator op, const Operand& a, const Operand& b) const;
    Problem no_field(const Expr& select, const Operand& base) const;
    Problem unknown_field(const Expr& at, Span span, const std::string& name, const ObjectType& object) const;
    Problem not_indexed(const Operand& base, const Operand& key) const;
    Problem not_a_range(std::string_view macro, const Operand& range) const;
    Problem null_comparison(Span span, const Operand& other) const;

private:
    std::string literal_as(const Expr& expr, TypeKind wanted) const;
    std::string text_of(const Expr& expr) const;
    std::string equality_hint(const Operand& a, const Operand& b) const;
    std::string pair_hint(Operator op, const Operand& a, const Operand& b) const;
    Problem membership(Span span, const Operand& element, const Operand& container) const;

    std::string_view source_;
};

/// Walks one tree. Goes on after a problem: the part it is about has the type `error`.
class Checker {
public:
    Checker(std::string_view source, const Scope& scope) : scope_(scope), advice_(source), source_(source) {}
    Checked run(Expr& tree);

private:
    struct Local {
        std::string_view name;
        Type type;
    };
    using Args = std::vector<Type>;

    Type check(Expr& expr);
    Type make(Expr& expr);
    Type literal(const Expr& expr) const;
    Type name(const Expr& expr) const;
    Type list(Expr& expr);
    Type map(Expr& expr);
    Type bind(Expr& expr);
    Type item(const Expr& expr, Type type, bool optional);
    std::optional<Type> join(const std::optional<Type>& before, const Type& type);
    const Local* local(std::string_view name) const;
    std::optional<Type> declared(const Expr& expr) const;

    // check_access.cpp
    Type select(Expr& expr);
    Type index(Expr& expr);
    Type field_of(const Expr& expr, const Type& base, const std::string& field, Span span);
    std::optional<Type> entry_of(const Expr& expr, const Type& base, const Type& key);

    // check_operators.cpp
    Type operation(Expr& expr);
    Type logic(Expr& expr, const Args& args);
    Type conditional(Expr& expr, const Args& args);
    void mismatch(const Expr& expr, const Args& args);

    // check_calls.cpp
    Type call(Expr& expr);
    std::optional<Type> row_call(Expr& expr, const std::string& name, bool method, std::size_t first);
    Type overloaded(const Expr& expr, std::string_view name, bool method, std::size_t first,
                    std::span<const Signature> signatures, const Args& args);
    std::vector<Signature> declared_functions(std::string_view name, bool method) const;
    void wrong_argument(const Expr& expr, std::string_view name, bool method, std::size_t first,
                        std::span<const Signature> signatures, const Args& args);
    std::string argument_hint(const Expr& expr, const Advice::Operand& given,
                              std::span<const Type> wanted) const;
    Args check_args(Expr& expr, std::size_t first);
    /// The result of those overloads that fit: theirs when they agree, else dyn; nothing when none fits.
    std::optional<Type> resolve(std::span<const Signature> signatures, std::span<const Type> args);

    // check_folds.cpp
    Type fold(Expr& expr);
    Type optional_fold(Expr& expr);
    std::optional<std::pair<Type, Type>> elements(const Expr& expr, const Type& range);
    Type fold_result(Expr& expr, const Type& first, const Type& range);
    void want_condition(Expr& expr, std::string_view macro);

    Type problem(Problem problem);
    Type problem(Span span, std::string message, std::string hint = {});

    const Scope& scope_;
    Advice advice_;
    std::string_view source_;
    Unifier unifier_;
    std::vector<Local> locals_;
    std::vector<Expr*> seen_;
    std::vector<Problem> problems_;
};

}  // namespace maillon::expression
