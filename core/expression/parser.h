#pragma once

#include "core/expression/lexer.h"
#include "core/expression/scope.h"

namespace maillon::expression {

struct Parsed {
    ExprPtr tree;  ///< null when there is a problem
    std::optional<Problem> problem;
};

/// Reads the whole source as one expression and expands its macros. Stops at the first problem. The source
/// must be UTF-8.
Parsed parse(std::string_view source, const Limits& limits, bool with_macros);

/// Recursive descent with one token of foresight. Every function returns null after the first problem has
/// been noted.
class Parser {
public:
    Parser(std::string_view source, const Limits& limits, bool with_macros);
    Parsed run();

private:
    friend class MacroExpander;

    ExprPtr expression();
    ExprPtr chain(Operator op);  ///< a || b || …, or the same of &&
    ExprPtr binary(int level);   ///< relations, sums, products: left associative
    ExprPtr unary();
    ExprPtr signs(std::string_view sign, Operator op);
    ExprPtr negative_literal(const Token& minus);
    ExprPtr postfix(ExprPtr base);
    ExprPtr selection(ExprPtr base, bool optional);
    ExprPtr subscript(ExprPtr base, bool optional);
    ExprPtr primary();
    ExprPtr name_or_call();
    ExprPtr call(ExprPtr receiver, const Token& name);
    ExprPtr parenthesised();
    ExprPtr list();
    ExprPtr map();
    ExprPtr message(ExprPtr type);
    ExprPtr literal();
    ExprPtr integer(const Token& token, bool negative);
    ExprPtr real(const Token& token, bool negative);
    ExprPtr text_literal();

    bool list_items(std::vector<ExprPtr>& items, std::vector<bool>& optional, std::string_view close);
    bool arguments(std::vector<ExprPtr>& args);

    ExprPtr make(Expr::Kind kind, Span span);
    /// Sets the depth from the arguments and refuses what is nested too deeply.
    ExprPtr finish(ExprPtr expr);
    ExprPtr operation(Operator op, Span name, std::vector<ExprPtr> operands);

    void advance();
    bool accept(std::string_view sign);
    bool expect(std::string_view sign);
    ExprPtr unexpected();
    ExprPtr fail(Span span, std::string message, std::string hint = {});
    std::string_view slice(Span span) const { return span.of(source_); }

    std::string_view source_;
    const Limits& limits_;
    bool with_macros_;
    Lexer lexer_;
    Token token_;
    Span last_;  ///< of the token before
    std::size_t nesting_ = 0;
    std::optional<Problem> problem_;
};

}  // namespace maillon::expression
