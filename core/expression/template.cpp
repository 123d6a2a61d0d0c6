#include "core/expression/template.h"

#include "core/base/assert.h"
#include "core/base/text.h"
#include "core/expression/failure.h"
#include "core/expression/lexer.h"
#include "core/expression/output.h"
#include "core/expression/plan.h"

#include <algorithm>
#include <optional>

namespace maillon::expression {

/// Literal text before an expression, and the expression; the last part has none.
struct Template::Parts {
    struct Part {
        std::string text;
        std::optional<Program> program;
        std::uint32_t offset = 0;  ///< of the program's source in the template
    };
    std::string source;
    std::vector<Part> parts;
    std::vector<std::string> variables;
    Type type = TypeKind::text;
    bool is_expression = false;
};

namespace {

/// Offset of the `}` that closes the expression that begins at `begin`, or what is wrong.
struct Closing {
    std::size_t at = 0;
    std::optional<Problem> problem;
};

Closing find_closing(std::string_view source, std::size_t begin) {
    Lexer lexer(source, begin);
    for (std::size_t depth = 0;;) {
        const Token token = lexer.next();
        if (token.kind == TokenKind::failure) return {0, lexer.problem()};
        if (token.kind == TokenKind::end) {
            return {0, Problem{"'${' is not closed", begin - 2, source.size(),
                               "end the expression with '}'; a literal '${' is written '$${'"}};
        }
        if (token.is("{")) ++depth;
        if (token.is("}") && depth-- == 0) return {token.span.begin, std::nullopt};
    }
}

Value shifted(const Value& error, std::uint32_t by, Arena& arena) {
    Failure failure = *error.pointer<Failure>();
    failure.span.begin += by;
    failure.span.end += by;
    return Value::error(arena.make<Failure>(failure));
}

}  // namespace

Compiled<Template> Template::compile(std::string_view source, const Scope& scope, const Wanted& wanted) {
    if (!is_utf8(source)) return std::vector<Problem>{{"the text is not valid UTF-8", 0, source.size(), {}}};
    auto out = std::make_shared<Parts>();
    out->source = source;
    std::vector<Problem> problems;
    Parts::Part part;
    const Wanted inside_text{.form = Wanted::Form::text};
    std::size_t at = 0;
    while (at < source.size()) {
        const std::size_t found = source.find("${", at);
        part.text += source.substr(at, found - at);
        if (found == std::string_view::npos) break;
        if (found > at && source[found - 1] == '$') {
            part.text += '{';
            at = found + 2;
            continue;
        }
        const Closing closing = find_closing(source, found + 2);
        if (closing.problem) {
            problems.push_back(*closing.problem);
            return problems;
        }
        const bool is_alone = found == 0 && closing.at + 1 == source.size();
        auto program = Program::compile(source.substr(found + 2, closing.at - found - 2), scope,
                                        is_alone ? wanted : inside_text);
        if (program) {
            part.program = *program;
            part.offset = static_cast<std::uint32_t>(found + 2);
            for (const std::string& name : program->variables()) {
                if (std::ranges::find(out->variables, name) == out->variables.end())
                    out->variables.push_back(name);
            }
        } else {
            for (Problem problem : program.error()) {
                problem.begin += found + 2;
                problem.end += found + 2;
                problems.push_back(std::move(problem));
            }
        }
        out->parts.push_back(std::exchange(part, {}));
        at = closing.at + 1;
    }
    if (!problems.empty()) return problems;
    out->is_expression = out->parts.size() == 1 && out->parts[0].text.empty() && part.text.empty();
    if (out->is_expression)
        out->type = out->parts[0].program->type();
    else
        out->parts.push_back(std::move(part));
    return Template(std::move(out));
}

Outcome Template::evaluate(const Activation& activation, Arena& arena) const {
    if (const std::string* text = literal()) return Outcome(Value::text(*text));
    thread_local std::string out;  // keeps its memory
    out.clear();
    for (const Parts::Part& part : parts_->parts) {
        out += part.text;
        if (!part.program) break;
        const Value value = part.program->plan_->evaluate(activation, arena);
        if (value.is_error()) return Outcome(shifted(value, part.offset, arena));
        if (parts_->is_expression) return Outcome(value);
        if (value.is(Kind::text)) {
            out += value.as_text();
        } else if (auto text = to_text(value)) {
            out += *text;
        } else {
            const auto end = part.offset + static_cast<std::uint32_t>(part.program->source().size());
            return Outcome(Value::error(arena.make<Failure>(Failure{.code = FailureCode::other,
                                                                    .span = {part.offset, end},
                                                                    .name = arena.copy(text.error().what)})));
        }
    }
    return Outcome(Value::text(arena.copy(out)));
}

const std::string& Template::source() const {
    return parts_->source;
}
const Type& Template::type() const {
    return parts_->type;
}
const std::vector<std::string>& Template::variables() const {
    return parts_->variables;
}
bool Template::is_expression() const {
    return parts_->is_expression;
}
const std::string* Template::literal() const {
    const auto& parts = parts_->parts;
    return parts.size() == 1 && !parts[0].program ? &parts[0].text : nullptr;
}

}  // namespace maillon::expression
