#pragma once

#include "core/expression/ast.h"
#include "core/expression/problem.h"

#include <optional>
#include <string_view>

namespace maillon::expression {

enum class TokenKind : std::uint8_t {
    end,
    name,
    quoted_name,
    integer,
    unsigned_integer,
    real,
    text,
    bytes,
    sign,
    failure
};

/// A word of the source. `text` is the word itself; for a sign it is the operator or bracket ("&&", "[",
/// "?").
struct Token {
    TokenKind kind = TokenKind::end;
    Span span;
    std::string_view text;
    bool is(std::string_view sign) const { return kind == TokenKind::sign && text == sign; }
    bool is_word(std::string_view word) const { return kind == TokenKind::name && text == word; }
};

/// Cuts an expression into tokens, one at a time. Views the source.
///
/// A malformed word yields a `failure` token, and `problem` says what is wrong with it; so does every later
/// call.
class Lexer {
public:
    explicit Lexer(std::string_view source, std::size_t from = 0) : source_(source), at_(from) {}

    Token next();
    const Problem& problem() const { return problem_; }

private:
    bool skip_blanks();
    Token number();
    Token text(std::size_t prefix_length);
    Token name();
    Token quoted_name();
    Token sign();
    Token token(TokenKind kind, std::size_t end);
    Token fail(std::size_t begin, std::size_t end, std::string message, std::string hint = {});
    char peek(std::size_t ahead = 0) const {
        return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
    }

    std::string_view source_;
    std::size_t at_;
    Problem problem_;
};

/// The content of a text or bytes token, escapes undone; or what is wrong, with offsets in the source.
struct Literal {
    std::string content;
    std::optional<Problem> problem;
};
Literal decode_literal(const Token& token);

}  // namespace maillon::expression
