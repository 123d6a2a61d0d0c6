#include "core/expression/lexer.h"

#include "core/expression/habits.h"

#include <array>

namespace maillon::expression {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_name_start(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_name_part(char c) {
    return is_name_start(c) || is_digit(c);
}
bool is_quote(char c) {
    return c == '"' || c == '\'';
}
bool is_raw_mark(char c) {
    return c == 'r' || c == 'R';
}
bool is_bytes_mark(char c) {
    return c == 'b' || c == 'B';
}

constexpr std::array<std::string_view, 6> kDoubleSigns{"&&", "||", "==", "!=", "<=", ">="};
constexpr std::string_view kSigns = "+-*/%<>!?:,.()[]{}";

}  // namespace

Token Lexer::next() {
    if (!problem_.message.empty()) return {TokenKind::failure, {}, {}};
    while (skip_blanks()) {
    }
    if (at_ >= source_.size()) return token(TokenKind::end, at_);
    const char c = peek();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (is_quote(c)) return text(0);
    if ((is_raw_mark(c) || is_bytes_mark(c)) && is_quote(peek(1))) return text(1);
    if (((is_raw_mark(c) && is_bytes_mark(peek(1))) || (is_bytes_mark(c) && is_raw_mark(peek(1)))) &&
        is_quote(peek(2))) {
        return text(2);
    }
    if (is_name_start(c)) return name();
    if (c == '`') return quoted_name();
    return sign();
}

bool Lexer::skip_blanks() {
    const std::size_t start = at_;
    while (at_ < source_.size() && std::string_view(" \t\n\f\r").find(source_[at_]) != std::string_view::npos)
        ++at_;
    if (peek() == '/' && peek(1) == '/') {
        while (at_ < source_.size() && source_[at_] != '\n') ++at_;
    }
    return at_ != start;
}

Token Lexer::number() {
    std::size_t end = at_;
    const auto at = [&](std::size_t i) { return i < source_.size() ? source_[i] : '\0'; };
    TokenKind kind = TokenKind::integer;
    if (at(end) == '0' && (at(end + 1) == 'x' || at(end + 1) == 'X') && is_hex(at(end + 2))) {
        for (end += 2; is_hex(at(end));) ++end;
    } else {
        while (is_digit(at(end))) ++end;
        if (at(end) == '.' && is_digit(at(end + 1))) {
            kind = TokenKind::real;
            for (++end; is_digit(at(end));) ++end;
        }
        const std::size_t sign = at(end + 1) == '+' || at(end + 1) == '-' ? 1 : 0;
        if ((at(end) == 'e' || at(end) == 'E') && is_digit(at(end + 1 + sign))) {
            kind = TokenKind::real;
            for (end += 1 + sign; is_digit(at(end));) ++end;
        }
    }
    if (kind == TokenKind::integer && (at(end) == 'u' || at(end) == 'U')) {
        kind = TokenKind::unsigned_integer;
        ++end;
    }
    if (is_name_part(at(end))) {
        while (is_name_part(at(end))) ++end;
        return fail(at_, end, "'" + std::string(source_.substr(at_, end - at_)) + "' is no number");
    }
    return token(kind, end);
}

Token Lexer::text(std::size_t prefix_length) {
    bool raw = false;
    bool bytes = false;
    for (std::size_t i = 0; i < prefix_length; ++i) (is_raw_mark(peek(i)) ? raw : bytes) = true;
    const std::size_t open = at_ + prefix_length;
    const char quote = source_[open];
    const bool triple = source_.substr(open, 3) == std::string(3, quote);
    const std::size_t marks = triple ? 3 : 1;
    for (std::size_t i = open + marks; i < source_.size(); ++i) {
        if (!triple && (source_[i] == '\n' || source_[i] == '\r')) break;
        if (!raw && source_[i] == '\\') {
            ++i;
        } else if (source_[i] == quote && (!triple || source_.substr(i, 3) == std::string(3, quote))) {
            return token(bytes ? TokenKind::bytes : TokenKind::text, i + marks);
        }
    }
    return fail(at_, open + marks, "text is not closed", "end it with " + std::string(marks, quote));
}

Token Lexer::name() {
    std::size_t end = at_;
    while (end < source_.size() && is_name_part(source_[end])) ++end;
    return token(TokenKind::name, end);
}

Token Lexer::quoted_name() {
    std::size_t end = at_ + 1;
    const auto allowed = [](char c) {
        return is_name_part(c) || std::string_view(".-/ ").find(c) != std::string_view::npos;
    };
    while (end < source_.size() && allowed(source_[end])) ++end;
    if (end >= source_.size() || source_[end] != '`' || end == at_ + 1) {
        return fail(at_, std::min(end + 1, source_.size()), "quoted field name is not closed",
                    "between ` may stand letters, digits, and any of _ . - / and space");
    }
    const Token found = token(TokenKind::quoted_name, end + 1);
    return {found.kind, found.span, found.text.substr(1, found.text.size() - 2)};
}

Token Lexer::sign() {
    for (const std::string_view both : kDoubleSigns) {
        if (source_.substr(at_, 2) == both) return token(TokenKind::sign, at_ + 2);
    }
    if (kSigns.find(peek()) != std::string_view::npos) return token(TokenKind::sign, at_ + 1);
    std::size_t end = at_ + 1;
    while (end < source_.size() && (static_cast<unsigned char>(source_[end]) & 0xC0u) == 0x80u) ++end;
    const std::string shown(source_.substr(at_, end - at_));
    if (shown == "=") {
        return fail(at_, end, "'=' is no operator",
                    source_.substr(end).starts_with('~') ? "write x.matches('…')" : "compare with '=='");
    }
    if (shown == "&" || shown == "|")
        return fail(at_, end, "'" + shown + "' is no operator", "write '" + shown + shown + "'");
    const bool is_ascii = static_cast<unsigned char>(shown.front()) < 0x80;
    return fail(at_, end, "unexpected character '" + shown + "'",
                is_ascii ? habit_of_operator({}, shown)
                         : "names are letters from a to z, digits and '_'; of other fields write event['…']");
}

Token Lexer::token(TokenKind kind, std::size_t end) {
    const std::size_t begin = at_;
    at_ = end;
    return {kind,
            {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)},
            source_.substr(begin, end - begin)};
}

Token Lexer::fail(std::size_t begin, std::size_t end, std::string message, std::string hint) {
    problem_ = {std::move(message), begin, end, std::move(hint)};
    return {TokenKind::failure, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}, {}};
}

}  // namespace maillon::expression
