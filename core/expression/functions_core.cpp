#include "core/expression/containers.h"
#include "core/expression/functions.h"
#include "core/expression/utf8.h"

#include <array>

namespace maillon::expression {
namespace {

Value size(const Call& call) {
    const Value& value = call[0];
    switch (value.kind()) {
        case Kind::text:
            call.frame.meter.spent += value.aux() / 10;
            return Value::integer(static_cast<std::int64_t>(count_points(value.as_text())));
        case Kind::bytes: return Value::integer(static_cast<std::int64_t>(value.as_text().size()));
        case Kind::list:
        case Kind::map: return Value::integer(static_cast<std::int64_t>(size_of(value)));
        default: return call.no_overload();
    }
}

/// Both texts, once they are known to be texts and are paid for; null when not.
bool two_texts(const Call& call) {
    if (!call[0].is(Kind::text) || !call[1].is(Kind::text)) return false;
    call.frame.meter.spent += call[0].aux() / 10;
    return true;
}

Value contains(const Call& call) {
    if (!two_texts(call)) return call.no_overload();
    return Value::boolean(call[0].as_text().find(call[1].as_text()) != std::string_view::npos);
}

Value starts_with(const Call& call) {
    if (!two_texts(call)) return call.no_overload();
    return Value::boolean(call[0].as_text().starts_with(call[1].as_text()));
}

Value ends_with(const Call& call) {
    if (!two_texts(call)) return call.no_overload();
    return Value::boolean(call[0].as_text().ends_with(call[1].as_text()));
}

Value type(const Call& call) {
    return Value::type(name_of(call[0].kind()));
}

Value dyn(const Call& call) {
    return call[0];
}

using enum FunctionRow::Style;
constexpr std::array kRows{
    FunctionRow{"size", global, 1, 1, size,
                "(string) -> int | (bytes) -> int | (list(T)) -> int | (map(K, V)) -> int"},
    FunctionRow{"size", method, 1, 1, size,
                "(string) -> int | (bytes) -> int | (list(T)) -> int | (map(K, V)) -> int"},
    FunctionRow{"contains", method, 2, 2, contains, "(string, string) -> bool"},
    FunctionRow{"startsWith", method, 2, 2, starts_with, "(string, string) -> bool"},
    FunctionRow{"endsWith", method, 2, 2, ends_with, "(string, string) -> bool"},
    FunctionRow{"type", global, 1, 1, type, "(T) -> type(T)"},
    FunctionRow{"dyn", global, 1, 1, dyn, "(any) -> dyn"},
};

}  // namespace

std::span<const FunctionRow> core_functions() {
    return kRows;
}

}  // namespace maillon::expression
