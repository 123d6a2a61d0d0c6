#include "tests/unit/expression/conformance_case.h"

#include "core/expression/compare.h"
#include "core/expression/containers.h"
#include "core/expression/numbers.h"
#include "core/expression/output.h"
#include "core/expression/time_text.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace maillon::expression {
namespace {

std::string_view text_of(const boost::json::value& value) {
    return {value.as_string().data(), value.as_string().size()};
}

double real_of(std::string_view text) {
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "Infinity") return std::numeric_limits<double>::infinity();
    if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
    return parse_real(text).value();
}

std::string_view unbase64(std::string_view text, Arena& arena) {
    Scope scope;
    scope.declare("x");
    Activation activation(scope);
    activation.set(0, Value::text(text));
    Arena scratch;
    return arena.copy(
        Program::compile("base64.decode(x)", scope).value().evaluate(activation, scratch).value().as_text());
}

/// The typed value of the format: an object with one key, the type.
Value typed(const boost::json::value& json, Arena& arena) {
    const auto& [key, content] = *json.as_object().begin();
    const std::string_view type(key.data(), key.size());
    if (type == "null") return Value::null();
    if (type == "bool") return Value::boolean(content.as_bool());
    if (type == "list") {
        const auto out = arena.array<Value>(content.as_array().size());
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = typed(content.as_array()[i], arena);
        return Value::list(out);
    }
    if (type == "map") {
        std::vector<MapEntry> entries;
        for (const auto& pair : content.as_array())
            entries.push_back({typed(pair.at(0), arena), typed(pair.at(1), arena)});
        return Value::map(arena, entries);
    }
    const std::string_view text = arena.copy(text_of(content));
    if (type == "int") return Value::integer(std::stoll(std::string(text)));
    if (type == "uint") return Value::unsigned_integer(std::stoull(std::string(text)));
    if (type == "double") return Value::real(real_of(text));
    if (type == "string") return Value::text(text);
    if (type == "bytes") return Value::bytes(unbase64(text, arena));
    if (type == "type") return Value::type(text);
    if (type == "timestamp") return parse_timestamp(text).value();
    if (type == "duration") return Value::duration(parse_duration(text).value());
    throw std::runtime_error("a conformance case has a value of type " + std::string(type));
}

/// Same kind and value: an int is no double here, NaN equals NaN, maps have no order.
bool same(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) return false;
    if (a.is(Kind::real) && std::isnan(a.as_real())) return std::isnan(b.as_real());
    if (a.is(Kind::real))
        return a.as_real() == b.as_real() && std::signbit(a.as_real()) == std::signbit(b.as_real());
    if (a.is(Kind::list)) {
        if (size_of(a) != size_of(b)) return false;
        ListReader left(a), right(b);
        for (Value x, y; left.next(x) && right.next(y);) {
            if (!same(x, y)) return false;
        }
        return true;
    }
    if (a.is(Kind::map)) {
        if (size_of(a) != size_of(b)) return false;
        MapReader left(a);
        for (Value key, value; left.next(key, value);) {
            if (!same(value, find(b, key))) return false;
        }
        return true;
    }
    return equal_scalars(a, b);
}

Scope scope_of(const boost::json::object& one) {
    Scope scope;
    if (const auto* declared = one.if_contains("type_env")) {
        for (const auto& each : declared->as_array()) scope.declare(std::string(text_of(each.at("name"))));
    }
    if (const auto* bound = one.if_contains("bindings")) {
        for (const auto& each : bound->as_object())
            scope.declare(std::string(each.key().data(), each.key().size()));
    }
    if (const auto* container = one.if_contains("container"))
        scope.container(std::string(text_of(*container)));
    if (one.contains("disable_check")) scope.unchecked();
    if (one.contains("disable_macros")) scope.without_macros();
    return scope;
}

}  // namespace

std::optional<std::string> run_case(const boost::json::object& one) {
    const bool must_fail = one.contains("error");
    const Scope scope = scope_of(one);
    const auto program = Program::compile(text_of(one.at("expr")), scope);
    if (!program)
        return must_fail ? std::nullopt : std::optional("problem: " + to_string(program.error().front()));
    Arena arena;
    Activation activation(scope);
    if (const auto* bound = one.if_contains("bindings")) {
        for (const auto& each : bound->as_object()) {
            activation.set(scope.slot(std::string_view(each.key().data(), each.key().size())).value(),
                           typed(each.value(), arena));
        }
    }
    const Outcome outcome = program->evaluate(activation, arena);
    if (!outcome) return must_fail ? std::nullopt : std::optional("error: " + to_string(outcome.problem()));
    if (!must_fail && same(outcome.value(), typed(one.at("value"), arena))) return std::nullopt;
    return std::string(name_of(outcome.value().kind())) + " " + to_display(outcome.value());
}

bool is_out_of_scope(const boost::json::object& one) {
    if (one.contains("check_only") || one.contains("deduced_type")) return true;
    const auto* ext = one.if_contains("ext");
    if (ext == nullptr) return false;
    for (const auto& name : ext->as_array()) {
        if (text_of(name) == "block" || text_of(name) == "network") return true;
    }
    return false;
}

}  // namespace maillon::expression
