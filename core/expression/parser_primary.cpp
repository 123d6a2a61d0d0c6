#include "core/expression/macros.h"
#include "core/expression/numbers.h"
#include "core/expression/parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace maillon::expression {
namespace {

constexpr std::array<std::string_view, 17> kReserved{
    "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
    "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

bool is_reserved(std::string_view word) {
    return std::ranges::find(kReserved, word) != kReserved.end();
}
bool is_keyword(std::string_view word) {
    return word == "true" || word == "false" || word == "null" || word == "in";
}

}  // namespace

ExprPtr Parser::postfix(ExprPtr base) {
    while (base) {
        if (accept(".")) {
            base = selection(std::move(base), accept("?"));
        } else if (accept("[")) {
            base = subscript(std::move(base), accept("?"));
        } else if (token_.is("{") && !dotted_name(*base).empty()) {
            base = message(std::move(base));
        } else {
            break;
        }
    }
    return base;
}

ExprPtr Parser::selection(ExprPtr base, bool optional) {
    const Token name = token_;
    const bool quoted = name.kind == TokenKind::quoted_name;
    if (!quoted && (name.kind != TokenKind::name || is_keyword(name.text))) {
        if (name.kind != TokenKind::name) return unexpected();
        return fail(name.span, "'" + std::string(name.text) + "' is a keyword",
                    "write .`" + std::string(name.text) + "`");
    }
    advance();
    if (!quoted && !optional && token_.is("(")) return call(std::move(base), name);
    ExprPtr result = make(Expr::Kind::select, {base->span.begin, name.span.end});
    result->name_span = name.span;
    result->text = name.text;
    result->optional = optional;
    result->args.push_back(std::move(base));
    return finish(std::move(result));
}

ExprPtr Parser::subscript(ExprPtr base, bool optional) {
    ExprPtr key = expression();
    if (!key || !expect("]")) return nullptr;
    ExprPtr result = make(Expr::Kind::index, {base->span.begin, last_.end});
    result->name_span = key->span;
    result->optional = optional;
    result->args.push_back(std::move(base));
    result->args.push_back(std::move(key));
    return finish(std::move(result));
}

ExprPtr Parser::primary() {
    if (token_.is("(")) return parenthesised();
    if (token_.is("[")) return list();
    if (token_.is("{")) return map();
    if (token_.kind == TokenKind::name || token_.is(".")) return name_or_call();
    return literal();
}

ExprPtr Parser::name_or_call() {
    const Span start = token_.span;
    const bool leading_dot = accept(".");
    const Token name = token_;
    if (name.kind != TokenKind::name) return unexpected();
    if (!leading_dot && is_keyword(name.text) && name.text != "in") return literal();
    if (is_keyword(name.text)) return unexpected();
    if (is_reserved(name.text)) {
        return fail(name.span, "'" + std::string(name.text) + "' is a reserved word and cannot be a name",
                    name.text == "if" ? "write condition ? a : b" : "");
    }
    advance();
    if (token_.is("(")) return call(nullptr, name);
    ExprPtr result = make(Expr::Kind::name, {start.begin, name.span.end});
    result->name_span = name.span;
    result->text = name.text;
    result->leading_dot = leading_dot;
    return finish(std::move(result));
}

ExprPtr Parser::call(ExprPtr receiver, const Token& name) {
    ExprPtr result = make(Expr::Kind::call, {receiver ? receiver->span.begin : name.span.begin, 0});
    result->name_span = name.span;
    result->text = name.text;
    result->method = receiver != nullptr;
    if (receiver) result->args.push_back(std::move(receiver));
    if (!arguments(result->args)) return nullptr;
    result->span.end = last_.end;
    if (!with_macros_) return finish(std::move(result));
    MacroExpander expander(*this);
    result = expander.expand(std::move(result));
    return result ? finish(std::move(result)) : nullptr;
}

bool Parser::arguments(std::vector<ExprPtr>& args) {
    if (!expect("(")) return false;
    if (accept(")")) return true;
    do {
        args.push_back(expression());
        if (!args.back()) return false;
    } while (accept(","));
    return expect(")");
}

ExprPtr Parser::parenthesised() {
    const Span open = token_.span;
    advance();
    ExprPtr result = expression();
    if (!result || !expect(")")) return nullptr;
    result->span = {open.begin, last_.end};
    return result;
}

ExprPtr Parser::list() {
    ExprPtr result = make(Expr::Kind::list, token_.span);
    advance();
    while (!token_.is("]")) {
        const bool optional = accept("?");
        ExprPtr item = expression();
        if (!item) return nullptr;
        result->args.push_back(std::move(item));
        result->optional_items.push_back(optional);
        if (!accept(",")) break;
    }
    if (!expect("]")) return nullptr;
    result->span.end = last_.end;
    return finish(std::move(result));
}

ExprPtr Parser::map() {
    ExprPtr result = make(Expr::Kind::map, token_.span);
    advance();
    while (!token_.is("}")) {
        result->optional_items.push_back(accept("?"));
        ExprPtr key = expression();
        if (!key || !expect(":")) return nullptr;
        ExprPtr value = expression();
        if (!value) return nullptr;
        result->args.push_back(std::move(key));
        result->args.push_back(std::move(value));
        if (!accept(",")) break;
    }
    if (!expect("}")) return nullptr;
    result->span.end = last_.end;
    return finish(std::move(result));
}

ExprPtr Parser::message(ExprPtr type) {
    ExprPtr result = make(Expr::Kind::message, type->span);
    result->text = dotted_name(*type);
    advance();
    while (!token_.is("}")) {
        accept("?");
        if (token_.kind != TokenKind::name && token_.kind != TokenKind::quoted_name) return unexpected();
        advance();
        if (!expect(":")) return nullptr;
        result->args.push_back(expression());
        if (!result->args.back()) return nullptr;
        if (!accept(",")) break;
    }
    if (!expect("}")) return nullptr;
    result->span.end = last_.end;
    return finish(std::move(result));
}

ExprPtr Parser::literal() {
    const Token token = token_;
    if (token.kind == TokenKind::text || token.kind == TokenKind::bytes) return text_literal();
    if (token.kind == TokenKind::integer || token.kind == TokenKind::unsigned_integer) {
        advance();
        return integer(token, false);
    }
    if (token.kind == TokenKind::real) {
        advance();
        return real(token, false);
    }
    if (!token.is_word("true") && !token.is_word("false") && !token.is_word("null")) return unexpected();
    advance();
    ExprPtr result = make(Expr::Kind::literal, token.span);
    result->literal = token.text == "null" ? Value::null() : Value::boolean(token.text == "true");
    return finish(std::move(result));
}

ExprPtr Parser::integer(const Token& token, bool negative) {
    const bool is_unsigned = token.kind == TokenKind::unsigned_integer;
    std::string_view digits = token.text.substr(0, token.text.size() - (is_unsigned ? 1 : 0));
    const bool hex = digits.size() > 2 && (digits[1] == 'x' || digits[1] == 'X');
    if (hex) digits.remove_prefix(2);
    std::uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
    constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();
    const bool fits = error == std::errc() && (is_unsigned || value <= kLargest + (negative ? 1 : 0));
    if (!fits) {
        return fail(token.span, std::string(is_unsigned ? "uint" : "int") + " literal out of range",
                    is_unsigned ? "" : "add 'u' for an unsigned number, or '.0' for a double");
    }
    ExprPtr result = make(Expr::Kind::literal, token.span);
    result->literal = is_unsigned ? Value::unsigned_integer(value)
                                  : Value::integer(static_cast<std::int64_t>(negative ? 0 - value : value));
    return finish(std::move(result));
}

ExprPtr Parser::real(const Token& token, bool negative) {
    const auto value = parse_real(token.text);
    if (!value) return fail(token.span, "double literal out of range");
    ExprPtr result = make(Expr::Kind::literal, token.span);
    result->literal = Value::real(negative ? -*value : *value);
    return finish(std::move(result));
}

ExprPtr Parser::text_literal() {
    Literal literal = decode_literal(token_);
    if (literal.problem) {
        if (!problem_) problem_ = std::move(literal.problem);
        return nullptr;
    }
    ExprPtr result = make(Expr::Kind::literal, token_.span);
    result->text = std::move(literal.content);
    result->literal = token_.kind == TokenKind::bytes ? Value::bytes({}) : Value::text({});
    advance();
    return finish(std::move(result));
}

}  // namespace maillon::expression
