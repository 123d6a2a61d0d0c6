#include "core/expression/compare.h"
#include "core/expression/containers.h"
#include "core/expression/functions.h"

#include <array>
#include <cmath>

namespace maillon::expression {
namespace {

/// The least or greatest of the arguments, or of the elements of a lone list.
Value extreme(const Call& call, bool greatest) {
    const bool lone_list = call.size() == 1 && call[0].is(Kind::list);
    ListReader reader(lone_list ? call[0] : Value::list(call.args));
    Value best, item;
    while (reader.next(item) && call.frame.charge(1)) {
        if (!is_number(item.kind())) return call.no_overload();
        if (best.is(Kind::unset)) best = item;
        const auto found = *order(item, best);
        if (greatest ? found > 0 : found < 0) best = item;
    }
    return best.is(Kind::unset) ? call.fail("there is no extreme of an empty list") : best;
}

Value greatest(const Call& call) {
    return extreme(call, true);
}
Value least(const Call& call) {
    return extreme(call, false);
}

template <double (*operation)(double)>
Value of_real(const Call& call) {
    return call[0].is(Kind::real) ? Value::real(operation(call[0].as_real())) : call.no_overload();
}
double ceiling(double d) {
    return std::ceil(d);
}
double floor_of(double d) {
    return std::floor(d);
}
double rounded(double d) {
    return std::round(d);
}
double truncated(double d) {
    return std::trunc(d);
}

template <bool (*test)(double)>
Value test_real(const Call& call) {
    return call[0].is(Kind::real) ? Value::boolean(test(call[0].as_real())) : call.no_overload();
}
bool is_nan(double d) {
    return std::isnan(d);
}
bool is_inf(double d) {
    return std::isinf(d);
}
bool is_finite(double d) {
    return std::isfinite(d);
}

Value abs(const Call& call) {
    const Value& value = call[0];
    if (value.is(Kind::real)) return Value::real(std::fabs(value.as_real()));
    if (value.is(Kind::unsigned_integer)) return value;
    if (!value.is(Kind::integer)) return call.no_overload();
    if (value.as_integer() == INT64_MIN) return call.fail(FailureCode::overflow);
    return Value::integer(value.as_integer() < 0 ? -value.as_integer() : value.as_integer());
}

Value sign(const Call& call) {
    const Value& value = call[0];
    switch (value.kind()) {
        case Kind::integer: return Value::integer((value.as_integer() > 0) - (value.as_integer() < 0));
        case Kind::unsigned_integer: return Value::unsigned_integer(value.as_unsigned() > 0 ? 1 : 0);
        case Kind::real:
            if (std::isnan(value.as_real())) return value;
            return Value::real((value.as_real() > 0) - (value.as_real() < 0));
        default: return call.no_overload();
    }
}

Value square_root(const Call& call) {
    switch (call[0].kind()) {
        case Kind::integer: return Value::real(std::sqrt(static_cast<double>(call[0].as_integer())));
        case Kind::unsigned_integer:
            return Value::real(std::sqrt(static_cast<double>(call[0].as_unsigned())));
        case Kind::real: return Value::real(std::sqrt(call[0].as_real()));
        default: return call.no_overload();
    }
}

/// A result of bits as the kind of number that the first argument is.
Value bits(const Value& like, std::uint64_t result) {
    return like.is(Kind::integer) ? Value::integer(static_cast<std::int64_t>(result))
                                  : Value::unsigned_integer(result);
}

template <class Operation>
Value combine(const Call& call, Operation operation) {
    const bool whole = call[0].is(Kind::integer) || call[0].is(Kind::unsigned_integer);
    if (!whole || call[0].kind() != call[1].kind()) return call.no_overload();
    return bits(call[0], operation(call[0].as_unsigned(), call[1].as_unsigned()));
}

Value bit_or(const Call& call) {
    return combine(call, [](std::uint64_t a, std::uint64_t b) { return a | b; });
}
Value bit_and(const Call& call) {
    return combine(call, [](std::uint64_t a, std::uint64_t b) { return a & b; });
}
Value bit_xor(const Call& call) {
    return combine(call, [](std::uint64_t a, std::uint64_t b) { return a ^ b; });
}

Value bit_not(const Call& call) {
    const bool whole = call[0].is(Kind::integer) || call[0].is(Kind::unsigned_integer);
    return whole ? bits(call[0], ~call[0].as_unsigned()) : call.no_overload();
}

Value shift(const Call& call, bool left) {
    const bool whole = call[0].is(Kind::integer) || call[0].is(Kind::unsigned_integer);
    if (!whole || !call[1].is(Kind::integer)) return call.no_overload();
    const std::int64_t by = call[1].as_integer();
    if (by < 0) return call.fail("bits cannot be shifted by a negative number");
    if (by >= 64) return bits(call[0], 0);
    return bits(call[0], left ? call[0].as_unsigned() << by : call[0].as_unsigned() >> by);
}

Value shift_left(const Call& call) {
    return shift(call, true);
}
Value shift_right(const Call& call) {
    return shift(call, false);
}

using enum FunctionRow::Style;
constexpr std::array kRows{
    FunctionRow{
        "math.greatest", global, 1, kAnyNumber, greatest,
        "(int...) -> int | (uint...) -> uint | (double...) -> double | (list(int)) -> int | (list(uint)) -> "
        "uint | (list(double)) -> double | (number...) -> dyn | (list(number)) -> dyn"},
    FunctionRow{
        "math.least", global, 1, kAnyNumber, least,
        "(int...) -> int | (uint...) -> uint | (double...) -> double | (list(int)) -> int | (list(uint)) -> "
        "uint | (list(double)) -> double | (number...) -> dyn | (list(number)) -> dyn"},
    FunctionRow{"math.ceil", global, 1, 1, of_real<ceiling>, "(double) -> double"},
    FunctionRow{"math.floor", global, 1, 1, of_real<floor_of>, "(double) -> double"},
    FunctionRow{"math.round", global, 1, 1, of_real<rounded>, "(double) -> double"},
    FunctionRow{"math.trunc", global, 1, 1, of_real<truncated>, "(double) -> double"},
    FunctionRow{"math.isNaN", global, 1, 1, test_real<is_nan>, "(double) -> bool"},
    FunctionRow{"math.isInf", global, 1, 1, test_real<is_inf>, "(double) -> bool"},
    FunctionRow{"math.isFinite", global, 1, 1, test_real<is_finite>, "(double) -> bool"},
    FunctionRow{"math.abs", global, 1, 1, abs, "(int) -> int | (uint) -> uint | (double) -> double"},
    FunctionRow{"math.sign", global, 1, 1, sign, "(int) -> int | (uint) -> uint | (double) -> double"},
    FunctionRow{"math.sqrt", global, 1, 1, square_root, "(number) -> double"},
    FunctionRow{"math.bitOr", global, 2, 2, bit_or, "(int, int) -> int | (uint, uint) -> uint"},
    FunctionRow{"math.bitAnd", global, 2, 2, bit_and, "(int, int) -> int | (uint, uint) -> uint"},
    FunctionRow{"math.bitXor", global, 2, 2, bit_xor, "(int, int) -> int | (uint, uint) -> uint"},
    FunctionRow{"math.bitNot", global, 1, 1, bit_not, "(int) -> int | (uint) -> uint"},
    FunctionRow{"math.bitShiftLeft", global, 2, 2, shift_left, "(int, int) -> int | (uint, int) -> uint"},
    FunctionRow{"math.bitShiftRight", global, 2, 2, shift_right, "(int, int) -> int | (uint, int) -> uint"},
};

}  // namespace

std::span<const FunctionRow> math_functions() {
    return kRows;
}

}  // namespace maillon::expression
