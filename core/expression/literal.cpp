#include "core/expression/lexer.h"
#include "core/expression/utf8.h"

#include <charconv>

namespace maillon::expression {
namespace {

/// Undoes the escapes of one literal.
class Decoder {
public:
    Decoder(std::string_view body, std::size_t offset, bool bytes)
        : body_(body), offset_(offset), bytes_(bytes) {}

    Literal run() {
        while (at_ < body_.size() && !out_.problem) {
            if (body_[at_] == '\\') {
                escape();
            } else {
                out_.content.push_back(body_[at_++]);
            }
        }
        return std::move(out_);
    }

private:
    void escape() {
        const char c = at_ + 1 < body_.size() ? body_[at_ + 1] : '\0';
        constexpr std::string_view kNames = "\\?\"'`abfnrtv";
        constexpr std::string_view kMeaning = "\\?\"'`\a\b\f\n\r\t\v";
        const std::size_t simple = c == '\0' ? std::string_view::npos : kNames.find(c);
        if (simple != std::string_view::npos) {
            out_.content.push_back(kMeaning[simple]);
            at_ += 2;
        } else if (c == 'x' || c == 'X') {
            octet(2, 2, 16);
        } else if (c >= '0' && c <= '3') {
            octet(1, 3, 8);
        } else if (c == 'u') {
            code_point(4);
        } else if (c == 'U') {
            code_point(8);
        } else {
            fail(2, "unknown escape", "a backslash itself is written \\\\");
        }
    }

    /// `digits` of `base` that begin `skip` after the backslash: an octet in bytes, a code point in text.
    void octet(std::size_t skip, std::size_t digits, int base) {
        std::uint32_t value = 0;
        if (!read(skip, digits, base, value)) return;
        if (bytes_) {
            out_.content.push_back(static_cast<char>(value));
        } else {
            append_point(out_.content, value);
        }
        at_ += skip + digits;
    }

    void code_point(std::size_t digits) {
        std::uint32_t value = 0;
        if (bytes_) return fail(2, "code points cannot be escaped in bytes", "write \\xHH");
        if (!read(2, digits, 16, value)) return;
        if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
            return fail(2 + digits, "no such code point", {});
        append_point(out_.content, value);
        at_ += 2 + digits;
    }

    bool read(std::size_t skip, std::size_t digits, int base, std::uint32_t& value) {
        const std::string_view word = body_.substr(std::min(at_ + skip, body_.size()), digits);
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, base);
        if (word.size() == digits && error == std::errc() && end == word.data() + digits) return true;
        fail(skip + word.size(), "incomplete escape", "it takes " + std::to_string(digits) + " digits");
        return false;
    }

    void fail(std::size_t length, std::string message, std::string hint) {
        const std::size_t end = std::min(at_ + length, body_.size());
        const std::string shown(body_.substr(at_, end - at_));
        out_.problem = Problem{message + " '" + shown + "'", offset_ + at_, offset_ + end, std::move(hint)};
    }

    std::string_view body_;
    std::size_t offset_;
    bool bytes_;
    std::size_t at_ = 0;
    Literal out_;
};

}  // namespace

Literal decode_literal(const Token& token) {
    std::size_t open = token.text.find_first_of("\"'");
    const std::string_view prefix = token.text.substr(0, open);
    const char quote = token.text[open];
    const bool triple = token.text.size() >= open + 6 && token.text.substr(open, 3) == std::string(3, quote);
    const std::size_t marks = triple ? 3 : 1;
    open += marks;
    const std::string_view body = token.text.substr(open, token.text.size() - open - marks);
    if (prefix.find_first_of("rR") != std::string_view::npos) return {std::string(body), std::nullopt};
    return Decoder(body, token.span.begin + open, token.kind == TokenKind::bytes).run();
}

}  // namespace maillon::expression
