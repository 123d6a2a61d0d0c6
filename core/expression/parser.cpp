#include "core/expression/parser.h"

#include "core/base/text.h"
#include "core/expression/habits.h"
#include "core/expression/macros.h"
#include "core/expression/utf8.h"

#include <algorithm>
#include <array>
#include <limits>

namespace maillon::expression {
namespace {

struct BinarySign {
    std::string_view sign;
    Operator op;
    int level;
};
constexpr std::array<BinarySign, 12> kBinary{{
    {"==", Operator::equal, 0},
    {"!=", Operator::unequal, 0},
    {"<", Operator::less, 0},
    {"<=", Operator::less_equal, 0},
    {">", Operator::greater, 0},
    {">=", Operator::greater_equal, 0},
    {"in", Operator::in, 0},
    {"+", Operator::add, 1},
    {"-", Operator::subtract, 1},
    {"*", Operator::multiply, 2},
    {"/", Operator::divide, 2},
    {"%", Operator::modulo, 2},
}};
constexpr int kUnaryLevel = 3;

const BinarySign* binary_sign(const Token& token, int level) {
    for (const BinarySign& sign : kBinary) {
        if (sign.level == level && (token.is(sign.sign) || (sign.sign == "in" && token.is_word("in"))))
            return &sign;
    }
    return nullptr;
}

Span join(Span from, Span to) {
    return {from.begin, to.end};
}

std::optional<Problem> unfit(std::string_view source, const Limits& limits) {
    if (source.size() >= std::numeric_limits<std::uint32_t>::max() ||
        count_points(source) > limits.code_points) {
        return Problem{"the expression is longer than " + std::to_string(limits.code_points) + " characters",
                       0,
                       source.size(),
                       {}};
    }
    if (!is_utf8(source)) return Problem{"the expression is not valid UTF-8", 0, source.size(), {}};
    return std::nullopt;
}

}  // namespace

Parsed parse(std::string_view source, const Limits& limits, bool with_macros) {
    if (auto problem = unfit(source, limits)) return {nullptr, std::move(problem)};
    return Parser(source, limits, with_macros).run();
}

Parser::Parser(std::string_view source, const Limits& limits, bool with_macros)
    : source_(source), limits_(limits), with_macros_(with_macros), lexer_(source) {}

Parsed Parser::run() {
    advance();
    if (token_.kind == TokenKind::end)
        return {nullptr, Problem{"there is no expression", 0, source_.size(), {}}};
    ExprPtr tree = expression();
    if (tree && token_.kind != TokenKind::end) tree = unexpected();
    if (!tree) return {nullptr, std::move(problem_)};
    return {std::move(tree), std::nullopt};
}

ExprPtr Parser::expression() {
    if (nesting_ >= limits_.nesting) {
        return fail(token_.span, "nested more than " + std::to_string(limits_.nesting) + " levels deep");
    }
    ++nesting_;
    ExprPtr result = chain(Operator::logical_or);
    if (result && token_.is("?")) {
        const Span sign = token_.span;
        advance();
        std::vector<ExprPtr> operands;
        operands.push_back(std::move(result));
        operands.push_back(chain(Operator::logical_or));
        if (operands.back() && expect(":")) operands.push_back(expression());
        result = operands.size() == 3 && operands.back()
                     ? operation(Operator::conditional, sign, std::move(operands))
                     : nullptr;
    }
    --nesting_;
    return result;
}

ExprPtr Parser::chain(Operator op) {
    const auto operand = [&] {
        return op == Operator::logical_or ? chain(Operator::logical_and) : binary(0);
    };
    ExprPtr first = operand();
    if (!first || !token_.is(name_of(op))) return first;
    const Span sign = token_.span;
    std::vector<ExprPtr> operands;
    operands.push_back(std::move(first));
    while (accept(name_of(op))) {
        operands.push_back(operand());
        if (!operands.back()) return nullptr;
    }
    return operation(op, sign, std::move(operands));
}

ExprPtr Parser::binary(int level) {
    const auto operand = [&] { return level + 1 == kUnaryLevel ? unary() : binary(level + 1); };
    ExprPtr left = operand();
    while (left) {
        const BinarySign* sign = binary_sign(token_, level);
        if (sign == nullptr) break;
        const Span at = token_.span;
        advance();
        std::vector<ExprPtr> operands;
        operands.push_back(std::move(left));
        operands.push_back(operand());
        if (!operands.back()) return nullptr;
        left = operation(sign->op, at, std::move(operands));
    }
    return left;
}

ExprPtr Parser::unary() {
    if (token_.is("!")) return signs("!", Operator::logical_not);
    if (token_.is("-")) return signs("-", Operator::negate);
    return postfix(primary());
}

ExprPtr Parser::signs(std::string_view sign, Operator op) {
    std::vector<Token> found;
    for (; token_.is(sign); advance()) found.push_back(token_);
    const bool number = token_.kind == TokenKind::integer || token_.kind == TokenKind::real;
    ExprPtr result;
    if (sign == "-" && number) {
        result = postfix(negative_literal(found.back()));
        found.pop_back();
    } else {
        result = postfix(primary());
    }
    for (auto it = found.rbegin(); result && it != found.rend(); ++it) {
        const Span span = join(it->span, result->span);
        std::vector<ExprPtr> operands;
        operands.push_back(std::move(result));
        result = operation(op, it->span, std::move(operands));
        if (result) result->span = span;
    }
    return result;
}

ExprPtr Parser::negative_literal(const Token& minus) {
    const Token number = token_;
    advance();
    ExprPtr result = number.kind == TokenKind::integer ? integer(number, true) : real(number, true);
    if (result) result->span = join(minus.span, number.span);
    return result;
}

ExprPtr Parser::operation(Operator op, Span name, std::vector<ExprPtr> operands) {
    ExprPtr result = make(Expr::Kind::operation, join(operands.front()->span, operands.back()->span));
    result->op = op;
    result->name_span = name;
    result->args = std::move(operands);
    return finish(std::move(result));
}

ExprPtr Parser::make(Expr::Kind kind, Span span) {
    auto expr = std::make_unique<Expr>();
    expr->kind = kind;
    expr->span = span;
    expr->name_span = span;
    return expr;
}

ExprPtr Parser::finish(ExprPtr expr) {
    std::uint32_t deepest = 0;
    for (const ExprPtr& arg : expr->args) deepest = std::max(deepest, arg ? arg->depth : 0);
    expr->depth = deepest + 1;
    if (expr->depth <= limits_.nesting) return expr;
    return fail(expr->span, "nested more than " + std::to_string(limits_.nesting) + " levels deep");
}

void Parser::advance() {
    last_ = token_.span;
    token_ = lexer_.next();
    if (token_.kind == TokenKind::failure && !problem_) problem_ = lexer_.problem();
}

bool Parser::accept(std::string_view sign) {
    if (!token_.is(sign)) return false;
    advance();
    return true;
}

bool Parser::expect(std::string_view sign) {
    if (accept(sign)) return true;
    if (token_.kind == TokenKind::end) {
        fail(token_.span, "the expression ends where '" + std::string(sign) + "' was expected");
    } else {
        fail(token_.span,
             "expected '" + std::string(sign) + "' before '" + std::string(slice(token_.span)) + "'");
    }
    return false;
}

ExprPtr Parser::unexpected() {
    if (token_.kind == TokenKind::end) return fail(token_.span, "the expression is not complete");
    const std::string shown(slice(token_.span));
    const auto before = source_.substr(0, token_.span.begin);
    std::string hint = habit_of_operator(before, source_.substr(token_.span.begin));
    const bool is_doubled = shown.size() > 1 && before.ends_with(shown.front());
    if (is_doubled && (shown.front() == '\'' || shown.front() == '"'))
        hint = "a quote inside a text is written \\" + shown.substr(0, 1);
    return fail(token_.span, "unexpected '" + shown + "'", std::move(hint));
}

ExprPtr Parser::fail(Span span, std::string message, std::string hint) {
    if (!problem_) problem_ = Problem{std::move(message), span.begin, span.end, std::move(hint)};
    return nullptr;
}

}  // namespace maillon::expression
