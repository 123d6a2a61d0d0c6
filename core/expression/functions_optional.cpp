#include "core/expression/containers.h"
#include "core/expression/functions.h"

#include <array>

namespace maillon::expression {
namespace {

bool is_zero(const Value& value) {
    switch (value.kind()) {
        case Kind::null: return true;
        case Kind::real: return value.as_real() == 0;
        case Kind::text:
        case Kind::bytes: return value.as_text().empty();
        case Kind::list:
        case Kind::map: return size_of(value) == 0;
        case Kind::timestamp: return value.seconds() == 0 && value.nanos() == 0;
        case Kind::type: return false;
        default: return value.as_integer() == 0;  // bool, int, uint, duration, optional
    }
}

Value of(const Call& call) {
    return Value::some(call.frame.arena, call[0]);
}
Value none(const Call&) {
    return Value::none();
}
Value of_non_zero(const Call& call) {
    return is_zero(call[0]) ? Value::none() : of(call);
}

Value has_value(const Call& call) {
    return call[0].is(Kind::optional) ? Value::boolean(call[0].is_present()) : call.no_overload();
}

Value value(const Call& call) {
    if (!call[0].is(Kind::optional)) return call.no_overload();
    return call[0].is_present() ? call[0].inner() : call.fail("the optional has no value", "use .orValue(…)");
}

Value unwrap(const Call& call) {
    if (!call[0].is(Kind::list)) return call.no_overload();
    const std::size_t most = size_of(call[0]);
    if (!call.frame.charge(most)) return call.frame.cost_failure();
    const auto out = call.frame.arena.array<Value>(most);
    std::size_t size = 0;
    ListReader reader(call[0]);
    Value item;
    while (reader.next(item)) {
        if (!item.is(Kind::optional)) return call.fail("the list has an element that is no optional");
        if (item.is_present()) out[size++] = item.inner();
    }
    return Value::list(out.first(size));
}

using enum FunctionRow::Style;
constexpr std::array kRows{
    FunctionRow{"optional.of", global, 1, 1, of, "(T) -> optional(T)"},
    FunctionRow{"optional.none", global, 0, 0, none, "() -> optional(T)"},
    FunctionRow{"optional.ofNonZeroValue", global, 1, 1, of_non_zero, "(T) -> optional(T)"},
    FunctionRow{"optional.unwrap", global, 1, 1, unwrap, "(list(optional(T))) -> list(T)"},
    FunctionRow{"unwrapOpt", method, 1, 1, unwrap, "(list(optional(T))) -> list(T)"},
    FunctionRow{"hasValue", method, 1, 1, has_value, "(optional(T)) -> bool"},
    FunctionRow{"value", method, 1, 1, value, "(optional(T)) -> T"},
};

}  // namespace

std::span<const FunctionRow> optional_functions() {
    return kRows;
}

}  // namespace maillon::expression
