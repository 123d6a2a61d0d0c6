#include "core/base/text.h"
#include "core/expression/compare.h"
#include "core/expression/functions.h"
#include "core/expression/numbers.h"
#include "core/expression/scalar_text.h"
#include "core/expression/time_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace maillon::expression {
namespace {

template <class Int>
std::optional<Int> parse_whole(std::string_view text) {
    Int value = 0;
    if (text.starts_with('+')) text.remove_prefix(text.size() > 1 && text[1] != '-' ? 1 : 0);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

Value to_int(const Call& call) {
    const Value& value = call[0];
    switch (value.kind()) {
        case Kind::integer: return value;
        case Kind::timestamp: return Value::integer(value.seconds());
        case Kind::unsigned_integer: {
            const auto whole = whole_number(value);
            return whole ? Value::integer(*whole) : call.fail(FailureCode::overflow);
        }
        case Kind::real: {
            const double d = value.as_real();
            const bool fits = d > -0x1p63 && d < 0x1p63;
            return fits ? Value::integer(static_cast<std::int64_t>(d)) : call.fail(FailureCode::overflow);
        }
        case Kind::text: {
            const auto parsed = parse_whole<std::int64_t>(value.as_text());
            return parsed ? Value::integer(*parsed) : call.cannot_convert("int");
        }
        default: return call.no_overload();
    }
}

Value to_uint(const Call& call) {
    const Value& value = call[0];
    switch (value.kind()) {
        case Kind::unsigned_integer: return value;
        case Kind::integer:
            if (value.as_integer() < 0) return call.fail(FailureCode::overflow);
            return Value::unsigned_integer(static_cast<std::uint64_t>(value.as_integer()));
        case Kind::real: {
            const double d = value.as_real();
            const bool fits = d >= 0 && d < 0x1p64;
            return fits ? Value::unsigned_integer(static_cast<std::uint64_t>(d))
                        : call.fail(FailureCode::overflow);
        }
        case Kind::text: {
            const auto parsed = parse_whole<std::uint64_t>(value.as_text());
            return parsed ? Value::unsigned_integer(*parsed) : call.cannot_convert("uint");
        }
        default: return call.no_overload();
    }
}

Value text_to_double(const Call& call, std::string_view text) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (text == "NaN") return Value::real(std::numeric_limits<double>::quiet_NaN());
    if (text == "Infinity" || text == "+Infinity") return Value::real(kInfinity);
    if (text == "-Infinity") return Value::real(-kInfinity);
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    const bool plain = std::ranges::all_of(
        text, [](char c) { return std::string_view("0123456789+-.eE").find(c) != std::string_view::npos; });
    const auto parsed = plain ? parse_real(text) : std::nullopt;
    return parsed ? Value::real(*parsed) : call.cannot_convert("double");
}

Value to_double(const Call& call) {
    const Value& value = call[0];
    switch (value.kind()) {
        case Kind::real: return value;
        case Kind::integer: return Value::real(static_cast<double>(value.as_integer()));
        case Kind::unsigned_integer: return Value::real(static_cast<double>(value.as_unsigned()));
        case Kind::text: return text_to_double(call, value.as_text());
        default: return call.no_overload();
    }
}

Value to_string(const Call& call) {
    const Value& value = call[0];
    if (value.is(Kind::text)) return value;
    if (value.is(Kind::bytes)) {
        call.frame.meter.spent += value.aux() / 10;
        return is_utf8(value.as_text()) ? Value::text(value.as_text())
                                        : call.fail("the bytes are not valid UTF-8");
    }
    std::string out;
    return append_scalar(out, value) ? call.text(out) : call.no_overload();
}

Value to_bytes(const Call& call) {
    if (call[0].is(Kind::bytes)) return call[0];
    return call[0].is(Kind::text) ? Value::bytes(call[0].as_text()) : call.no_overload();
}

Value to_bool(const Call& call) {
    constexpr std::array<std::string_view, 5> kTrue{"1", "t", "true", "TRUE", "True"};
    constexpr std::array<std::string_view, 5> kFalse{"0", "f", "false", "FALSE", "False"};
    if (call[0].is(Kind::boolean)) return call[0];
    if (!call[0].is(Kind::text)) return call.no_overload();
    if (std::ranges::find(kTrue, call[0].as_text()) != kTrue.end()) return Value::boolean(true);
    if (std::ranges::find(kFalse, call[0].as_text()) != kFalse.end()) return Value::boolean(false);
    return call.cannot_convert("bool");
}

Value to_timestamp(const Call& call) {
    const Value& value = call[0];
    if (value.is(Kind::timestamp)) return value;
    if (value.is(Kind::integer)) {
        return is_in_calendar(value.as_integer())
                   ? Value::timestamp(value.as_integer(), 0)
                   : call.cannot_convert("timestamp", "the year must lie between 1 and 9999");
    }
    if (!value.is(Kind::text)) return call.no_overload();
    const auto parsed = parse_timestamp(value.as_text());
    return parsed ? *parsed
                  : call.cannot_convert("timestamp", "RFC 3339 is wanted, as '2026-01-31T08:30:00Z'");
}

Value to_duration(const Call& call) {
    if (call[0].is(Kind::duration)) return call[0];
    if (!call[0].is(Kind::text)) return call.no_overload();
    const auto parsed = parse_duration(call[0].as_text());
    return parsed ? Value::duration(*parsed)
                  : call.cannot_convert("duration",
                                        "units are h m s ms us ns, as '1h30m'; at most about 292 years");
}

using enum FunctionRow::Style;
constexpr std::array kRows{
    FunctionRow{"int", global, 1, 1, to_int,
                "(int) -> int | (uint) -> int | (double) -> int | (string) -> int | (timestamp) -> int"},
    FunctionRow{"uint", global, 1, 1, to_uint,
                "(uint) -> uint | (int) -> uint | (double) -> uint | (string) -> uint"},
    FunctionRow{"double", global, 1, 1, to_double,
                "(double) -> double | (int) -> double | (uint) -> double | (string) -> double"},
    FunctionRow{"string", global, 1, 1, to_string,
                "(string) -> string | (bool) -> string | (int) -> string | (uint) -> string | (double) -> "
                "string | (bytes) -> string | (timestamp) -> string | (duration) -> string | (net.IP) -> "
                "string | (net.CIDR) -> string"},
    FunctionRow{"bytes", global, 1, 1, to_bytes, "(bytes) -> bytes | (string) -> bytes"},
    FunctionRow{"bool", global, 1, 1, to_bool, "(bool) -> bool | (string) -> bool"},
    FunctionRow{"timestamp", global, 1, 1, to_timestamp,
                "(timestamp) -> timestamp | (string) -> timestamp | (int) -> timestamp"},
    FunctionRow{"duration", global, 1, 1, to_duration, "(duration) -> duration | (string) -> duration"},
};

}  // namespace

std::span<const FunctionRow> conversion_functions() {
    return kRows;
}

}  // namespace maillon::expression
