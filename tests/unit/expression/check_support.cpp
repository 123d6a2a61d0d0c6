#include "tests/unit/expression/check_support.h"

#include "core/expression/type_schema.h"
#include "tests/unit/expression/support.h"

#include <boost/json/parse.hpp>

#include <fstream>
#include <sstream>

namespace maillon::expression {

Scope typed_scope() {
    static const Type kEvent = [] {
        std::ifstream in(MAILLON_SOURCE_DIR "/tests/unit/expression/data/event_schema.json");
        std::stringstream text;
        text << in.rdbuf();
        return type_of_schema(boost::json::parse(text.str()));
    }();
    return Scope().declare("event", kEvent).declare("meta").declare("now", TypeKind::timestamp);
}

std::string type_of(std::string_view source) {
    const auto program = Program::compile(source, typed_scope());
    return program ? to_string(program->type()) : "problem: " + problems_of(source);
}

std::string problems_of(std::string_view source) {
    const auto program = Program::compile(source, typed_scope());
    if (program) return {};
    std::string out;
    for (const Problem& each : program.error()) {
        out += std::to_string(each.begin) + "-" + std::to_string(each.end) + " " + to_string(each) + "\n";
    }
    return out;
}

std::string evaluate(std::string_view source, std::string_view event) {
    const Scope scope = typed_scope();
    const auto program = Program::compile(source, scope);
    if (!program) return "problem: " + problems_of(source);
    const Json body = Json::parse(event).value();
    Activation activation(scope);
    activation.set(0, Value::of(body.element()));
    Arena arena;
    const Outcome outcome = program->evaluate(activation, arena);
    return outcome ? show(outcome.value()) : "error: " + to_string(outcome.problem());
}

}  // namespace maillon::expression
