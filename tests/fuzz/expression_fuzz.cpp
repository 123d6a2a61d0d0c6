// Any bytes as an expression and as a template: compiling and evaluating ends, in bounds, and offsets lie in
// the source.

#include "core/base/assert.h"
#include "core/event/json.h"
#include "core/expression/expression.h"
#include "core/expression/output.h"
#include "core/expression/template.h"

#include <cstddef>
#include <cstdint>

namespace maillon::expression {
namespace {

const Scope& scope() {
    static const Scope kScope = Scope().declare("event").declare("a.b").limits({.cost = 20'000});
    return kScope;
}

const Json& event() {
    static const Json kEvent =
        Json::parse(
            R"({"text":"Ça va ?","n":3,"u":18446744073709551615,"d":1.5,"list":[1,"a",null,[2]],"who":{"name":"x","tags":["p","q"]},"null":null})")
            .value();
    return kEvent;
}

void check(const Problem& problem, std::string_view source) {
    MAILLON_ASSERT(!problem.message.empty(), "a problem says what is wrong");
    MAILLON_ASSERT(problem.begin <= problem.end && problem.end <= source.size(),
                   "a problem's offsets lie in the source");
}

template <class Compiled>
void run(const Compiled& compiled, std::string_view source, const Activation& activation, Arena& arena) {
    if (!compiled) {
        MAILLON_ASSERT(!compiled.error().empty(), "what does not compile has a problem");
        for (const Problem& problem : compiled.error()) check(problem, source);
        return;
    }
    const Outcome outcome = compiled->evaluate(activation, arena);
    if (!outcome) return check(outcome.problem(), source);
    std::string out;
    if (append_json(out, outcome.value())) {
        MAILLON_ASSERT(Json::parse(out).has_value(), "what is written as JSON is JSON");
    }
}

/// The checker rejects, and changes no result of what it lets pass.
void run_unchecked(const Program& program, std::string_view source, const Activation& activation) {
    static const Scope kUnchecked = Scope(scope()).unchecked();
    const auto loose = Program::compile(source, kUnchecked);
    MAILLON_ASSERT(loose.has_value(), "what passes the checker compiles without it");
    Arena first, second;
    const Outcome strict = program.evaluate(activation, first), free = loose->evaluate(activation, second);
    MAILLON_ASSERT(strict.has_value() == free.has_value(), "checked or not, it fails alike");
    if (!strict) return;
    MAILLON_ASSERT(strict.value().kind() == free.value().kind() &&
                       to_display(strict.value()) == to_display(free.value()),
                   "checked or not, the value is the same");
}

}  // namespace
}  // namespace maillon::expression

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace maillon::expression;
    const std::string_view source(reinterpret_cast<const char*>(data), size);
    Activation activation(scope());
    activation.set(0, Value::of(event().element()));
    Arena arena;
    run(Program::compile(source, scope()), source, activation, arena);
    run(Template::compile(source, scope()), source, activation, arena);
    if (const auto program = Program::compile(source, scope())) {
        run_unchecked(*program, source, activation);
        program->explain(activation, arena);
    }
    return 0;
}
