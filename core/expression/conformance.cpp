#include "core/expression/conformance.h"

#include "core/expression/conformance_values.h"
#include "core/expression/output.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace maillon::expression {
namespace {

namespace json = boost::json;

Type type_in(const json::value& text, std::vector<std::string>& parameters) {
    auto type = parse_type(text_in(text), parameters);
    if (!type) throw std::runtime_error("no type: " + std::string(text_in(text)));
    return std::move(*type);
}

Type type_in(const json::value& text) {
    std::vector<std::string> parameters;
    return type_in(text, parameters);
}

void declare_overload(Scope& scope, const std::string& name, const json::object& from) {
    FunctionDeclaration out;
    out.name = name;
    std::vector<std::string> parameters;
    if (const auto* named = from.if_contains("type_params")) {
        for (const auto& each : named->as_array()) parameters.emplace_back(text_in(each));
    }
    for (const auto& param : from.at("params").as_array()) out.params.push_back(type_in(param, parameters));
    out.result = type_in(from.at("result"), parameters);
    const auto* member = from.if_contains("member");
    out.method = member != nullptr && member->as_bool();
    scope.declare_function(std::move(out));
}

void declare(Scope& scope, const json::object& one) {
    const std::string name(text_in(one.at("name")));
    if (const auto* type = one.if_contains("type")) scope.declare(name, type_in(*type));
    if (const auto* overloads = one.if_contains("overloads")) {
        for (const auto& each : overloads->as_array()) declare_overload(scope, name, each.as_object());
    }
}

Scope scope_of(const json::object& one) {
    Scope scope;
    if (const auto* declared = one.if_contains("type_env")) {
        for (const auto& each : declared->as_array()) declare(scope, each.as_object());
    }
    if (const auto* bound = one.if_contains("bindings")) {
        for (const auto& each : bound->as_object()) {
            const std::string name(each.key().data(), each.key().size());
            if (!scope.slot(name)) scope.declare(name);
        }
    }
    if (const auto* container = one.if_contains("container"))
        scope.container(std::string(text_in(*container)));
    if (one.contains("disable_check")) scope.unchecked();
    if (one.contains("disable_macros")) scope.without_macros();
    return scope;
}

std::string shown(const Value& value) {
    if (value.is(Kind::type)) return "type " + std::string(value.as_text());
    return std::string(name_of(value.kind())) + " " + to_display(value);
}

/// Evaluates and compares; true when it is as expected. Writes what came out.
bool evaluates_as_expected(const json::object& one, const Scope& scope, const Program& program,
                           CaseResult& out) {
    Arena arena;
    Activation activation(scope);
    if (const auto* bound = one.if_contains("bindings")) {
        for (const auto& each : bound->as_object()) {
            const auto slot = scope.slot(std::string_view(each.key().data(), each.key().size()));
            activation.set(slot.value(), typed_value(each.value(), arena));
        }
    }
    const Outcome outcome = program.evaluate(activation, arena);
    out.got = outcome ? shown(outcome.value()) : "error: " + to_string(outcome.problem());
    if (one.contains("error") || !outcome) return one.contains("error") && !outcome;
    const auto* expected = one.if_contains("value");
    return expected == nullptr || same_value(outcome.value(), typed_value(*expected, arena));
}

void run(const json::object& one, CaseResult& out) {
    const Scope scope = scope_of(one);
    const auto program = Program::compile(text_in(one.at("expr")), scope);
    if (!program) {
        out.got = "problem: " + to_string(program.error().front());
        out.passed = one.contains("error");
        return;
    }
    if (const auto* deduced = one.if_contains("deduced_type")) {
        out.got = "type " + to_string(program->type());
        if (program->type() != type_in(*deduced)) return;
    }
    out.passed = one.contains("check_only") || evaluates_as_expected(one, scope, *program, out);
}

std::string expectation(const json::object& one) {
    std::string out;
    for (const char* key : {"value", "error", "deduced_type"}) {
        if (const auto* found = one.if_contains(key))
            out += (out.empty() ? "" : ", ") + std::string(key) + " " + json::serialize(*found);
    }
    return out;
}

}  // namespace

CaseResult run_case(const json::object& one) {
    CaseResult out;
    try {
        for (const char* key : {"file", "section"}) {
            const auto* part = one.if_contains(key);
            if (part != nullptr)
                out.section += (out.section.empty() ? "" : "/") + std::string(text_in(*part));
        }
        out.expected = expectation(one);
        run(one, out);
    } catch (const std::exception& e) {
        out.passed = false;
        out.got = std::string("malformed case: ") + e.what();
    }
    return out;
}

}  // namespace maillon::expression
