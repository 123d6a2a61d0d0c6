#include "core/expression/conformance_values.h"

#include "core/expression/compare.h"
#include "core/expression/containers.h"
#include "core/expression/expression.h"
#include "core/expression/numbers.h"
#include "core/expression/time_text.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace maillon::expression {
namespace {

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

}  // namespace

std::string_view text_in(const boost::json::value& value) {
    return {value.as_string().data(), value.as_string().size()};
}

Value typed_value(const boost::json::value& json, Arena& arena) {
    const auto& [key, content] = *json.as_object().begin();
    const std::string_view type(key.data(), key.size());
    if (type == "null") return Value::null();
    if (type == "bool") return Value::boolean(content.as_bool());
    if (type == "list") {
        const auto out = arena.array<Value>(content.as_array().size());
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = typed_value(content.as_array()[i], arena);
        return Value::list(out);
    }
    if (type == "map") {
        std::vector<MapEntry> entries;
        for (const auto& pair : content.as_array())
            entries.push_back({typed_value(pair.at(0), arena), typed_value(pair.at(1), arena)});
        return Value::map(arena, entries);
    }
    const std::string_view text = arena.copy(text_in(content));
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

bool same_value(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) return false;
    if (a.is(Kind::real) && std::isnan(a.as_real())) return std::isnan(b.as_real());
    if (a.is(Kind::real))
        return a.as_real() == b.as_real() && std::signbit(a.as_real()) == std::signbit(b.as_real());
    if (a.is(Kind::list)) {
        if (size_of(a) != size_of(b)) return false;
        ListReader left(a), right(b);
        for (Value x, y; left.next(x) && right.next(y);) {
            if (!same_value(x, y)) return false;
        }
        return true;
    }
    if (a.is(Kind::map)) {
        if (size_of(a) != size_of(b)) return false;
        MapReader left(a);
        for (Value key, value; left.next(key, value);) {
            if (!same_value(value, find(b, key))) return false;
        }
        return true;
    }
    return equal_scalars(a, b);
}

}  // namespace maillon::expression
